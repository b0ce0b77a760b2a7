package space

import (
	"testing"
	"time"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
)

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

// Every program that is made of the example does with all packets what its policy says,
// folded and plain and as a kernel keeps it, and all do the same. The measured
// configurations are proved in internal/conformance.
func TestExampleIsProved(t *testing.T) {
	for name, p := range policies(t, "example", "../../../examples/datacenter") {
		folded, _ := nft.Build(p, nft.Options{})
		plain, _ := nft.Build(p, nft.Options{Plain: true})
		proved := prove(t, name+", folded", folded, p) + prove(t, name+", plain", plain, p) + prove(t, name+", read back", netlink.Normal(folded), p)
		if proved < 150 || same(t, name, folded, plain) < 5 {
			t.Errorf("%s: only %d questions", name, proved)
		}
		same(t, name, netlink.Normal(plain), folded)
	}
}

func prove(t *testing.T, name string, program *nft.Program, p *ir.Policy) int {
	t.Helper()
	r := Prove(program, p)
	for _, d := range r.Differences {
		t.Errorf("%s: %s", name, d)
	}
	for _, u := range r.Unknown {
		t.Errorf("%s: unknown: %s", name, u)
	}
	return r.Proved
}

// same compares both forms and returns how many lists were looked at.
func same(t *testing.T, name string, folded, plain *nft.Program) int {
	t.Helper()
	c := Compare(folded, plain, analysis.Budget{})
	for _, e := range c.Endpoints {
		t.Errorf("%s: folded and plain differ: %+v", name, e)
	}
	return c.Compared - c.Alike
}
