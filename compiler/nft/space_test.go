package nft_test

import (
	"strconv"
	"testing"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/compiler/nft/space"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
)

// Both programs of a policy that nobody chose do what it says, and the same, for all
// packets.
func TestRandomProgramsAreProved(t *testing.T) {
	proved, compared := 0, 0
	for seed := range uint64(60) {
		p := nft.RandomPolicy(seed)
		name := "seed " + strconv.FormatUint(seed, 10)
		folded, plain := build(t, p, nft.Options{}), build(t, p, nft.Options{Plain: true})
		for form, program := range map[string]*nft.Program{"folded": folded, "plain": plain} {
			r := space.Prove(program, p)
			for _, d := range r.Differences {
				t.Errorf("%s, %s: %s", name, form, d)
			}
			for _, u := range r.Unknown {
				t.Errorf("%s, %s: unknown: %s", name, form, u)
			}
			proved += r.Proved
		}
		c := space.Compare(folded, plain, analysis.Budget{})
		for _, e := range c.Endpoints {
			t.Errorf("%s: %+v", name, e)
		}
		compared += c.Compared - c.Alike
	}
	t.Logf("%d questions proved, %d lists of folded and plain compared", proved, compared)
}

func build(t *testing.T, p *ir.Policy, o nft.Options) *nft.Program {
	t.Helper()
	program, findings := nft.Build(p, o)
	if program == nil {
		t.Fatal(findings)
	}
	return program
}
