package nft_test

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"strconv"
	"testing"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/compiler/nft/space"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/packet"
)

// values are those of each field that arbitrary rules ask for; more than one policy ever
// needs, and in any order and negation.
var values = map[nft.Field][]uint64{
	nft.NFProto: {2, 10}, nft.L4Proto: {1, 6, 17, 47, 58, 132}, nft.State: {1, 2, 4, 8, 64}, nft.SourcePort: {0, 22, 80, 443}, nft.DestPort: {22, 23, 80, 65535},
	nft.TCPFlags: {2, 3, 16, 18}, nft.ICMPType: {3, 8}, nft.ICMPCode: {0, 4}, nft.ICMP6Type: {1, 128, 135}, nft.SourceType: {3}, nft.DestType: {1, 3},
	nft.IPSource: {0x0a010105, 0x0a010207, 0xffffffff, 0xe0000005}, nft.IPDest: {0x0a010105, 0x0a010207, 0xffffffff, 0xe0000005},
	nft.IP6Source: {5, 7}, nft.IP6Dest: {5, 7}, nft.InName: {0, 1}, nft.OutName: {0, 1},
}

var fields = func() (list []nft.Field) {
	for f := range values {
		list = append(list, f)
	}
	slices.Sort(list)
	return list
}()

// everywhere are the fields that all packets have, and headers those of one family or
// protocol by what a rule must ask for before.
var (
	everywhere = []nft.Field{nft.NFProto, nft.L4Proto, nft.State, nft.SourceType, nft.InName, nft.OutName}
	headers    = []struct {
		family, proto uint64
		fields        []nft.Field
	}{
		{2, 6, []nft.Field{nft.IPSource, nft.IPDest, nft.SourcePort, nft.DestPort, nft.TCPFlags}}, {10, 17, []nft.Field{nft.IP6Source, nft.IP6Dest, nft.SourcePort, nft.DestPort}},
		{2, 1, []nft.Field{nft.IPSource, nft.ICMPType}}, {10, 58, []nft.Field{nft.IP6Dest, nft.ICMP6Type}},
	}
)

// writer writes arbitrary programs: tests that no policy asks for, too. Those of a wild
// one look into headers that the packet may not have.
type writer struct {
	*rand.Rand
	wild   bool
	fields []nft.Field // that the rule at hand may ask for
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func (w *writer) value(f nft.Field) nft.Value {
	n := pick(w.Rand, values[f])
	switch {
	case f.Spec().Name:
		return nft.Value{Name: "vmbr" + strconv.FormatUint(n, 10)}
	case f == nft.IP6Source || f == nft.IP6Dest:
		return nft.Value{Hi: 0x20010db8_00000000, Lo: n}
	}
	return nft.Value{Lo: n}
}

func (w *writer) span(f nft.Field) nft.Span {
	a, b := w.value(f), w.value(f)
	if f.Spec().Name || f == nft.State || w.IntN(2) == 0 {
		return nft.Span{First: a, Last: a}
	}
	if b.Less(a) {
		a, b = b, a
	}
	return nft.Span{First: a, Last: b}
}

func (w *writer) test() nft.Stmt {
	f, not := pick(w.Rand, w.fields), w.IntN(3) == 0
	switch w.IntN(5) {
	case 0:
		return &nft.Compare{Field: f, Not: not, Value: w.value(f)}
	case 1:
		s := w.span(f)
		return &nft.Between{Field: f, Not: not, First: s.First, Last: s.Last}
	case 2:
		return w.bits(f, not)
	}
	key := []nft.Field{f}
	if w.IntN(2) == 0 {
		key = append(key, pick(w.Rand, w.fields))
	}
	return &nft.Lookup{Fields: key, Not: not, Set: w.set(key)}
}

func (w *writer) bits(f nft.Field, not bool) nft.Stmt {
	switch f {
	case nft.TCPFlags:
		return &nft.Masked{Field: f, Not: not, Mask: nft.Value{Lo: 18}, Value: nft.Value{Lo: 2}}
	case nft.IPSource, nft.IPDest:
		return &nft.Masked{Field: f, Not: not, Mask: nft.Value{Lo: 0xffff0000}, Value: nft.Value{Lo: 0x0a010000}}
	case nft.State:
		return &nft.Masked{Field: f, Not: true, Mask: nft.Value{Lo: 10}}
	}
	return &nft.Masked{Field: nft.Mark, Not: not, Mask: nft.Value{Lo: 0xe0000000}, Value: nft.Value{Lo: pick(w.Rand, []uint64{0, 0x80000000, 0x40000000})}}
}

// set has elements that do not overlap.
func (w *writer) set(key []nft.Field) *nft.Set {
	s := &nft.Set{Key: key, Interval: true}
	for range 1 + w.IntN(3) {
		e := nft.Element{}
		for _, f := range key {
			e.Key = append(e.Key, w.span(f))
		}
		if !slices.ContainsFunc(s.Elements, func(o nft.Element) bool { return meets(e.Key, o.Key) }) {
			s.Elements = append(s.Elements, e)
		}
	}
	return s
}

func meets(a, b []nft.Span) bool {
	for i := range a {
		if a[i].Last.Less(b[i].First) || b[i].Last.Less(a[i].First) {
			return false
		}
	}
	return true
}

// rule ends with a verdict, or a map, that leads to a chain further behind.
func (w *writer) rule(later []string) *nft.Rule {
	r := &nft.Rule{}
	if w.fields = fields; !w.wild {
		w.fields = everywhere
		if h := pick(w.Rand, headers); w.IntN(2) == 0 {
			w.fields = slices.Concat(everywhere, h.fields, h.fields)
			r.Stmts = []nft.Stmt{&nft.Compare{Field: nft.NFProto, Value: nft.Value{Lo: h.family}}, &nft.Compare{Field: nft.L4Proto, Value: nft.Value{Lo: h.proto}}}
		}
	}
	for range w.IntN(4) {
		r.Stmts = append(r.Stmts, w.test())
	}
	if w.IntN(6) == 0 {
		bit := uint32(0x80000000) >> w.IntN(2)
		r.Stmts = append(r.Stmts, &nft.SetMark{Keep: ^bit, Flip: bit * uint32(w.IntN(2))})
	}
	switch w.IntN(8) {
	case 0:
		r.Stmts = append(r.Stmts, &nft.Reject{TCPReset: true})
	case 1:
		m := w.set([]nft.Field{pick(w.Rand, w.fields), pick(w.Rand, w.fields)})
		m.Verdicts = true
		for i := range m.Elements {
			m.Elements[i].Verdict = w.verdict(later)
		}
		r.Stmts = append(r.Stmts, &nft.Dispatch{Fields: m.Key, Map: m})
	case 2: // changes a mark, if anything
	default:
		v := w.verdict(later)
		r.Stmts = append(r.Stmts, &v)
	}
	return r
}

func (w *writer) verdict(later []string) nft.Verdict {
	v := nft.Verdict{Kind: nft.VerdictKind(w.IntN(3))}
	if len(later) > 0 && w.IntN(2) == 0 {
		v = nft.Verdict{Kind: nft.Jump + nft.VerdictKind(w.IntN(2)), Chain: pick(w.Rand, later)}
	}
	return v
}

func (w *writer) program() *nft.Program {
	t := &nft.Table{Family: nft.Inet, Name: nft.HostTable}
	names := []string{"input", "one", "two"}
	for i, name := range names {
		c := &nft.Chain{Name: name}
		for range 1 + w.IntN(5) {
			c.Rules = append(c.Rules, w.rule(names[i+1:]))
		}
		t.Chains = append(t.Chains, c)
	}
	t.Chains[0].Hook = &nft.Hook{Point: nft.Input}
	return &nft.Program{Tables: []*nft.Table{t}}
}

func (w *writer) packet(f ir.Family) *packet.Packet {
	address := func() netip.Addr { return w.value(nft.IPSource).Addr(nft.IPSource) }
	if f == ir.V6 {
		address = func() netip.Addr { return w.value(nft.IP6Source).Addr(nft.IP6Source) }
	}
	kind := nft.ICMPType
	if f == ir.V6 {
		kind = nft.ICMP6Type
	}
	one := func(f nft.Field) uint64 { return w.value(f).Lo }
	return &packet.Packet{Family: f, Source: address(), Dest: address(), Proto: uint8(one(nft.L4Proto)), SPort: uint16(one(nft.SourcePort)), DPort: uint16(one(nft.DestPort)),
		ICMPType: uint8(one(kind)), ICMPCode: uint8(one(nft.ICMPCode)), State: pick(w.Rand, []ir.State{ir.New, ir.EstablishedState, ir.Related, ir.Invalid, ir.Untracked}),
		Flags: uint8(one(nft.TCPFlags)), In: pick(w.Rand, []string{"vmbr0", "vmbr1", "eth9"}), Out: pick(w.Rand, []string{"vmbr0", "eth9"}), Marked: w.IntN(2) == 0}
}

// What is said of all packets that an arbitrary program gets is what a machine does with
// each of them, or nothing.
func TestArbitraryProgramsAreRead(t *testing.T) {
	w := &writer{Rand: rand.New(rand.NewPCG(5, 5))}
	said := map[string]int{}
	for i := range 400 {
		w.wild = i%4 == 0
		program := w.program()
		c := space.Compare(&nft.Program{}, program, analysis.Budget{})
		for range 40 {
			p := w.packet(pick(w.Rand, []ir.Family{ir.V4, ir.V6}))
			got := sayOf(c, p)
			said[got]++
			if want := nft.Fates(program, &ir.Policy{}, "host", ir.In, p)[0]; got != "unknown" && got != want {
				t.Fatalf("%+v: %s, a machine says %s of\n%s", p, got, want, listed(program))
			}
		}
	}
	t.Logf("%v", said)
	if said["DROP"] < 1000 || said["REJECT"] < 100 || said["ACCEPT"] < 1000 || said["unknown"] > said["DROP"]*4 {
		t.Errorf("%v", said)
	}
}

// What is said of one rule that another replaces is what a machine does with each packet
// before and after.
func TestArbitraryChangesAreFound(t *testing.T) {
	w := &writer{Rand: rand.New(rand.NewPCG(6, 6))}
	said := map[string]int{}
	for i := range 300 {
		w.wild = i%4 == 0
		before := w.program()
		after := w.replaced(before)
		c := space.Compare(before, after, analysis.Budget{})
		for range 40 {
			p := w.packet(pick(w.Rand, []ir.Family{ir.V4, ir.V6}))
			was, is := nft.Fates(before, &ir.Policy{}, "host", ir.In, p)[0], nft.Fates(after, &ir.Policy{}, "host", ir.In, p)[0]
			got, want := changeOf(c, p), was+" "+is
			if was == is {
				want = "same"
			}
			said[got]++
			if got != "unknown" && got != want {
				t.Fatalf("%+v: %s, a machine says %s of\n%s%s", p, got, want, listed(before), listed(after))
			}
		}
	}
	t.Logf("%v", said)
	if len(said) != 8 || said["unknown"] > said["same"]/2 {
		t.Errorf("%v", said)
	}
}

// replaced is a program with one rule that is another.
func (w *writer) replaced(p *nft.Program) *nft.Program {
	table := *p.Tables[0]
	table.Chains = slices.Clone(table.Chains)
	k := w.IntN(len(table.Chains))
	changed := *table.Chains[k]
	changed.Rules = slices.Clone(changed.Rules)
	var later []string
	for _, c := range table.Chains[k+1:] {
		later = append(later, c.Name)
	}
	changed.Rules[w.IntN(len(changed.Rules))] = w.rule(later)
	table.Chains[k] = &changed
	for _, c := range append(p.Tables[0].Chains, &changed) {
		c.Hash = c.Restate()
	}
	return &nft.Program{Tables: []*nft.Table{&table}}
}

// changeOf is what a comparison says of a packet that the node gets.
func changeOf(c *space.Comparison, p *packet.Packet) string {
	for _, e := range c.Endpoints {
		if e.Endpoint != "host" || e.Direction != ir.In || e.Family != p.Family {
			continue
		}
		for _, change := range e.Changes {
			if change.Packets.Contains(p) == packet.Yes && change.Was.Verdict == change.Is.Verdict {
				return "same"
			}
			if change.Packets.Contains(p) == packet.Yes {
				return change.Was.Verdict.String() + " " + change.Is.Verdict.String()
			}
		}
		if e.Unknown {
			return "unknown"
		}
	}
	return "same"
}

// sayOf is what a comparison with nothing says of a packet that the node gets.
func sayOf(c *space.Comparison, p *packet.Packet) string {
	for _, e := range c.Endpoints {
		if e.Endpoint != "host" || e.Direction != ir.In || e.Family != p.Family {
			continue
		}
		for _, change := range e.Changes {
			if change.Packets.Contains(p) == packet.Yes {
				return change.Is.Verdict.String()
			}
		}
		if e.Unknown {
			return "unknown"
		}
	}
	return "ACCEPT"
}

func listed(p *nft.Program) string {
	text := ""
	for _, c := range p.Tables[0].Chains {
		c.Restate()
		text += c.Name + "\n"
		for _, r := range c.Rules {
			text += "\t" + r.Text() + "\n"
		}
	}
	return text
}
