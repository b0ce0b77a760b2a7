package lsp

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What a lens hands to the client runs as it is, wherever the client stands: the
// words name the CONFIG, and the node of several.
func TestSimulateLensesRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "datacenter")
	if err := os.CopyFS(dir, os.DirFS("../../examples/datacenter")); err != nil {
		t.Fatal(err)
	}
	c := editor(t)
	if _, err := c.Initialize(map[string]any{}, uriIn(dir, "")); err != nil {
		t.Fatal(err)
	}
	doc := uriIn(dir, "firewall/101.fw")
	text, err := os.ReadFile(filepath.Join(dir, "firewall", "101.fw"))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Open(doc, string(text)); err != nil {
		t.Fatal(err)
	}
	var lenses []json.RawMessage
	if err := c.Call("textDocument/codeLens", map[string]any{"textDocument": map[string]any{"uri": doc}}, &lenses); err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, l := range lenses {
		var resolved struct {
			Command struct {
				Command   string
				Arguments [][]string
			}
		}
		if err := c.Call("codeLens/resolve", l, &resolved); err != nil {
			t.Fatal(err)
		}
		if resolved.Command.Command == simulate {
			ran++
			simulated(t, resolved.Command.Arguments[0])
		}
	}
	if ran == 0 {
		t.Errorf("no lens simulates anything: %s", lenses)
	}
}

func simulated(t *testing.T, words []string) {
	t.Helper()
	file, err := pvefw()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), file, append([]string{"simulate"}, words...)...)
	cmd.Dir = t.TempDir()
	if said, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(said), "101.fw") {
		t.Errorf("pvefw simulate %s: %v\n%s", strings.Join(words, " "), err, said)
	}
}
