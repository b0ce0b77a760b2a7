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

// TestNeovim drives the built program through Neovim: a guest of the example gets a
// name that does not exist and a line that is not in shape, and is then worked on.
func TestNeovim(t *testing.T) {
	need(t, "nvim")
	dir := t.TempDir()
	config := filepath.Join(dir, "datacenter")
	if err := os.CopyFS(config, os.DirFS("../examples/datacenter")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(config, "firewall", "101.fw")
	write(t, file, "[OPTIONS]\n\nenable: 1\n\n[RULES]\n\nGROUP web -i net0\nGROUP  base\nIN SSH(ACCEPT) -source no_such\n")
	steps := edit(t, dir, file)
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

// edit runs client.lua on the file, with a home of its own.
func edit(t *testing.T, dir, file string) (steps map[string]step) {
	t.Helper()
	out := filepath.Join(dir, "out.json")
	cmd := exec.CommandContext(t.Context(), "nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", "luafile testdata/client.lua")
	cmd.Env = append(os.Environ(), "PLUGIN="+absolute(t, "nvim"), "PVEFW="+program(t, dir), "FILE="+file, "OUT="+out,
		"CLUSTER="+filepath.Join(filepath.Dir(file), "cluster.fw"),
		"HOME="+dir, "XDG_CACHE_HOME="+dir, "XDG_STATE_HOME="+dir, "XDG_DATA_HOME="+dir)
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	read(t, out, &steps)
	return steps
}

// program builds pvefw.
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
