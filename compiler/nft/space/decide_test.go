package space

import (
	"net/netip"
	"testing"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/packet"
)

func number(n uint64) nft.Value { return nft.Value{Lo: n} }

func text(name string) nft.Value { return nft.Value{Name: name} }

func verdict(k nft.VerdictKind, chain ...string) nft.Stmt {
	v := &nft.Verdict{Kind: k}
	if len(chain) > 0 {
		v.Chain = chain[0]
	}
	return v
}

func rule(stmts ...nft.Stmt) *nft.Rule { return &nft.Rule{Stmts: stmts} }

func equals(f nft.Field, v nft.Value) nft.Stmt { return &nft.Compare{Field: f, Value: v} }

// input is a program with an input chain of the node, and other chains.
func input(rules []*nft.Rule, others ...*nft.Chain) *nft.Program {
	base := &nft.Chain{Name: "input", Hook: &nft.Hook{Point: nft.Input}, Rules: rules}
	return &nft.Program{Tables: []*nft.Table{{Family: nft.Inet, Name: nft.HostTable, Chains: append(others, base)}}}
}

// decided is what becomes of a packet that the node gets; unknown where nobody can tell.
func decided(p *nft.Program, q *packet.Packet) string {
	w := inetWay(nft.Input)
	a := read(p).ask(q.Family, &w)
	u := packet.NewUniverse(q.Family, complete(append([]*ir.Match{&accepted}, silent[q.Family]...), a)...)
	d := a.begin(u)
	f := d.rest(d.lead(u.All()))
	if f.lost.Contains(q) != packet.No {
		return "unknown"
	}
	for _, h := range f.hits {
		if a := h.packets.Contains(q); a == packet.Yes {
			return h.Outcome.String()
		}
	}
	return "unknown"
}

func TestDecide(t *testing.T) {
	drop := verdict(nft.Drop)
	isTCP, port22 := equals(nft.L4Proto, number(6)), equals(nft.DestPort, number(22))
	tcp22 := packet.Packet{Proto: 6, DPort: 22, State: ir.New, Flags: 2, Source: netip.MustParseAddr("10.0.0.1"), Dest: netip.MustParseAddr("10.0.0.2")}
	other := func(change func(*packet.Packet)) *packet.Packet {
		p := tcp22
		change(&p)
		return &p
	}
	echo := other(func(p *packet.Packet) { p.Proto, p.ICMPType, p.ICMPCode = 1, 3, 4 })
	loop := &nft.Chain{Name: "loop", Rules: []*nft.Rule{rule(verdict(nft.Jump, "loop"))}}
	leave := &nft.Chain{Name: "leave", Rules: []*nft.Rule{rule(port22, verdict(nft.Return)), rule(drop)}}
	types := &nft.Set{Key: []nft.Field{nft.ICMPType, nft.ICMPCode}, Verdicts: true, Elements: []nft.Element{
		{Key: []nft.Span{single(3), single(4)}, Verdict: nft.Verdict{Kind: nft.Drop}}, {Key: []nft.Span{single(8), single(0)}}}}
	for _, c := range []struct {
		name    string
		program *nft.Program
		packet  *packet.Packet
		want    string
	}{
		{"a test that holds", input([]*nft.Rule{rule(isTCP, port22, drop)}), &tcp22, "DROP"},
		{"a test that does not", input([]*nft.Rule{rule(isTCP, port22, drop)}), other(func(p *packet.Packet) { p.DPort = 23 }), "ACCEPT"},
		{"a port of a packet without", input([]*nft.Rule{rule(port22, drop)}), echo, "unknown"},
		{"a port of a packet with one", input([]*nft.Rule{rule(port22, drop)}), &tcp22, "DROP"},
		{"a code behind its type", input([]*nft.Rule{rule(equals(nft.L4Proto, number(1)), equals(nft.ICMPType, number(3)), equals(nft.ICMPCode, number(4)), drop)}), echo, "DROP"},
		{"a code alone", input([]*nft.Rule{rule(equals(nft.L4Proto, number(1)), equals(nft.ICMPCode, number(4)), drop)}), echo, "unknown"},
		{"types and codes in a map", input([]*nft.Rule{rule(equals(nft.L4Proto, number(1)), &nft.Dispatch{Fields: types.Key, Map: types})}), echo, "DROP"},
		{"a jump to nowhere", input([]*nft.Rule{rule(isTCP, verdict(nft.Jump, "gone"))}), &tcp22, "unknown"},
		{"a jump to nowhere of others", input([]*nft.Rule{rule(isTCP, verdict(nft.Jump, "gone"))}), echo, "ACCEPT"},
		{"a loop", input([]*nft.Rule{rule(verdict(nft.Jump, "loop"))}, loop), &tcp22, "unknown"},
		{"back from a jump", input([]*nft.Rule{rule(isTCP, verdict(nft.Jump, "leave")), rule(&nft.Reject{TCPReset: true})}, leave), &tcp22, "REJECT with tcp-reset"},
		{"gone for good", input([]*nft.Rule{rule(isTCP, verdict(nft.Goto, "leave")), rule(drop)}, leave), &tcp22, "ACCEPT"},
		{"at a rate", input([]*nft.Rule{rule(&nft.Limit{Rate: 1, Unit: nft.Second}, drop)}), &tcp22, "ACCEPT"},
		{"a refusal to many", input([]*nft.Rule{rule(&nft.Reject{})}), other(func(p *packet.Packet) { p.Dest = netip.MustParseAddr("224.0.0.1") }), "DROP"},
		{"a mark that is set", input([]*nft.Rule{rule(&nft.SetMark{Keep: ^uint32(bridgedMark), Flip: bridgedMark}), rule(&nft.Masked{Field: nft.Mark, Mask: number(bridgedMark), Value: number(bridgedMark)}, drop)}), &tcp22, "DROP"},
		{"a mark of others", input([]*nft.Rule{rule(&nft.Masked{Field: nft.Mark, Mask: number(1), Value: number(1)}, drop)}), &tcp22, "unknown"},
		{"the mark of senders", input([]*nft.Rule{rule(&nft.Masked{Field: nft.Mark, Mask: number(acceptMark), Value: number(acceptMark)}, drop)}), other(func(p *packet.Packet) { p.Marked = true }), "DROP"},
		{"an address of the other family", input([]*nft.Rule{rule(equals(nft.NFProto, number(10)), equals(nft.IP6Source, number(1)), drop)}), &tcp22, "ACCEPT"},
		{"an address that nobody asked the family for", input([]*nft.Rule{rule(equals(nft.IP6Source, number(1)), drop)}), &tcp22, "unknown"},
	} {
		if got := decided(c.program, c.packet); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// A name's beginning stands for all names that either program asks for.
func TestBeginningsOfNames(t *testing.T) {
	begins := func(name string) nft.Stmt { return &nft.Compare{Field: nft.InName, Begins: true, Value: text(name)} }
	before := input([]*nft.Rule{rule(begins("ens"), verdict(nft.Drop))})
	after := input([]*nft.Rule{rule(equals(nft.InName, text("ens3")), verdict(nft.Drop)), rule(equals(nft.InName, text("eth0")), verdict(nft.Drop))})
	c := Compare(before, after, analysis.Budget{})
	got := map[string]analysis.Effect{}
	for _, e := range c.Endpoints {
		for i := range e.Changes {
			got[e.Changes[i].Witness().In] = e.Changes[i].Effect()
		}
	}
	if len(got) != 2 || got["ens+"] != analysis.Opens || got["eth0"] != analysis.Closes || c.Unknown > 0 {
		t.Errorf("%v, %d unknown", got, c.Unknown)
	}
}

// Nothing is in force before the first program: everything that it stops newly stops.
func TestFirstProgram(t *testing.T) {
	first := input([]*nft.Rule{rule(equals(nft.L4Proto, number(6)), verdict(nft.Drop))})
	c := Compare(&nft.Program{}, first, analysis.Budget{})
	if c.Class() != analysis.Narrower || len(c.Endpoints) != 2 || c.Endpoints[0].Endpoint != "host" || c.Endpoints[0].Direction != ir.In {
		t.Errorf("%+v", c)
	}
}

// Without work nothing is said.
func TestCompareWithoutWork(t *testing.T) {
	first := input([]*nft.Rule{rule(equals(nft.L4Proto, number(6)), verdict(nft.Drop))})
	c := Compare(&nft.Program{}, first, analysis.Budget{Each: 1, Total: 1})
	if c.Unknown != 2 || c.Class() != analysis.Incomparable {
		t.Errorf("%+v", c)
	}
}
