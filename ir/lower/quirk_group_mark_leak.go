package lower

import "github.com/pvefw/pvefw/ir"

// markLeak is what follows a host GROUP rule with an interface: the daemon tests
// the accept mark without the interface, so a packet that a guest was allowed to
// send passes although it never entered the group (reference/pve-firewall §9.6).
// Intended bounds both by the interface.
func (l *lowering) markLeak(fams ir.Families, origin ir.Origin) []ir.Node {
	if l.hasMarkingGuest() {
		l.hazard(origin, "packets that a firewalled guest was allowed to send are let through here on every interface",
			"The daemon tests the group's accept mark without the interface, and guests' packets still carry that mark.")
	}
	if !l.reference() {
		return nil
	}
	return []ir.Node{&ir.Rule{
		Families: fams,
		Match:    ir.Match{AcceptedBySender: true},
		Verdict:  ir.Verdict{Kind: ir.Accept},
		Origin:   origin.With(ir.ByQuirk, "group-mark-leak"),
	}}
}

// hasMarkingGuest reports whether any guest of the node is filtered, so that its
// packets can carry the mark at all: without one nothing leaks.
func (l *lowering) hasMarkingGuest() bool {
	for _, g := range l.guestList {
		for _, e := range g.endpoints {
			if g.filtered() && e.Plugged {
				return true
			}
		}
	}
	return false
}
