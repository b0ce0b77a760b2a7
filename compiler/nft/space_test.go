package nft_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/compiler/nft/space"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
)

// Both programs of a policy that nobody chose do what it says, and the same, for all
// packets.
func TestRandomProgramsAreProved(t *testing.T) {
	proved, compared := 0, 0
	for seed := range uint64(40) {
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
	if proved < 4000 || compared < 300 {
		t.Errorf("only %d questions and %d lists", proved, compared)
	}
}

// changedOnce is a node of many guests as it is, and with one rule of one guest changed.
func changedOnce(t testing.TB, guests int) (before, after *nft.Program) {
	t.Helper()
	p := nft.Busy(guests, 20)
	before = build(t, p, nft.Options{})
	p = nft.Busy(guests, 20)
	p.NICs[guests/2].In.Nodes[5].(*ir.Rule).Match.DPort = &ir.Ports{Ranges: []ir.PortRange{{First: 7777, Last: 7777}}}
	return before, build(t, p, nft.Options{})
}

// Of a thousand guests only the one is looked at whose rule changed.
func TestEqualGuestsAreNotLookedAt(t *testing.T) {
	before, after := changedOnce(t, 1000)
	c := space.Compare(before, after, analysis.Budget{})
	if c.Alike != c.Compared-1 || c.Unknown > 0 || len(c.Beyond) > 0 || len(c.Endpoints) != 1 {
		t.Fatalf("%d of %d are alike, %d unknown, beyond: %v", c.Alike, c.Compared, c.Unknown, c.Beyond)
	}
	e := c.Endpoints[0]
	if e.Endpoint != "vm600/net0" || e.Direction != ir.In || e.Family != ir.V4 || e.Class != analysis.Incomparable {
		t.Errorf("%+v", e)
	}
	opens, closes := 0, 0
	for i := range e.Changes {
		change := &e.Changes[i]
		switch port := change.Witness().DPort; {
		case change.Effect() == analysis.Opens && port == 7777 && change.Is.Rule.Chain == "tap600i0-in-4":
			opens++
		case change.Effect() == analysis.Closes && port == 3 && change.Was.Rule.Chain == "tap600i0-in-4":
			closes++
		default:
			t.Errorf("%+v for %+v", change, change.Witness())
		}
	}
	if opens == 0 || closes == 0 {
		t.Errorf("%d changes open, %d close", opens, closes)
	}
}

// What a carrier has read back is as good as what was built, also where it left the
// rules of equal chains unread; what nobody has read is unknown.
func TestReadBackProgramsAreCompared(t *testing.T) {
	before, after := changedOnce(t, 3)
	live := netlink.Normal(before)
	same := space.Compare(live, before, analysis.Budget{})
	if len(same.Endpoints) > 0 || same.Alike != same.Compared {
		t.Errorf("what was read back is something else: %+v", same)
	}
	unread := func(names ...string) *nft.Program {
		out := netlink.Normal(before)
		for _, table := range out.Tables {
			for _, c := range table.Chains {
				if !slices.Contains(names, c.Name) {
					c.Rules = nil
				}
			}
		}
		return out
	}
	whole, some := space.Compare(live, after, analysis.Budget{}), space.Compare(unread("tap101i0-in-4"), after, analysis.Budget{})
	if !slices.EqualFunc(whole.Endpoints, some.Endpoints, sameWords) || some.Unknown > 0 {
		t.Errorf("with unread chains:\n%+v\n%+v", whole, some)
	}
	none := space.Compare(unread(), after, analysis.Budget{})
	if none.Unknown != 1 || none.Alike != none.Compared-1 {
		t.Errorf("an unread chain that changed is not unknown: %+v", none)
	}
}

func sameWords(a, b space.EndpointChange) bool {
	return a.Endpoint == b.Endpoint && a.Direction == b.Direction && a.Family == b.Family && slices.EqualFunc(a.Changes, b.Changes, func(x, y space.Change) bool {
		return x.Was.Outcome == y.Was.Outcome && x.Is.Outcome == y.Is.Outcome && *x.Witness() == *y.Witness()
	})
}

// Comparing two programs of which one rule differs.
func BenchmarkCompare(b *testing.B) {
	for _, guests := range []int{1000, 10000} {
		before, after := changedOnce(b, guests)
		b.Run(strconv.Itoa(guests), func(b *testing.B) {
			for b.Loop() {
				space.Compare(before, after, analysis.Budget{})
			}
		})
	}
}

func build(t testing.TB, p *ir.Policy, o nft.Options) *nft.Program {
	t.Helper()
	program, findings := nft.Build(p, o)
	if program == nil {
		t.Fatal(findings)
	}
	return program
}
