package chain

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/pvefw/pvefw/compiler/iptables"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
)

// subject is a policy with the texts that pvefw prints for it.
type subject struct {
	name   string
	policy *ir.Policy
	texts  Texts
}

// subjects are the nodes of every configuration of the repository that texts are
// made from, under both semantics.
func subjects(t *testing.T) []subject {
	t.Helper()
	archives, err := filepath.Glob("../../../testdata/lower/*.txtar")
	own, _ := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 || len(own) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	out := compile(t, "example", "../../../examples/datacenter")
	for _, path := range append(archives, own...) {
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		for _, f := range a.Files {
			if strings.HasPrefix(f.Name, "want/") {
				continue
			}
			path := filepath.Join(dir, filepath.FromSlash(f.Name))
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, f.Data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		out = append(out, compile(t, filepath.Base(path), dir)...)
	}
	return out
}

// compile goes the whole way for every node of a CONFIG.
func compile(t *testing.T, name, dir string) []subject {
	t.Helper()
	loaded, err := load.Load(dir, load.Options{Now: time.Unix(1_700_000_000, 0)})
	if err != nil {
		t.Fatal(err)
	}
	cfg, _ := config.Resolve(loaded.Input)
	var out []subject
	for _, node := range cfg.Nodes {
		for _, semantics := range []lower.Semantics{lower.Reference, lower.Intended} {
			p, _ := lower.Lower(cfg, node, semantics)
			s := subject{name: name + ", " + node.Name + ", " + semantics.String(), policy: p}
			artifacts, _ := iptables.New().Emit(p)
			for _, a := range artifacts {
				switch a.Name {
				case iptables.IPSetFile:
					s.texts.IPSet = a.Text
				case iptables.IPTablesFile:
					s.texts.IPTables = a.Text
				case iptables.IP6TablesFile:
					s.texts.IP6Tables = a.Text
				}
			}
			out = append(out, s)
		}
	}
	return out
}
