package editors

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestNeovim drives the built program through Neovim.
func TestNeovim(t *testing.T) {
	need(t, "nvim")
	var steps map[string]step
	work(t, "nvim", []string{"--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", "luafile testdata/client.lua"}, &steps)
	for name, holds := range map[string]func(lines []string) bool{
		"diagnostics":       mention("9 alias-unknown: there is no alias 'no_such'"),
		"hover":             mention("22"),
		"completion":        mention("dc/admin_net"),
		"definition":        mention("[group web]"),
		"references":        mention("cluster.fw"),
		"code action":       mention("no_such"),
		"format":            mention("GROUP base"),
		"rename":            mention("GROUP www -i net0"),
		"renamed elsewhere": mention("[group www]"),
	} {
		t.Run(name, func(t *testing.T) {
			s := steps[name]
			if strings.Contains(s.Err, "does not offer") {
				t.Skipf("skipped: %s: %s", t.Name(), s.Err)
			}
			if s.Err != "" {
				t.Fatal(s.Err)
			}
			if !holds(s.Lines) {
				t.Errorf("%q", s.Lines)
			}
		})
	}
}

// What came of one step of client.lua.
type step struct {
	Lines []string
	Err   string
}

func mention(words string) func([]string) bool {
	return func(lines []string) bool {
		return slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, words) })
	}
}

// TestEglot drives it through Emacs, with an Emacs that has eglot.
func TestEglot(t *testing.T) {
	need(t, "emacs")
	var got struct {
		Missing     bool
		Diagnostics []string
		Formatted   string
	}
	work(t, "emacs", []string{"--batch", "-l", "testdata/eglot.el"}, &got)
	switch {
	case got.Missing:
		t.Skipf("skipped: %s: this Emacs has no eglot", t.Name())
	case !mention("there is no alias 'no_such'")(got.Diagnostics) || !strings.Contains(got.Formatted, "\nGROUP base\n"):
		t.Errorf("%+v", got)
	}
}

// work lets an editor work on a guest of the example, in which a name does not exist
// and a line is not in shape, and decodes what it has written.
func work(t *testing.T, editor string, args []string, into any) {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "datacenter"), os.DirFS("../examples/datacenter")); err != nil {
		t.Fatal(err)
	}
	firewall, out := filepath.Join(dir, "datacenter", "firewall"), filepath.Join(dir, "out.json")
	file := filepath.Join(firewall, "101.fw")
	write(t, file, "[OPTIONS]\n\nenable: 1\n\n[RULES]\n\nGROUP web -i net0\nGROUP  base\nIN SSH(ACCEPT) -source no_such\n")
	cmd := exec.CommandContext(t.Context(), editor, args...)
	cmd.Env = append(os.Environ(), "PLUGIN="+absolute(t, editor), "PVEFW="+program(t, dir), "FILE="+file, "OUT="+out,
		"CLUSTER="+filepath.Join(firewall, "cluster.fw"), "HOME="+dir, "XDG_CACHE_HOME="+dir, "XDG_STATE_HOME="+dir, "XDG_DATA_HOME="+dir)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	read(t, out, into)
}

// program builds pvefw with the home of whoever runs the test, where Go's caches are.
func program(t *testing.T, dir string) string {
	t.Helper()
	file := filepath.Join(dir, "pvefw")
	said, err := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", file, "../cmd/pvefw").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	return file
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// read decodes what an editor has written.
func read(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v\n%s", file, err, text)
	}
}
