package nft

import (
	"slices"

	"github.com/pvefw/pvefw/ir"
)

// builtin translates what Proxmox adds by itself: its expansion, in place where it
// is short, otherwise in a chain that all lists of the table share.
func (pl *place) builtin(out []line, b *ir.Builtin) []line {
	switch b.Kind {
	case ir.ConnMark:
		return append(out, line{act: act{kind: actConnMark, flip: uint32(b.Mark)}, origin: b.Origin})
	case ir.ClearMark:
		if !pl.marks {
			return out
		}
		return append(out, line{act: clearMark, origin: b.Origin})
	case ir.Smurfs, ir.BadTCPFlags, ir.DropNoise, ir.RejectNoise:
		return pl.sharedBuiltin(out, b)
	}
	return pl.expansion(out, b)
}

// usual is all that the lines of a built-in depend on that says nothing about anybody in
// particular.
type usual struct {
	kind    ir.BuiltinKind
	dir     ir.Direction
	ra      bool
	verdict ir.Verdict
	family  ir.Family
	accept  act
	answer  bool
}

// expansion translates the rules of a built-in. Those that all guests have are translated
// once.
func (pl *place) expansion(out []line, b *ir.Builtin) []line {
	if b.Set != nil || b.Net != nil || b.MAC != "" || b.Log != nil || b.Peers != nil || pl.host || pl.quiet || !b.Families.Has(pl.family) {
		return pl.expand(out, b)
	}
	key := usual{b.Kind, b.Dir, b.RA, b.Verdict, pl.family, pl.accept, pl.answer}
	lines, known := pl.usual[key]
	if !known {
		for _, l := range pl.expand(nil, b) {
			l.conds, l.rest = slices.Clone(l.conds), slices.Clone(l.rest)
			for i := range l.conds {
				l.conds[i].spans = slices.Clone(l.conds[i].spans)
			}
			lines = append(lines, l)
		}
		pl.usual[key] = lines
	}
	for i := range lines {
		out = append(out, lines[i])
		out[len(out)-1].origin = b.Origin
	}
	return out
}

func (pl *place) expand(out []line, b *ir.Builtin) []line {
	for _, r := range ir.Expand(b, pl.family) {
		l, ok := pl.match(&r.Match, r.Origin)
		if !ok {
			continue
		}
		l.act, l.origin = pl.act(r.Verdict, r.Origin), r.Origin
		if r.Log != nil {
			l.log = pl.prefix(r.Log, 0, logChains[b.Kind], "DROP: ")
		}
		out = pl.alternatives(out, l, &r.Match)
	}
	return out
}

// logChains are the names under which the reference logs what built-ins drop.
var logChains = map[ir.BuiltinKind]string{
	ir.Blacklist: "PVEFW-blacklist", ir.Smurfs: "PVEFW-smurflog", ir.BadTCPFlags: "PVEFW-logflags",
}

// sharedBuiltin jumps to the chain of a built-in. What it lets through is let
// through without the mark of a sender (reference/pve-firewall §6.6).
func (pl *place) sharedBuiltin(out []line, b *ir.Builtin) []line {
	name := b.Kind.String() + pl.variant()
	if pl.chains[name] == nil {
		pl.makeBuiltin(name, *b)
	}
	l := line{stock: &pl.stock}
	if b.Kind == ir.BadTCPFlags {
		l.value(L4Proto, protoTCP)
	}
	return pl.jump(out, l, name, b.Origin)
}

func (pl *place) makeBuiltin(name string, b ir.Builtin) {
	in := *pl
	in.accept, in.quiet = accept, true
	if b.Kind == ir.DropNoise || b.Kind == ir.RejectNoise { // of everyone who has such a policy
		b.Origin = ir.Origin{Steps: []ir.Step{{Kind: ir.ByBuiltin, Name: b.Kind.String()}}}
	}
	pl.shared(name, func(c *Chain) {
		c.Origin = b.Origin
		pl.emit(c, in.expansion(pl.take(), &b))
	})
}

// rejectChain returns the chain that answers and drops, as the reference answers
// (reference/pve-firewall §6.6): nothing to ICMP, to broadcasts and to senders that
// are nobody.
func (pl *place) rejectChain(f ir.Family) string {
	return pl.shared(rejectChains[f], func(c *Chain) {
		in := &place{table: pl.table, family: f}
		origin := ir.Origin{Steps: []ir.Step{{Kind: ir.ByBuiltin, Name: "reject"}}}
		lines := pl.take()
		for _, m := range unanswered(f) {
			if l, ok := in.match(&m, origin); ok {
				l.act, l.origin = drop, origin
				lines = in.alternatives(lines, l, &m)
			}
		}
		pl.emit(c, lines)
		for _, s := range answers(f) {
			c.Rules = append(c.Rules, &Rule{Stmts: pl.guarded(s, f), Origins: []ir.Origin{origin}})
		}
	})
}

var rejectChains = [2]string{ir.V4: "reject-4", ir.V6: "reject-6"}

func unanswered(f ir.Family) []ir.Match {
	icmp := ir.Match{Proto: &ir.Proto{Number: protoICMP}}
	if f == ir.V6 {
		icmp.Proto.Number = protoICMPv6
		return []ir.Match{icmp}
	}
	from := multicast4
	return []ir.Match{{DstType: ir.Broadcast}, {Source: prefixes(from)}, icmp}
}

// Codes of unreachable messages.
const (
	portUnreachable4 = 3
	hostProhibited4  = 10
	adminProhibited6 = 1
	portUnreachable6 = 4
)

// answers are the last rules of the chain: what is told to whom.
func answers(f ir.Family) [][]Stmt {
	port, rest := uint8(portUnreachable4), uint8(hostProhibited4)
	if f == ir.V6 {
		port, rest = portUnreachable6, adminProhibited6
	}
	v6 := f == ir.V6
	return [][]Stmt{
		{&Compare{Field: L4Proto, Value: number(protoTCP)}, &Reject{TCPReset: true, V6: v6}},
		{&Compare{Field: L4Proto, Value: number(protoUDP)}, &Reject{V6: v6, Code: port}},
		{&Reject{V6: v6, Code: rest}},
	}
}
