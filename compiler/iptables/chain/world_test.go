package chain

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/pvefw/pvefw/compiler/iptables"
	"github.com/pvefw/pvefw/internal/golden"
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
	out := compile(t, "example", "../../../examples/datacenter")
	for _, pattern := range []string{"../../../testdata/lower/*.txtar", "testdata/*.txtar"} {
		for _, path := range golden.Find(t, pattern) {
			out = append(out, compile(t, filepath.Base(path), golden.Open(t, path).Dir(t))...)
		}
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
