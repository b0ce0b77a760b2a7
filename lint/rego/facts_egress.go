package rego

import (
	"slices"

	"github.com/pvefw/pvefw/ir/config"
)

// egress is what stands out about how the list of a rule treats outgoing packets.
// It is told of one rule of the list; the zero egress is that of all others.
type egress struct {
	// isolates: the rule is the first of its list that blocks a private network;
	// the list does so in these families. lets_out: the families whose other packets
	// are let out.
	isolates, open families
	// blocks_dns: the rule names the port of name servers, blocks it, and nothing
	// above it lets a query out to any of them.
	blocksDNS bool
}

// findEgress looks at the OUT rules of all guests. Groups are looked into where a
// guest uses them.
func (w *world) findEgress(found map[*config.Rule]egress) {
	for f := range w.files() {
		if f.guest == nil {
			continue
		}
		l := egressList{w: w, open: both}
		if f.fw.Options.Text("policy_out", "ACCEPT") != "ACCEPT" {
			l.open = 0
		}
		for _, r := range f.fw.Rules {
			l.add(r)
		}
		l.tell(found)
	}
}

// egressList is the state of going through one list.
type egressList struct {
	w             *world
	isolator      *config.Rule
	isolated      families // blocked towards private networks
	decided, open families // decided: a rule has taken all that is left of these
	names         bool     // a query for a name may leave
	dnsBlocker    *config.Rule
}

func (l *egressList) add(r *config.Rule) {
	switch {
	case !inForce(r):
	case r.Type == config.GroupRule:
		for _, inner := range r.Group.Target.Rules {
			if inForce(inner) && inner.Type == config.OutRule {
				l.rule(inner, false)
			}
		}
	case r.Type == config.OutRule:
		l.rule(r, true)
	}
}

func (l *egressList) rule(r *config.Rule, own bool) {
	whole := l.w.catchAll(r) &^ l.decided
	if interfaceOf(r) != "" {
		whole = 0
	}
	if r.Action == config.AcceptAction {
		l.accept(r)
		l.open |= whole
	} else {
		l.block(r, own)
		l.open &^= whole
		if own && l.dnsBlocker == nil && !l.names && l.decided == 0 && l.blocksDNS(r) {
			l.dnsBlocker = r
		}
	}
	l.decided |= whole
}

func (l *egressList) accept(r *config.Rule) {
	l.names = l.names || l.decided != both && slices.ContainsFunc(portsOf(r), ports.isDNS)
}

func (p ports) isDNS() bool { return p.first <= 53 && p.last >= 53 }

// blocksDNS: a rule about all ports, or very many, is about something else.
func (l *egressList) blocksDNS(r *config.Rule) bool {
	const many = 100
	if r.Dest.Given() && l.w.cover(&r.Dest).whole == 0 {
		return false
	}
	return slices.ContainsFunc(portsOf(r), func(p ports) bool { return p.proto == "udp" && p.isDNS() && p.last-p.first < many })
}

// block notes which families a rule keeps from private networks. Whoever blocks
// anything of IPv6 alone has thought of it.
func (l *egressList) block(r *config.Rule, own bool) {
	if familiesOf(r.Family) == onlyV6 {
		l.isolated |= onlyV6
	}
	if r.Macro != nil || given(r.Proto) {
		return
	}
	all := l.w.catchAll(r)
	l.isolated |= all
	if own && l.isolator == nil && all == onlyV4 && r.Dest.Given() {
		l.isolator = r // 0.0.0.0/0 means everything to most who write it
	}
	spans, _ := spansOf(&r.Dest)
	for _, s := range spans {
		if !isLAN(s) {
			continue
		}
		if s.first.Is4() {
			l.isolated |= onlyV4
			if own && l.isolator == nil {
				l.isolator = r
			}
		} else {
			l.isolated |= onlyV6
		}
	}
}

// isLAN reports a private network, not a single host of one.
func isLAN(s span) bool {
	return s.first != s.last && s.first.IsPrivate() && s.last.IsPrivate() && sameBlock(s.first, s.last)
}

func (l *egressList) tell(found map[*config.Rule]egress) {
	if l.isolator != nil {
		found[l.isolator] = egress{isolates: l.isolated, open: l.open}
	}
	if l.dnsBlocker != nil {
		e := found[l.dnsBlocker]
		e.blocksDNS = true
		found[l.dnsBlocker] = e
	}
}
