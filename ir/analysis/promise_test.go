package analysis_test

import (
	"strings"
	"testing"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
)

func TestPromisesThatAreNone(t *testing.T) {
	for text, want := range map[string]string{
		"allow tcp 80":                        `is not of the form`,
		"permit tcp 80 from any to vm100":     `"permit" is none of allow, deny, reject`,
		"allow tcp 80 from any to nowhere":    `neither "any" nor "nowhere" is an endpoint`,
		"allow tcp 80 from vm101 to vm100":    `are both endpoints`,
		"allow tpc 80 from any to vm100":      `"tpc" is neither a protocol nor a macro`,
		"allow tcp 80x from any to vm100":     `"80x" is neither a port nor a range`,
		"allow tcp 90-80 from any to vm100":   `"90-80" is neither a port nor a range`,
		"allow gre 80 from any to vm100":      `"gre" has no ports`,
		"allow tcp 80 22 from any to vm100":   `"22" is too much`,
		"allow tcp 80 from 10.0.0 to vm100":   `"10.0.0" is neither any nor an address`,
		"allow icmp nothing from any to host": `"nothing" is no ICMP type`,
		"from to":                             `is not of the form`,
		"":                                    `is not of the form`,
	} {
		if p, err := analysis.ParsePromise(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v; want %s", text, p, err, want)
		}
	}
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
			p, err := analysis.ParsePromise(text)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, p)
		}
		got := analysis.Exactly([]*analysis.Comparison{analysis.Compare(c.before, c.after, analysis.Budget{})}, list)
		if len(got) != c.broken {
			t.Errorf("%s: %d broken, want %d: %+v", c.promises, len(got), c.broken, got)
		}
	}
}

func TestPromisesAreBrokenByWhatIsUnknown(t *testing.T) {
	p, err := analysis.ParsePromise("allow tcp 80 from any to vm100")
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(3)
	c := analysis.Compare(w.policy(t), newWorld(4).policy(t), analysis.Budget{Each: 1, Total: 1})
	if len(analysis.Exactly([]*analysis.Comparison{c}, []*analysis.Promise{p})) == 0 {
		t.Error("an unknown difference fulfils a promise")
	}
}
