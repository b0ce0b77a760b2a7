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

// What client.lua writes: what Neovim has made of a file by what the server said.
type session struct {
	Err, Filetype, Root string
	Diagnostics         []struct {
		Code, Message, Source string
		Line                  int
	}
	Hover, Completion, Actions         []string
	Acted, Formatted, Renamed, Cluster string
}

// TestNeovim drives the built program through Neovim: a copy of the example with a
// name that does not exist and a line that is not in shape.
func TestNeovim(t *testing.T) {
	need(t, "nvim")
	dir := t.TempDir()
	config := filepath.Join(dir, "datacenter")
	if err := os.CopyFS(config, os.DirFS("../examples/datacenter")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(config, "firewall", "101.fw")
	write(t, file, "[OPTIONS]\n\nenable: 1\n\n[RULES]\n\nGROUP web -i net0\nGROUP  base\nIN SSH(ACCEPT) -source no_such\n")
	got := edit(t, dir, file, program(t, dir))
	if got.Err != "" {
		t.Error(got.Err)
	}
	t.Logf("%+v", got)
	_ = slices.Contains(got.Actions, "")
	_ = strings.Contains
}

func edit(t *testing.T, dir, file, program string) (got session) {
	t.Helper()
	out := filepath.Join(dir, "out.json")
	cmd := exec.CommandContext(t.Context(), "nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", "luafile testdata/client.lua")
	cmd.Env = append(os.Environ(), "PLUGIN="+absolute(t, "nvim"), "PVEFW="+program, "FILE="+file, "OUT="+out,
		"CLUSTER="+filepath.Join(filepath.Dir(file), "cluster.fw"), "HOME="+dir, "XDG_CACHE_HOME="+dir, "XDG_STATE_HOME="+dir, "XDG_DATA_HOME="+dir)
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	written, err := os.ReadFile(out)
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	if err := json.Unmarshal(written, &got); err != nil {
		t.Fatalf("%v\n%s", err, written)
	}
	return got
}

// program builds pvefw.
func program(t *testing.T, dir string) string {
	t.Helper()
	if p := os.Getenv("TRYPVEFW"); p != "" {
		return p
	}
	file := filepath.Join(dir, "pvefw")
	if said, err := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", file, "../cmd/pvefw").CombinedOutput(); err != nil {
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
