package ir

import "strings"

// String reads like a sentence: "from 10.0.0.0/8 tcp to port 22"; empty when
// nothing is restricted.
func (m *Match) String() string {
	var parts []string
	add := func(ok bool, words ...string) {
		if ok {
			parts = append(parts, strings.Join(words, " "))
		}
	}
	add(m.In != "", "in by", m.In)
	add(m.Out != "", "out by", m.Out)
	add(m.AcceptedBySender, "already accepted at its sender")
	add(m.State != 0, "state", m.State.String())
	add(m.NotMAC != "", "source MAC not", m.NotMAC)
	add(m.Source != nil, "from", m.Source.String())
	add(m.SrcType != AnyType, "from", m.SrcType.String())
	add(m.Dest != nil, "to", m.Dest.String())
	add(m.DstType != AnyType, "to", m.DstType.String())
	add(m.Proto != nil, m.Proto.name())
	add(m.ICMP != nil, m.ICMP.name())
	add(m.SPort != nil, "from port", m.SPort.text())
	add(m.DPort != nil, "to port", m.DPort.text())
	add(m.Flags != nil, m.Flags.String())
	return strings.Join(parts, " ")
}

// String is the address as written, a set with its owner.
func (a *Addr) String() string {
	switch {
	case a == nil:
		return ""
	case a.Set == nil:
		return a.Text
	case a.Negated:
		return "outside +" + a.Set.label()
	}
	return "+" + a.Set.label()
}

func (p *Proto) name() string {
	if p == nil {
		return ""
	}
	return p.Text
}

func (c *ICMP) name() string {
	if c == nil {
		return ""
	}
	if c.Also != nil {
		return "type " + c.Text + " and " + c.Also.name()
	}
	return "type " + c.Text
}

func (p *Ports) text() string {
	if p == nil {
		return ""
	}
	return p.Text
}

// String is any, broadcast, multicast or anycast.
func (t AddrType) String() string {
	return [...]string{"any", "broadcast", "multicast", "anycast"}[t]
}

// String lists the states with bars.
func (s State) String() string {
	var names []string
	for i, name := range [...]string{"new", "established", "related", "invalid", "untracked"} {
		if s&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, "|")
}

// String is "flags WANT of MASK" in the letters F, S, R, P, A, U.
func (t *TCPFlags) String() string {
	if t == nil {
		return ""
	}
	is := "flags "
	if t.Negated {
		is = "flags not "
	}
	return is + flagLetters(t.Want) + " of " + flagLetters(t.Mask)
}

func flagLetters(bits uint8) string {
	var b strings.Builder
	for i, letter := range "FSRPAU" {
		if bits&(1<<i) != 0 {
			b.WriteRune(letter)
		}
	}
	if b.Len() == 0 {
		return "none"
	}
	return b.String()
}
