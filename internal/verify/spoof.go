package verify

import (
	"fmt"
	"net/netip"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// prepareSpoof looks up a test that no NIC sends under another name than its own.
func (r *run) prepareSpoof(t *Test) func() Result {
	s := &spoof{run: r, result: Result{Test: t}}
	for _, e := range r.ends(&r.complaints, t.NICs, "guests") {
		if e.nic == nil {
			r.at(firstOf(t.NICs, t.Name), e.name+" is no guest; only what guests send is looked at")
			break
		}
		s.nics = append(s.nics, e)
	}
	if len(t.Addresses) > 0 {
		a := r.addresses(&r.complaints, t.Addresses)
		s.own = &a
	}
	return s.prove
}

func firstOf(words []Word, fallback Word) Word {
	if len(words) > 0 {
		return words[0]
	}
	return fallback
}

// spoof is a SpoofProof test: what a NIC sends, other than to ask for an address by
// DHCP, has its own MAC and one of its own addresses. What belongs to a connection
// that both sides have agreed to is not looked at.
type spoof struct {
	*run
	nics   []end
	own    *addresses // nil: what the ipfilter set of the NIC says
	result Result
}

func (s *spoof) prove() Result {
	for _, e := range s.nics {
		to := end{name: "outside", zone: wire(e, e), bridge: e.bridge}
		for _, p := range s.pairs(e, to) {
			for f := ir.V4; f <= ir.V6; f++ {
				s.nic(&p, f)
			}
		}
	}
	return s.result
}

// nic looks at one NIC in one family.
func (s *spoof) nic(p *pair, f ir.Family) {
	s.result.Cases++
	if reason := p.unfit(f); reason != "" {
		s.result.unknown(reason)
		return
	}
	for _, what := range s.foreign(p, f) {
		out := p.decide(s.cutter(f), f, what.packets, s.covered.note)
		sample, ok := out.passed.Sample()
		switch {
		case ok:
			e, trouble := p.confirmed(sample, Allow, true)
			if trouble != "" {
				s.result.unknown(trouble)
				return
			}
			s.result.fail(fmt.Sprintf("%s can send packets with a foreign %s", p.from.name, what.word), e)
			return
		case out.passed.Empty() != packet.Yes:
			s.result.unknown(fmt.Sprintf("the work for %s of %s does not suffice", f, p.from.name))
		}
	}
}

// linkLocal are the addresses of IPv6 that every NIC makes for itself; whoever lists
// a NIC's addresses leaves them out.
var linkLocal = &ir.Addr{Prefixes: []netip.Prefix{netip.MustParsePrefix("fe80::/10")}}

// foreign are the packets that must not leave.
type foreign struct {
	word    string
	packets clauses
}

func (s *spoof) foreign(p *pair, f ir.Family) []foreign {
	nic := p.from.nic
	dhcp, _ := housekeeping("dhcp", f)
	common := clauses{inState(ir.New | ir.Invalid | ir.Untracked), noneOf(dhcp...)}
	bound := nic.Link != nil && nic.Link.MAC != "" && p.legs[0].node.Policy.Layer2
	if bound {
		common = append(common, ownMAC(nic.MAC))
	}
	own := p.from.own(f)
	if s.own != nil {
		own = either(s.own.clause(atSource), anyOf(&ir.Match{Source: linkLocal}))
	} else if len(own.needs) == 0 {
		own = anyOf() // nothing says which addresses are its own
	}
	other := clause{own.needs, func(u *packet.Universe) packet.Set { return own.set(u).Complement() }}
	list := []foreign{{"source address", append(common[:len(common):len(common)], other)}}
	if !bound && nic.MAC != "" {
		mac := anyOf(&ir.Match{NotMAC: nic.MAC})
		list = append(list, foreign{"source MAC", append(common[:len(common):len(common)], mac)})
	}
	return list
}
