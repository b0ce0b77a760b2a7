//go:build linux && amd64

package kernellab

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// supplies are the things of this system that the machine is made of.
type supplies struct {
	emulator, kernel string
	modules          string            // folder of the kernel's modules
	tools            map[string]string // name to path, links followed
	libraries        []string          // what tools load at run time, beside what ldd names
}

// tools run inside the machine. iptables is the classic one: no nf_tables rules
// stand between the text and the kernel.
var tools = []string{"ip", "ipset", "iptables-legacy-restore", "ip6tables-legacy-restore", "ebtables-legacy-restore", "nft"}

// pluginFolders hold the extensions of iptables and ebtables.
var pluginFolders = []string{"/usr/lib/x86_64-linux-gnu/xtables/*.so", "/usr/lib/ebtables/*.so*"}

// findSupplies looks for everything, or says what is missing.
func findSupplies() (*supplies, error) {
	s := &supplies{tools: map[string]string{}}
	var err error
	if s.emulator, err = exec.LookPath("qemu-system-x86_64"); err != nil {
		return nil, &MissingError{"qemu-system-x86_64"}
	}
	for _, tool := range tools {
		if s.tools[tool], err = findTool(tool); err != nil {
			return nil, &MissingError{tool}
		}
	}
	for _, pattern := range pluginFolders {
		found, err := filepath.Glob(pattern)
		if err != nil {
			return nil, err
		}
		s.libraries = append(s.libraries, found...)
	}
	return s, s.findKernel()
}

func findTool(name string) (string, error) {
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin", "/sbin") {
		path, err := filepath.EvalSymlinks(filepath.Join(dir, name))
		if err == nil {
			return path, nil
		}
	}
	return "", fs.ErrNotExist
}

// findKernel looks into the cache, where .ci/tools unpacks a kernel package.
func (s *supplies) findKernel() error {
	cache, err := os.UserCacheDir()
	if err != nil {
		return &MissingError{"a cache folder: " + err.Error()}
	}
	kernels, _ := filepath.Glob(filepath.Join(cache, "pvefw", "kernel", "boot", "vmlinuz-*"))
	if len(kernels) == 0 {
		return &MissingError{"an unpacked linux-image-cloud-amd64 in the cache folder (make tools, as root on Debian)"}
	}
	s.kernel = kernels[0]
	release := strings.TrimPrefix(filepath.Base(s.kernel), "vmlinuz-")
	found, _ := filepath.Glob(filepath.Join(cache, "pvefw", "kernel", "*", "modules", release))
	usr, _ := filepath.Glob(filepath.Join(cache, "pvefw", "kernel", "usr", "lib", "modules", release))
	if found = append(found, usr...); len(found) == 0 {
		return &MissingError{"the modules of kernel " + release}
	}
	s.modules = found[0]
	return nil
}

// rootFiles is everything in the machine's initial file system, by path.
func (s *supplies) rootFiles() (map[string][]byte, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	sources := map[string]string{"init": self}
	for name, path := range s.tools {
		sources["bin/"+name] = path
	}
	for _, path := range s.libraries {
		sources[path[1:]] = path
	}
	for _, path := range []string{"/etc/protocols", "/etc/services", "/etc/ethertypes"} {
		if _, err := os.Stat(path); err == nil {
			sources[path[1:]] = path
		}
	}
	files, err := collect(sources)
	if err != nil {
		return nil, err
	}
	files["etc/nsswitch.conf"] = []byte("hosts: files\nprotocols: files\nservices: files\n")
	return files, s.addModules(files, wantedModules)
}

// addModules adds modules of the kernel, and the order in which they can be loaded.
func (s *supplies) addModules(files map[string][]byte, wanted string) error {
	order, err := loadModules(s.modules, wanted)
	if err != nil {
		return err
	}
	var names []string
	for _, m := range order {
		names = append(names, m.name)
		files["modules/"+m.name] = m.object
	}
	files["modules/order"] = []byte(strings.Join(names, "\n"))
	return nil
}

// collect reads programs, and the libraries that they load.
func collect(sources map[string]string) (map[string][]byte, error) {
	if err := addLibraries(sources); err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for name, path := range sources {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		files[name] = text
	}
	return files, nil
}

// addLibraries adds the shared libraries of all programs and plug-ins, each at
// the path where its loader looks for it.
func addLibraries(sources map[string]string) error {
	var paths []string
	for name, path := range sources {
		if !strings.HasPrefix(name, "etc/") {
			paths = append(paths, path)
		}
	}
	out, err := exec.Command("ldd", paths...).Output()
	if err != nil && len(out) == 0 { // it also fails for a static program among many
		return fmt.Errorf("ldd: %w", err)
	}
	for line := range bytes.Lines(out) {
		for _, word := range strings.Fields(string(line)) {
			if strings.HasPrefix(word, "/") && !strings.HasSuffix(word, ":") {
				sources[word[1:]] = word
			}
		}
	}
	return nil
}
