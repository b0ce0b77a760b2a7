package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// units are the files of packaging/systemd, by name.
func units(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../../packaging/systemd/pvefw*")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no units: %v", err)
	}
	list := map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		list[filepath.Base(path)] = string(text)
	}
	return list
}

// What units start is a command that there is, with flags that it has.
func TestUnitsStartWhatThereIs(t *testing.T) {
	started := 0
	for name, text := range units(t) {
		for line := range strings.Lines(text) {
			command, ok := strings.CutPrefix(line, "ExecStart=/usr/bin/pvefw ")
			if !ok {
				continue
			}
			root := newRoot(&Streams{})
			cmd, rest, err := root.Find(strings.Fields(command))
			if err != nil || cmd == root {
				t.Errorf("%s: there is no %s", name, command)
				continue
			}
			if err := cmd.ParseFlags(rest); err != nil || len(cmd.Flags().Args()) > 0 {
				t.Errorf("%s: %s: %v, arguments %v", name, command, err, cmd.Flags().Args())
			}
			started++
		}
	}
	if started < 3 {
		t.Errorf("%d units were looked at", started)
	}
}

// systemd finds nothing to say about the units.
func TestSystemdTakesTheUnits(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("skipped: " + t.Name() + ": needs systemd-analyze")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var paths []string
	for name, text := range units(t) {
		path := filepath.Join(dir, name)
		text = strings.ReplaceAll(text, "/usr/bin/pvefw", self) // which is there
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	out, err := exec.Command(analyze, append([]string{"verify", "--man=no"}, paths...)...).CombinedOutput()
	if text := strings.TrimSpace(string(out)); err != nil || strings.Contains(text, dir) {
		t.Errorf("%v\n%s", err, text)
	}
}
