package space

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/measured"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
)

// forms are the programs of a policy.
var forms = map[string]nft.Options{"folded": {}, "plain": {Plain: true}}

// policies are those of all nodes of a CONFIG under both semantics, by name.
func policies(t *testing.T, name, dir string) map[string]*ir.Policy {
	t.Helper()
	loaded, err := load.Load(dir, load.Options{Now: time.Unix(1_700_000_000, 0)})
	if err != nil {
		t.Fatal(err)
	}
	cfg, _ := config.Resolve(loaded.Input)
	out := map[string]*ir.Policy{}
	for _, node := range cfg.Nodes {
		for _, sem := range []lower.Semantics{lower.Reference, lower.Intended} {
			p, _ := lower.Lower(cfg, node, sem)
			out[name+", "+node.Name+", "+sem.String()] = p
		}
	}
	return out
}

func TestMeasuredProgramsAreProved(t *testing.T) {
	dirs, err := filepath.Glob(filepath.Join(measured.Path(t, "conformance/cases"), "*", "config"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	dirs = append(dirs, "../../../examples/datacenter")
	total := Report{}
	for _, dir := range dirs {
		for name, p := range policies(t, filepath.Base(filepath.Dir(dir)), dir) {
			for form, o := range forms {
				program, _ := nft.Build(p, o)
				if program == nil {
					continue
				}
				r := Prove(program, p)
				for _, d := range r.Differences {
					t.Errorf("%s, %s: %s", name, form, d)
				}
				for _, u := range r.Unknown {
					t.Errorf("%s, %s: unknown: %s", name, form, u)
				}
				total.Proved += r.Proved
			}
		}
	}
	t.Logf("%d questions proved", total.Proved)
}
