package iptables

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/compiler"
	"github.com/pvefw/pvefw/ir"
)

// TestOnlyMakesTheSameText: a text that is made alone is the one that is made with
// the others, and the findings are about all of them.
func TestOnlyMakesTheSameText(t *testing.T) {
	forward := &ir.Skipped{Stage: ir.AtTarget, Families: ir.OnlyV6, Reason: "it cannot be said"}
	p := plain()
	p.NICs = []*ir.Endpoint{guest("tap100i0", 100, "BC:24:11:00:00:01", []ir.Node{forward, closing(ir.Drop, nil)}, []ir.Node{closing(ir.Accept, nil)})}
	all, findings := New().Emit(p)
	if len(all) != 4 || len(findings) != 1 {
		t.Fatalf("%d texts and %d findings", len(all), len(findings))
	}
	for _, want := range all {
		alone, found := New().(compiler.Selector).Only(want.Name).Emit(p)
		if diff := cmp.Diff([]compiler.Artifact{want}, alone); diff != "" {
			t.Errorf("%s (-with the others +alone):\n%s", want.Name, diff)
		}
		if len(found) != 1 {
			t.Errorf("%s: %d findings", want.Name, len(found))
		}
	}
}
