package analysis

import (
	"strings"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// Promise is what somebody says that a change does: that packets at an endpoint in one
// direction get a verdict that they did not get before.
type Promise struct {
	Text      string         // as it was said
	Verdict   ir.VerdictKind // Drop for deny, which a reject fulfils as well
	Direction ir.Direction
	Endpoint  string // host, vm100 for all its NICs, or vm100/net0
	Node      string // empty: all

	// Packets are those that the promise is about, in a universe of the family; nil in a
	// family that it is not about.
	Packets [2]func(*packet.Universe) packet.Set
}

// About reports whether the promise is about a list.
func (p *Promise) About(node, endpoint string, d ir.Direction) bool {
	return d == p.Direction && (p.Node == "" || p.Node == node) &&
		(endpoint == p.Endpoint || strings.HasPrefix(endpoint, p.Endpoint+"/"))
}

// fulfilled reports whether packets with a verdict are as promised.
func (p *Promise) fulfilled(f *Fate) bool {
	if f.passes() || p.Verdict == ir.Accept {
		return f.passes() && p.Verdict == ir.Accept
	}
	return p.Verdict == ir.Drop || f.Verdict.Kind == ir.Reject
}
