//go:build linux && amd64

package kernellab

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/pvefw/pvefw/internal/supervise"
)

// refuseJob makes everything wrong, one thing after the other. Each time there is one
// sentence, and what was in force still is.
func refuseJob([]byte) ([]byte, error) {
	if err := configure(); err != nil {
		return nil, err
	}
	if err := plugFar(); err != nil {
		return nil, err
	}
	if err := do(applyArgs(one)...); err != nil {
		return nil, err
	}
	before, err := inForce()
	if err != nil {
		return nil, err
	}
	var said strings.Builder
	for _, w := range wrongs() {
		text, err := w.try()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", w.name, err)
		}
		if now, err := inForce(); err != nil || now != before {
			return nil, fmt.Errorf("%s: something else is in force: %w", w.name, err)
		}
		fmt.Fprintf(&said, "%s: %s\n", w.name, text)
	}
	return []byte(said.String()), nil
}

// wrong is something that must not be applied: what makes it so, and what is said.
type wrong struct {
	name  string
	spoil func() (undo func(), err error)
	args  []string
	uid   uint32
	want  string
}

// try runs pvefw and returns the last line of what it says.
func (w *wrong) try() (string, error) {
	undo, err := w.spoil()
	if err != nil {
		return "", err
	}
	defer undo()
	cmd := pvefw(w.args...)
	if w.uid != 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: w.uid, Gid: w.uid}
	}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	last := lines[len(lines)-1]
	if !errors.As(err, &exit) || !strings.Contains(last, w.want) {
		return "", fmt.Errorf("%w, want %q\n%s", err, w.want, out)
	}
	return last, nil
}

func wrongs() []wrong {
	return []wrong{
		{"not root", nothing, applyArgs(two), 65534, "only root may change the rules in force"},
		{"two at once", anotherAtWork, applyArgs(two), 0, "another pvefw is changing the rules at this moment (a test, process 1); nothing was done"},
		{"read-only disk", mounted(syscall.MS_RDONLY, ""), applyArgs(two), 0, "read-only file system"},
		{"full disk", mounted(0, "size=16k"), applyArgs(two), 0, "no space left on device"},
		{"too much goes", written("100.fw", ""), []string{"apply", "--yes", "--allow-errors", "--max-removed", "5%", "--state-dir", stateDir, spoiled}, 0, "more than 5%"},
		{"locked out", written(".pvefw.yaml", "admin_networks: [203.0.113.0/24]\n"), applyArgs(spoiled), 0, "these rules would lock you out"},
		{"Proxmox's daemon", written("proc/7/stat", "7 (pve-firewall) S 1 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 100 0 0\n"), applyArgs(two, "--root", spoiled), 0, "pve-firewall is running"},
		{"nothing to confirm", nothing, []string{"confirm", "--state-dir", stateDir}, 0, "there is no change that waits for a confirmation"},
		{"no such change", nothing, []string{"rollback", "99", "--yes", "--state-dir", stateDir}, 0, "there is no change 99"},
	}
}

// spoiled is a copy of the second configuration with something wrong.
const spoiled = "/config/spoiled"

func nothing() (func(), error) { return func() {}, nil }

// anotherAtWork holds the lock.
func anotherAtWork() (func(), error) {
	store, err := supervise.Open(stateDir, supervise.Machine{})
	if err != nil {
		return nil, err
	}
	lock, err := store.Lock("a test")
	if err != nil {
		return nil, err
	}
	return lock.Release, nil
}

// mounted puts another file system in the place of the state.
func mounted(flags uintptr, options string) func() (func(), error) {
	return func() (func(), error) {
		if err := syscall.Mount("tmpfs", stateDir, "tmpfs", 0, options); err != nil {
			return nil, err
		}
		if flags != 0 {
			if err := syscall.Mount("", stateDir, "", syscall.MS_REMOUNT|flags, ""); err != nil {
				return nil, err
			}
		}
		return func() { _ = syscall.Unmount(stateDir, syscall.MNT_DETACH) }, nil
	}
}

// written makes the spoiled configuration with one more file.
func written(name, text string) func() (func(), error) {
	return func() (func(), error) {
		if err := os.CopyFS(spoiled, os.DirFS(two)); err != nil {
			return nil, err
		}
		path := filepath.Join(spoiled, name)
		err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644))
		return func() { _ = os.RemoveAll(spoiled) }, err
	}
}

// clockJob sets the clock forward and back while a change waits, and returns what is in
// force before its time and after it.
func clockJob([]byte) ([]byte, error) {
	if err := configure(); err != nil {
		return nil, err
	}
	if err := do(applyArgs(one)...); err != nil {
		return nil, err
	}
	before, err := inForce()
	if err != nil {
		return nil, err
	}
	if err := do(applyArgs(two, "--confirm-within", "20s")...); err != nil {
		return nil, err
	}
	began := time.Now()
	for _, jump := range []int64{+86400, -3 * 86400} {
		now := syscall.Timeval{}
		if err := syscall.Gettimeofday(&now); err != nil {
			return nil, err
		}
		now.Sec += jump
		if err := syscall.Settimeofday(&now); err != nil {
			return nil, err
		}
		time.Sleep(2 * time.Second)
		if now, err := inForce(); err != nil || now == before && time.Since(began) < 15*time.Second {
			return nil, fmt.Errorf("after a jump by %d s the change is gone: %w", jump, err)
		}
	}
	if err := decided(); err != nil {
		return nil, err
	}
	now, err := inForce()
	if err != nil || now != before {
		return nil, fmt.Errorf("the change was not taken back: %w", err)
	}
	return nil, nil
}
