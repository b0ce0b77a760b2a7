package lower

import (
	"net/netip"

	"github.com/pvefw/pvefw/ir"
)

// sameNets judges entries that are different texts of one network: ipset refuses
// the second it is given, in the order of the texts (reference/pve-firewall
// §4.6). Under Intended they are one entry, and the last decides.
func (l *lowering) sameNets(s *ir.Set) {
	kept := map[netip.Prefix]*ir.SetEntry{}
	for i := range s.Entries {
		e := &s.Entries[i]
		if e.Skipped != "" || !e.Prefix.IsValid() {
			continue
		}
		other := kept[e.Prefix]
		kept[e.Prefix] = e
		if other == nil {
			continue
		}
		second := e
		if other.Text > e.Text {
			second = other
		}
		reason := "element cannot be added to the set: it is already there under another text"
		l.wouldRefuse(second.Origin.Span, reason)
		if l.reference() {
			l.refuseText(ir.IPSetText, reason, second.Origin)
		} else {
			other.Skipped = "the same network stands further down"
		}
	}
}
