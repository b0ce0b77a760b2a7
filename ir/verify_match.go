package ir

import "net/netip"

// match checks one conjunction of a rule that stands in families fs.
func (v *verifier) match(m *Match, fs Families) {
	v.addr(m.Source, "source", fs)
	v.addr(m.Dest, "destination", fs)
	v.ports(m.SPort, m.Proto, "source port", fs)
	v.ports(m.DPort, m.Proto, "destination port", fs)
	for c := m.ICMP; c != nil; c = c.Also {
		v.check(m.Proto != nil, "an ICMP type without a protocol")
		v.check(c.Code >= -1 && c.Code <= 255, "ICMP code %d", c.Code)
		v.check(v.excused(fs) || c.V6 && fs == OnlyV6 || !c.V6 && fs == OnlyV4, "the ICMP type %s is not of the rule's family", c.Text)
	}
	if t := m.Flags; t != nil {
		v.check(m.Proto != nil && m.Proto.Number == 6, "TCP flags without TCP")
		v.check(t.Want&^t.Mask == 0, "TCP flags are wanted that are not looked at")
	}
	v.check(m.State < Untracked<<1, "unknown connection state")
	v.check(m.SrcType <= Anycast && m.DstType <= Anycast, "unknown address type")
}

// excused reports whether the text of one of the families is refused, so that
// its values may be what no kernel would take.
func (v *verifier) excused(fs Families) bool { return fs&v.refused != 0 }

func (v *verifier) addr(a *Addr, what string, fs Families) {
	if a == nil || v.excused(fs) {
		return
	}
	kinds := 0
	for _, used := range []bool{len(a.Prefixes) > 0, a.Range != nil, a.Set != nil} {
		if used {
			kinds++
		}
	}
	v.check(kinds == 1, "%s %q is %d kinds of address at once", what, a.Text, kinds)
	v.check(!a.Negated || a.Set != nil, "%s %q is negated without being a set", what, a.Text)
	for _, p := range a.Prefixes {
		v.check(p.IsValid() && p == p.Masked(), "%s %q: prefix %s is not masked", what, a.Text, p)
		v.check(fs == familyOf(p.Addr()), "%s %q is not of the rule's family", what, a.Text)
	}
	if r := a.Range; r != nil {
		v.check(r.First.IsValid() && r.First.BitLen() == r.Last.BitLen() && !r.Last.Less(r.First), "%s %q is no range", what, a.Text)
		v.check(fs == familyOf(r.First), "%s %q is not of the rule's family", what, a.Text)
	}
	v.check(a.Set == nil || v.sets[a.Set], "%s %q is a set that the policy does not list", what, a.Text)
}

func familyOf(a netip.Addr) Families {
	if a.Is4() {
		return OnlyV4
	}
	return OnlyV6
}

func (v *verifier) ports(p *Ports, proto *Proto, what string, fs Families) {
	if p == nil || v.excused(fs) {
		return
	}
	v.check(proto != nil, "a %s without a protocol", what)
	v.check(len(p.Ranges) > 0, "%s %q has no range", what, p.Text)
	for _, r := range p.Ranges {
		v.check(r.First <= r.Last, "%s %q runs backwards", what, p.Text)
	}
}

// set checks that live entries have a usable value and that dead ones say why;
// of a refused text nothing is asked.
func (v *verifier) set(s *Set) {
	v.where = "set " + s.label()
	v.origin(s.Origin)
	live := 0
	for _, e := range s.Entries {
		if e.Skipped != "" {
			continue
		}
		live++
		v.check(v.refused == Both || e.Prefix.IsValid() && e.Prefix == e.Prefix.Masked(), "entry %q: prefix %s is not masked", e.Text, e.Prefix)
	}
	v.check(s.Declared >= 0, "declares %d entries", s.Declared)
}
