package editors

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	_ "github.com/pvefw/pvefw/internal/cli" // so that a change of the program is one of this test
)

// TestServer drives the built program through editors: a guest of the example gets a
// name that does not exist and a line that is not in shape, and is then worked on.
func TestServer(t *testing.T) {
	program := filepath.Join(t.TempDir(), "pvefw")
	if said, err := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", program, "../cmd/pvefw").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	t.Run("nvim", func(t *testing.T) { neovim(t, program) })
	t.Run("vim", func(t *testing.T) { formatting(t, program) })
	t.Run("emacs", func(t *testing.T) { eglot(t, program) })
}

// semanticTypes holds VS Code's colours for what the server calls words to the
// server's list.
func semanticTypes(t *testing.T, legend []string) {
	var extension struct {
		Contributes struct {
			SemanticTokenScopes []struct{ Scopes map[string][]string }
		}
	}
	read(t, "vscode/package.json", &extension)
	scopes := slices.Sorted(maps.Keys(extension.Contributes.SemanticTokenScopes[0].Scopes))
	slices.Sort(legend)
	if d := cmp.Diff(legend, scopes); d != "" {
		t.Errorf("types of the server, and those that editors/vscode/package.json gives a colour (-server +package.json):\n%s", d)
	}
}

// What came of one step of client.lua.
type step struct {
	Lines []string
	Err   string
}

func neovim(t *testing.T, program string) {
	var steps map[string]step
	work(t, program, "nvim", []string{"--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", "luafile testdata/client.lua"}, &steps)
	for name, words := range map[string]string{
		"diagnostics":       "9 alias-unknown: there is no alias 'no_such'",
		"hover":             "-p tcp -dport 22",
		"legend":            "macro",
		"enable":            "datacenter",
		"completion":        "admin_net6",
		"definition":        "[group web]",
		"references":        "cluster.fw",
		"code lens":         "101.fw:7",
		"code action":       "no_such",
		"format":            "GROUP base",
		"rename":            "GROUP www -i net0",
		"renamed elsewhere": "[group www]",
	} {
		t.Run(name, func(t *testing.T) {
			s := steps[name]
			if s.Err != "" || !mention(s.Lines, words) {
				t.Errorf("%s%q", s.Err, s.Lines)
			}
		})
	}
	semanticTypes(t, steps["legend"].Lines)
}

func eglot(t *testing.T, program string) {
	var got struct {
		Missing     bool
		Diagnostics []string
		Formatted   string
	}
	work(t, program, "emacs", []string{"--batch", "-l", "testdata/eglot.el"}, &got)
	switch {
	case got.Missing:
		t.Skipf("skipped: %s: this Emacs has no eglot", t.Name())
	case !mention(got.Diagnostics, "there is no alias 'no_such'") || !strings.Contains(got.Formatted, "\nGROUP base\n"):
		t.Errorf("%+v", got)
	}
}

// formatting is what Vim does with the program, for want of a client of its own.
func formatting(t *testing.T, program string) {
	var got struct{ Formatted, Refused []string }
	work(t, program, "vim", []string{"-es", "-N", "-u", "NONE", "-i", "NONE", "-n", "-S", "testdata/format.vim"}, &got)
	want := []string{"[OPTIONS]", "", "enable: 1", "", "[RULES]", "", "GROUP web -i net0", "GROUP base", "IN SSH(ACCEPT) -source no_such"}
	if d := cmp.Diff(want, got.Formatted); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"no header"}, got.Refused); d != "" {
		t.Errorf("what pvefw refuses changes (-want +got):\n%s", d)
	}
}

func mention(lines []string, words string) bool {
	return slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, words) })
}

// work lets an editor, with a home of its own, work on the guest and decodes what it
// has written.
func work(t *testing.T, program, editor string, args []string, into any) {
	t.Helper()
	need(t, editor)
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "datacenter"), os.DirFS("../examples/datacenter")); err != nil {
		t.Fatal(err)
	}
	firewall, out := filepath.Join(dir, "datacenter", "firewall"), filepath.Join(dir, "out.json")
	file := filepath.Join(firewall, "101.fw")
	write(t, file, "[OPTIONS]\n\nenable: 1\n\n[RULES]\n\nGROUP web -i net0\nGROUP  base\nIN SSH(ACCEPT) -source no_such\n")
	cmd := exec.CommandContext(t.Context(), editor, args...)
	cmd.Env = append(os.Environ(), "PLUGIN="+absolute(t, editor), "PVEFW="+program, "FILE="+file, "OUT="+out,
		"CLUSTER="+filepath.Join(firewall, "cluster.fw"), "HOME="+dir, "XDG_CACHE_HOME="+dir, "XDG_STATE_HOME="+dir, "XDG_DATA_HOME="+dir)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	read(t, out, into)
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
