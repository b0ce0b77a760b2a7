package ir

// Expand turns a built-in into the flat rules it stands for, in one family and
// in the order in which they decide. It returns nil for a built-in that has no
// part in f or that decides nothing (ConnMark, ClearMark). The rules share b's
// Origin, Set, Net and Log; callers must not change them. Sub-chains of the
// reference are flattened: a return out of one becomes the verdict Leave, which
// ends the built-in and goes on behind it.
func Expand(b *Builtin, f Family) []*Rule {
	if !b.Families.Has(f) {
		return nil
	}
	e := expansion{builtin: b, family: f}
	e.run()
	return e.rules
}

// expansion collects the rules of one built-in in one family.
type expansion struct {
	builtin *Builtin
	family  Family
	rules   []*Rule
}

// run dispatches over the closed list of kinds.
func (e *expansion) run() {
	b := e.builtin
	switch b.Kind {
	case Loopback:
		e.loopback()
	case DropInvalid:
		e.add(Match{State: Invalid}, Drop)
	case Established, IPSEstablished:
		e.letIn(Match{State: EstablishedState | Related})
	case NDP:
		e.neighbourDiscovery()
	case Blacklist:
		e.fromSet(b.Set, false, Drop)
	case Smurfs:
		e.smurfs()
	case BadTCPFlags:
		e.badTCPFlags()
	case IGMP:
		e.letIn(Match{Proto: protoIGMP})
	case Management:
		e.management()
	case Corosync:
		e.corosync()
	case DHCP:
		e.dhcp()
	case MACFilter:
		e.add(Match{NotMAC: b.MAC}, Drop)
	case RADrop:
		e.icmp6("router-advertisement", 134, Verdict{Kind: Drop})
	case IPFilter:
		e.fromSet(b.Set, true, Drop)
	case DropNoise:
		e.noise(Drop)
	case RejectNoise:
		e.noise(Reject)
	case ConnMark, ClearMark:
	}
}

// add appends a rule that logs, if the built-in does, and decides.
func (e *expansion) add(m Match, kind VerdictKind) { e.append(m, Verdict{Kind: kind}) }

// letIn appends a rule with the built-in's own accepting verdict.
func (e *expansion) letIn(m Match) { e.append(m, e.builtin.Verdict) }

func (e *expansion) append(m Match, v Verdict) {
	r := &Rule{Families: Only(e.family), Match: m, Verdict: v, Origin: e.builtin.Origin}
	if v.Kind == Drop {
		r.Log = e.builtin.Log
	}
	e.rules = append(e.rules, r)
}

func (e *expansion) loopback() {
	if e.builtin.Dir == In {
		e.letIn(Match{In: "lo"})
		return
	}
	e.letIn(Match{Out: "lo"})
}

// fromSet decides by the source's membership in a set.
func (e *expansion) fromSet(s *Set, negated bool, kind VerdictKind) {
	if s == nil {
		return
	}
	e.add(Match{Source: &Addr{Text: s.Name, Set: s, Negated: negated}}, kind)
}

// neighbourDiscovery follows reference/pve-firewall §6.8 and §7.3: solicitations
// and advertisements of routers and neighbours, advertisements of routers only
// where RA says so.
func (e *expansion) neighbourDiscovery() {
	v := e.builtin.Verdict
	e.icmp6("router-solicitation", 133, v)
	if e.builtin.RA {
		e.icmp6("router-advertisement", 134, v)
	}
	e.icmp6("neighbor-solicitation", 135, v)
	e.icmp6("neighbor-advertisement", 136, v)
}

func (e *expansion) icmp6(name string, number uint8, v Verdict) {
	if e.family == V6 {
		e.append(icmpMatch(name, true, number, -1), v)
	}
}

// management is the daemon's own way in and out, reference/pve-firewall §6.8.
// The two directions list different ports in a different order.
func (e *expansion) management() {
	b := e.builtin
	if b.Dir == In && b.Set != nil {
		from := &Addr{Text: b.Set.Name, Set: b.Set}
		for _, r := range []PortRange{{8006, 8006}, {5900, 5999}, {3128, 3128}, {22, 22}, {60000, 60050}} {
			e.letIn(Match{Source: from, Proto: protoTCP, DPort: ports(r)})
		}
	}
	if b.Dir == Out && b.Net != nil {
		for _, r := range []PortRange{{8006, 8006}, {22, 22}, {5900, 5999}, {3128, 3128}} {
			e.letIn(Match{Dest: b.Net, Proto: protoTCP, DPort: ports(r)})
		}
	}
}

// dhcp lets a guest be a DHCP client, reference/pve-firewall §7.3 and §7.4.
func (e *expansion) dhcp() {
	server, client := uint16(67), uint16(68)
	if e.family == V6 {
		server, client = 547, 546
	}
	from, to := server, client
	if e.builtin.Dir == Out {
		from, to = client, server
	}
	e.letIn(Match{Proto: protoUDP, SPort: ports(PortRange{from, from}), DPort: ports(PortRange{to, to})})
}
