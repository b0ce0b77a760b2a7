package analysis_test

import (
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/internal/verify"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
)

// promise reads a sentence about a policy.
func promise(t *testing.T, text string, about *ir.Policy) *analysis.Promise {
	t.Helper()
	w := &verify.World{Nodes: []*verify.Node{{Name: about.Node, Policy: about}}}
	p, found := verify.Between(w, w).ReadPromise(source.NewFile("sentence", []byte(text)))
	if len(found) > 0 {
		t.Fatalf("%s: %s", text, found[0].Message)
	}
	return p
}

func TestExactlyWhatIsPromised(t *testing.T) {
	both := func(kind ir.VerdictKind, ports ...uint16) *ir.Policy {
		var nodes []ir.Node
		for _, n := range ports {
			nodes = append(nodes, port(n, ir.Accept))
		}
		return node(append(nodes, all(kind))...)
	}
	for _, c := range []struct {
		before, after *ir.Policy
		promises      string // between semicolons
		broken        int
	}{
		{both(ir.Drop), both(ir.Drop, 80, 443), "allow tcp 80,443 from any to vm100", 0},
		{both(ir.Drop), both(ir.Drop, 80, 443), "allow tcp 443 from any to vm100; allow tcp http from any to vm100/net0", 0},
		{both(ir.Drop), both(ir.Drop, 80), "allow HTTP from any to vm100", 0},
		{both(ir.Drop), both(ir.Drop, 80, 443), "allow tcp 80 from any to vm100", 2},         // 443 in each family
		{both(ir.Drop), both(ir.Drop, 80), "allow tcp 80,443 from any to vm100", 2},          // 443 stays shut
		{both(ir.Drop, 80), both(ir.Drop, 80, 443), "allow tcp 80,443 from any to vm100", 2}, // 80 was open
		{both(ir.Drop), both(ir.Drop, 80), "allow tcp 80 from 10.0.0.0/8 to vm100", 2},       // more than that
		{both(ir.Drop), both(ir.Drop), "allow tcp 80 from any to vm100", 1},                  // nothing
		{both(ir.Drop), both(ir.Drop, 80), "allow tcp 80 from any to vm100; deny from any to host", 1},
		{both(ir.Drop, 80), both(ir.Drop), "deny tcp 80 from any to vm100", 0},
		{both(ir.Drop, 80), both(ir.Reject), "deny tcp 80 from any to vm100", 2}, // the policy too
		{both(ir.Drop, 80), both(ir.Drop), "reject tcp 80 from any to vm100", 4}, // it is a drop
		{both(ir.Drop, 80), both(ir.Drop), "deny tcp 80 from vm100 to any", 3},   // the other way
	} {
		var list []*analysis.Promise
		for _, text := range strings.Split(c.promises, ";") {
			list = append(list, promise(t, text, c.before))
		}
		got := analysis.Exactly([]*analysis.Comparison{analysis.Compare(c.before, c.after, analysis.Budget{})}, list)
		if len(got) != c.broken {
			t.Errorf("%s: %d broken, want %d: %+v", c.promises, len(got), c.broken, got)
		}
	}
}

func TestPromisesAreBrokenByWhatIsUnknown(t *testing.T) {
	before := newWorld(3).policy(t)
	p := promise(t, "allow tcp 80 from any to vm100", before)
	c := analysis.Compare(before, newWorld(4).policy(t), analysis.Budget{Each: 1, Total: 1})
	if len(analysis.Exactly([]*analysis.Comparison{c}, []*analysis.Promise{p})) == 0 {
		t.Error("an unknown difference fulfils a promise")
	}
}
