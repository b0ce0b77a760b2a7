package analysis_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/packet"
)

func list(dir ir.Direction, nodes ...ir.Node) *ir.Chain {
	whole := ir.Whole(len(nodes))
	return &ir.Chain{Dir: dir, Nodes: nodes, Build: [2]ir.Build{whole, whole}}
}

func all(kind ir.VerdictKind) *ir.Rule {
	return &ir.Rule{Families: ir.Both, Verdict: ir.Verdict{Kind: kind}, Origin: ir.Origin{}.With(ir.ByPolicy, "policy_in")}
}

func port(n uint16, kind ir.VerdictKind) *ir.Rule {
	return &ir.Rule{Families: ir.Both, Verdict: ir.Verdict{Kind: kind},
		Match: ir.Match{Proto: &ir.Proto{Number: 6}, DPort: &ir.Ports{Ranges: []ir.PortRange{{First: n, Last: n}}}}}
}

// node is a policy whose VM 100 has one NIC with a list towards it.
func node(nodes ...ir.Node) *ir.Policy {
	return &ir.Policy{Node: "pve1", NICs: []*ir.Endpoint{{Kind: ir.VMNIC, Name: "vm100/net0", VMID: 100, Bridge: "vmbr0", Plugged: true, In: list(ir.In, nodes...)}}}
}

func TestClassesOfComparisons(t *testing.T) {
	queue := all(ir.Accept)
	queue.Verdict.Queue = &ir.Queue{}
	logged := all(ir.Drop)
	logged.Log = &ir.Log{Level: 6}
	off := node(all(ir.Drop))
	off.Off, off.OffReason = true, &ir.Skipped{Reason: "the switch is off"}
	unplugged := node(all(ir.Drop))
	unplugged.NICs[0].Plugged = false
	invalid := node(all(ir.Drop))
	invalid.Forward = &ir.Body{Nodes: []ir.Node{&ir.Builtin{Kind: ir.Established, Families: ir.Both}}, Build: [2]ir.Build{ir.Whole(1), ir.Whole(1)}}
	ping := &ir.Rule{Families: ir.OnlyV4, Match: ir.Match{ICMP: &ir.ICMP{Any: true}}, Verdict: ir.Verdict{Kind: ir.Drop}}
	noPing := *ping
	noPing.Verdict.Kind = ir.Reject
	for name, c := range map[string]struct {
		before, after *ir.Policy
		want          analysis.Class
		effects       string
	}{
		"equal":                          {node(port(22, ir.Accept), all(ir.Drop)), node(port(22, ir.Accept), all(ir.Drop)), analysis.Equal, ""},
		"covered rule":                   {node(all(ir.Drop)), node(port(22, ir.Drop), all(ir.Drop)), analysis.Equal, ""},
		"opens":                          {node(all(ir.Drop)), node(port(22, ir.Accept), all(ir.Drop)), analysis.Wider, "opens"},
		"closes":                         {node(port(22, ir.Accept), all(ir.Drop)), node(all(ir.Drop)), analysis.Narrower, "closes"},
		"moves":                          {node(port(22, ir.Accept), all(ir.Drop)), node(port(23, ir.Accept), all(ir.Drop)), analysis.Incomparable, "opens closes"},
		"drop becomes reject":            {node(all(ir.Drop)), node(all(ir.Reject)), analysis.Incomparable, "answers"},
		"opens beside another answer":    {node(all(ir.Drop)), node(port(22, ir.Accept), all(ir.Reject)), analysis.Wider, "opens answers"},
		"a reject that nobody hears":     {node(ping, all(ir.Accept)), node(&noPing, all(ir.Accept)), analysis.Equal, ""},
		"queue":                          {node(all(ir.Accept)), node(queue), analysis.Incomparable, "inspects"},
		"only logging":                   {node(all(ir.Drop)), node(logged), analysis.Equal, "log"},
		"switched off":                   {node(all(ir.Drop)), off, analysis.Wider, "opens"},
		"off on both sides":              {off, off, analysis.Equal, ""},
		"switched on, accepting":         {off, node(all(ir.Accept)), analysis.Equal, ""},
		"unplugged":                      {unplugged, node(all(ir.Drop)), analysis.Narrower, "closes"},
		"a frame changes":                {node(all(ir.Drop)), invalid, analysis.Wider, "opens"},
		"the guest appears, closed":      {&ir.Policy{Node: "pve1", NICs: nil}, closed(), analysis.Equal, ""},
		"the guest appears, one port":    {&ir.Policy{Node: "pve1"}, node(port(22, ir.Accept), all(ir.Drop)), analysis.Wider, "opens"},
		"the guest vanishes":             {node(port(22, ir.Accept), all(ir.Drop)), &ir.Policy{Node: "pve1"}, analysis.Narrower, "closes"},
		"the node vanishes with a guest": {node(all(ir.Accept)), nil, analysis.Narrower, "closes"},
	} {
		got := analysis.Compare(c.before, c.after, analysis.Budget{})
		var tally analysis.Tally
		got.Tally(&tally)
		var effects []string
		for _, e := range []analysis.Effect{analysis.Opens, analysis.Closes, analysis.Answers, analysis.Inspects, analysis.NoEffect} {
			if tally.Has(e) {
				effects = append(effects, e.String())
			}
		}
		if got.Class() != c.want || strings.Join(effects, " ") != c.effects {
			t.Errorf("%s: %s, %v; want %s, %s", name, got.Class(), effects, c.want, c.effects)
		}
	}
}

// closed is a node with a guest that is allowed nothing.
func closed() *ir.Policy {
	p := node(all(ir.Drop))
	p.NICs[0].Out = list(ir.Out, all(ir.Drop))
	return p
}

// Invariant: what the work does not suffice for is never called equal.
func TestUnknownIsNeverEqual(t *testing.T) {
	w := newWorld(3)
	before, after := w.policy(t), newWorld(4).policy(t)
	c := analysis.Compare(before, after, analysis.Budget{Each: 1, Total: 1})
	if c.Unknown == 0 || c.Class() != analysis.Incomparable {
		t.Errorf("%d unknown, %s", c.Unknown, c.Class())
	}
	if c := analysis.Compare(before, before, analysis.Budget{Each: 1, Total: 1}); c.Unknown != 0 || c.Class() != analysis.Equal {
		t.Errorf("the same: %d unknown, %s", c.Unknown, c.Class())
	}
}

func TestGuestsThatMoveAreComparedWhereTheyAre(t *testing.T) {
	other := node(port(22, ir.Accept), all(ir.Drop))
	other.Node = "pve2"
	before := []*ir.Policy{node(all(ir.Drop)), {Node: "pve2"}}
	after := []*ir.Policy{{Node: "pve1"}, other}
	list := analysis.NewComparer(analysis.Budget{}).Datacenter(before, after)
	if len(list) != 2 || len(list[0].Endpoints) != 0 || len(list[1].Endpoints) != 2 {
		t.Fatalf("%+v", list)
	}
	if e := list[1].Endpoints[0]; e.Presence != analysis.Stays || e.Class != analysis.Wider {
		t.Errorf("%s, %s", e.Presence, e.Class)
	}
}

// Without guest configs a guest file that is new begins to filter a guest that was
// there.
func TestAssumedGuestsWereNotFiltered(t *testing.T) {
	c := analysis.NewComparer(analysis.Budget{})
	c.Assumed = true
	got := c.Policies(&ir.Policy{Node: "pve1"}, closed())
	if got.Class() != analysis.Narrower || len(got.Endpoints) != 4 || got.Endpoints[0].Presence != analysis.Stays {
		t.Errorf("%s, %d lists", got.Class(), len(got.Endpoints))
	}
}

func TestRulesThatLoadOnOneSideOnly(t *testing.T) {
	broken := node(all(ir.Drop))
	broken.Refusals = []ir.Refusal{{Carrier: ir.IPTables, Reason: "no"}}
	got := analysis.Compare(node(all(ir.Drop)), broken, analysis.Budget{})
	if len(got.Loads) != 1 || got.Loads[0].Families != ir.OnlyV4 || got.Loads[0].After == nil || got.Class() != analysis.Incomparable {
		t.Errorf("%+v, %s", got.Loads, got.Class())
	}
	if got := analysis.Compare(broken, broken, analysis.Budget{}); got.Class() != analysis.Equal {
		t.Errorf("the same refusal: %s", got.Class())
	}
}

func TestVNetsAreCompared(t *testing.T) {
	vnet := func(kind ir.VerdictKind) *ir.Policy {
		return &ir.Policy{Node: "pve1", VNets: []*ir.VNet{{Name: "vapps", Forward: list(ir.Through, all(kind))}}}
	}
	got := analysis.Compare(vnet(ir.Accept), vnet(ir.Drop), analysis.Budget{})
	if got.Class() != analysis.Narrower || got.Endpoints[0].Endpoint != "vnet vapps" {
		t.Errorf("%s, %+v", got.Class(), got.Endpoints)
	}
	if got := analysis.Compare(&ir.Policy{Node: "pve1"}, vnet(ir.Drop), analysis.Budget{}); got.Class() != analysis.Narrower {
		t.Errorf("a new VNet file: %s", got.Class())
	}
}

func TestUsualBoxesSayWhatIsSpecial(t *testing.T) {
	before := node(&ir.Builtin{Kind: ir.DropInvalid, Families: ir.Both}, &ir.Builtin{Kind: ir.Established, Families: ir.Both},
		&ir.Builtin{Kind: ir.Smurfs, Families: ir.OnlyV4}, &ir.Builtin{Kind: ir.BadTCPFlags, Families: ir.Both}, all(ir.Drop))
	rule := port(22, ir.Accept)
	rule.Match.Source = &ir.Addr{Prefixes: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	after := node(append(append([]ir.Node{}, before.NICs[0].In.Nodes[:4]...), rule, all(ir.Drop))...)
	got := analysis.Compare(before, after, analysis.Budget{})
	boxes, whole := got.Endpoints[0].Changes[0].UsualBoxes(4)
	if len(boxes) != 1 || !whole || boxes[0].String() != "from 10.0.0.0/8 tcp to port 22 (ssh)" {
		t.Errorf("%v", boxes)
	}
	exact, _ := got.Endpoints[0].Changes[0].Boxes(64)
	union := exact[0].Set()
	for _, b := range exact[1:] {
		if union.Meets(b.Set()) != packet.No {
			t.Errorf("%s overlaps", b)
		}
		union = union.Union(b.Set())
	}
	if union.Equal(got.Endpoints[0].Changes[0].Packets()) != packet.Yes {
		t.Error("the boxes are not the packets of the change")
	}
}
