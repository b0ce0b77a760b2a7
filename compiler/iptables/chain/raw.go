package chain

import (
	"math/big"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// raw asks about what happens before connection tracking.
func (v *proving) raw() {
	if v.refused {
		v.report.Refused++
		return
	}
	q := question{where: "raw", at: Situation{Table: "raw", Hook: "PREROUTING"}}
	effects := rawEffects(&v.policy.Raw, v.family)
	if v.policy.Off {
		effects = nil
	}
	matches := v.net.Matches(q.at)
	for i := range effects {
		matches = append(matches, &effects[i].match)
	}
	u, _ := v.cutter.Cut(matches)
	e := &expecting{universe: u, fates: Fates{map[packet.Outcome]packet.Set{}, map[string]packet.Set{}, u.None()}}
	e.accept(ir.Verdict{}, u.All(), u.None())
	for i := range effects {
		e.effect(effects[i].what, u.Match(&effects[i].match))
	}
	v.compare(q, e.fates, v.net.Decide(u, q.at))
}

type rawEffect struct {
	match ir.Match
	what  string
}

func rawEffects(r *ir.Raw, f ir.Family) []rawEffect {
	var out []rawEffect
	if s := r.SynFlood; s != nil {
		opening := &ir.TCPFlags{Mask: 1 | 2 | 4 | 16, Want: 2}
		drop := target{name: "DROP"}
		out = append(out, rawEffect{ir.Match{Proto: &ir.Proto{Number: 6}, Flags: opening}, drop.form() + " " + floodRate(s, f)})
	}
	for _, h := range r.Helpers {
		proto, ok := facts.ProtocolByName(h.Proto)
		if ok && h.Families.Has(f) {
			port := &ir.Ports{Ranges: []ir.PortRange{{First: h.Port, Last: h.Port}}}
			out = append(out, rawEffect{ir.Match{Proto: &ir.Proto{Number: uint8(proto.Number)}, DPort: port}, "helper " + h.Name})
		}
	}
	return out
}

// floodRate counts per address in IPv4, per /64 in IPv6.
func floodRate(s *ir.SynFlood, f ir.Family) string {
	mask := map[ir.Family]string{ir.V4: "32", ir.V6: "64"}[f]
	n, _ := interval(s.Rate + "/sec")
	expire, ok := new(big.Int).SetString(s.Expire, 10)
	if !ok {
		return "for an unreadable time"
	}
	return hashForm("above", n, s.Burst, "srcip", "syn", mask, expire.Mul(expire, big.NewInt(1000)).String())
}

// set asks whether a set has the members that the policy says.
func (v *proving) set(s *ir.Set) {
	name := s.KernelName(v.family)
	where := "set " + name
	if v.refused {
		v.report.Refused++
		return
	}
	got := v.net.Sets.Set(name)
	d := Difference{Family: v.family, Where: where, Policy: "a set", Text: "none", Origin: s.Origin}
	switch {
	case got == nil:
		v.settle(where, false, []Difference{d})
		return
	case got.Family != v.family:
		d.Text = "a set of " + got.Family.String()
		v.settle(where, false, []Difference{d})
		return
	case got.Unreadable != "":
		v.settle(where, true, nil)
		return
	}
	want, have := &ir.Match{Source: &ir.Addr{Set: s}}, &ir.Match{Source: &ir.Addr{Set: got.ir}}
	u, _ := v.cutter.Cut([]*ir.Match{want, have})
	v.members(d, u.Match(want), u.Match(have))
}

func (v *proving) members(d Difference, want, have packet.Set) {
	missing, extra := want.Minus(have), have.Minus(want)
	unknown := missing.Empty() == packet.Unknown || extra.Empty() == packet.Unknown
	var found []Difference
	for _, side := range []struct {
		packets      packet.Set
		policy, text string
	}{{missing, "a member", "none"}, {extra, "no member", "one"}} {
		if p, ok := side.packets.Sample(); ok {
			d.Packet, d.Packets, d.Policy, d.Text = p, side.packets, side.policy, side.text
			found = append(found, d)
		}
	}
	v.settle(d.Where, unknown, found)
}
