//go:build linux && amd64

package kernellab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// This file boots a Debian that systemd starts. Its disk outlives the machine, so that
// boots can be had one after the other; pvefw and its units come from the test.

// without leaves out what takes its time and concerns nobody here; logins are made by hand.
const without = " systemd.mask=systemd-logind.service systemd.mask=getty@tty1.service systemd.mask=serial-getty@ttyS0.service" +
	" systemd.mask=dev-hugepages.mount systemd.mask=dev-mqueue.mount systemd.mask=sys-kernel-debug.mount systemd.mask=sys-kernel-tracing.mount" +
	" systemd.mask=apt-daily.timer systemd.mask=apt-daily-upgrade.timer systemd.mask=e2scrub_reap.service systemd.mask=ifupdown-pre.service"

// answering is the service that answers in such a machine.
const answering = `[Unit]
Description=the kernel lab answers
[Service]
Environment=` + initVariable + "=" + unitMode + `
ExecStart=/usr/lib/kernellab/agent
KillMode=process
[Install]
WantedBy=multi-user.target
`

// Disk is a file with a Debian in it.
type Disk string

// NewDisk makes a disk in a folder. The error is a *MissingError where this system
// lacks what it takes.
func NewDisk(dir string) (Disk, error) {
	s, err := findSupplies()
	if err != nil {
		return "", err
	}
	source, err := s.findDisk()
	if err != nil {
		return "", err
	}
	in, err := os.Open(source)
	if err != nil {
		return "", err
	}
	defer in.Close()
	out, err := os.Create(filepath.Join(dir, "disk"))
	if err != nil {
		return "", err
	}
	_, err = io.Copy(out, in)
	return Disk(out.Name()), errors.Join(err, out.Close())
}

// findDisk looks into the cache, where .ci/tools makes one for the kernel that is there.
func (s *supplies) findDisk() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", &MissingError{"a cache folder: " + err.Error()}
	}
	path := filepath.Join(cache, "pvefw", "systemd-"+filepath.Base(s.modules)+".ext4")
	if _, err := os.Stat(path); err != nil {
		return "", &MissingError{"a disk with systemd in the cache folder (PVEFW_LAB=full make tools, as root on Debian)"}
	}
	return path, nil
}

// Boot starts a machine from the disk. The files are written into it before systemd
// starts, by their paths; the test binary is its /usr/bin/pvefw.
func (d Disk) Boot(ctx context.Context, files map[string][]byte) (*Machine, error) {
	s, err := findSupplies()
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	first, err := collect(map[string]string{"init": self})
	if err != nil {
		return nil, err
	}
	if err := s.addModules(first, diskModules); err != nil {
		return nil, err
	}
	for name, text := range files {
		first["laid/"+name] = text
	}
	first["laid/etc/systemd/system/kernellab.service"] = []byte(answering)
	return s.boot(ctx, first, systemMode+without, "-drive", "file="+string(d)+",if=virtio,format=raw")
}

// enterSystem is process 1 until systemd is. It returns only where that fails.
func enterSystem() error {
	if err := mountKernel(); err != nil {
		return err
	}
	if err := insertModules(); err != nil {
		return err
	}
	if err := errors.Join(os.Mkdir("/system", 0o755), syscall.Mount("/dev/vda", "/system", "ext4", 0, "")); err != nil {
		return fmt.Errorf("the disk: %w", err)
	}
	if err := lay("/system"); err != nil {
		return err
	}
	for _, name := range []string{"proc", "sys", "dev", "run"} {
		if err := syscall.Mount("/"+name, "/system/"+name, "", syscall.MS_MOVE, ""); err != nil {
			return fmt.Errorf("/%s: %w", name, err)
		}
	}
	if err := errors.Join(os.Chdir("/system"), syscall.Mount(".", "/", "", syscall.MS_MOVE, ""), syscall.Chroot("."), os.Chdir("/")); err != nil {
		return fmt.Errorf("the disk does not become the root: %w", err)
	}
	return fmt.Errorf("systemd: %w", syscall.Exec("/lib/systemd/systemd", []string{"systemd"}, []string{"TERM=dumb"}))
}

// lay writes pvefw and the files of the test into the system.
func lay(root string) error {
	self, err := os.ReadFile("/init")
	if err != nil {
		return err
	}
	agent, wanted := filepath.Join(root, "usr/lib/kernellab/agent"), filepath.Join(root, "etc/systemd/system/multi-user.target.wants")
	err = errors.Join(os.WriteFile(filepath.Join(root, "usr/bin/pvefw"), self, 0o755), os.RemoveAll(filepath.Dir(agent)),
		os.MkdirAll(filepath.Dir(agent), 0o755), os.Symlink("/usr/bin/pvefw", agent), os.MkdirAll(wanted, 0o755))
	if err != nil {
		return err
	}
	if err := os.Symlink("../kernellab.service", filepath.Join(wanted, "kernellab.service")); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return filepath.WalkDir("/laid", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(root, strings.TrimPrefix(path, "/laid"))
		if d.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, text, 0o644)
	})
}
