package space

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/measured"
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

// measuredDirs are the measured configurations and the example.
func measuredDirs(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join(measured.Path(t, "conformance/cases"), "*", "config"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	return append(dirs, "../../../examples/datacenter")
}

// Every program that is made of a measured configuration does with all packets what its
// policy says, folded and plain, and both do the same.
func TestMeasuredProgramsAreProved(t *testing.T) {
	proved, compared, refused := 0, 0, 0
	for _, dir := range measuredDirs(t) {
		for name, p := range policies(t, filepath.Base(filepath.Dir(dir)), dir) {
			folded, _ := nft.Build(p, nft.Options{})
			plain, _ := nft.Build(p, nft.Options{Plain: true})
			if folded == nil {
				refused++
				continue
			}
			proved += prove(t, name+", folded", folded, p) + prove(t, name+", plain", plain, p)
			compared += same(t, name, folded, plain)
		}
	}
	t.Logf("%d questions proved, %d lists of folded and plain compared; %d policies have no program", proved, compared, refused)
	if proved < 10000 || compared < 500 {
		t.Errorf("only %d questions and %d lists", proved, compared)
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

// What a kernel keeps of a program does what the policy says.
func TestReadBackIsProved(t *testing.T) {
	for name, p := range policies(t, "example", "../../../examples/datacenter") {
		program, _ := nft.Build(p, nft.Options{})
		if n := prove(t, name, netlink.Normal(program), p); n < 50 {
			t.Errorf("%s: only %d questions", name, n)
		}
	}
}
