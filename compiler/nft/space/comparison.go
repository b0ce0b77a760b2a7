package space

import (
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/packet"
)

// Comparison is what two programs do differently with packets.
type Comparison struct {
	Endpoints []EndpointChange // those with a difference: the node, VNets, NICs, other ports
	More      int              // endpoints with a difference that are not listed, because they are too many to keep
	Compared  int              // endpoints that either program knows, counted by direction and family
	Alike     int              // of them, those whose packets meet nothing that changed, so that none was looked at
	Unknown   int              // of them, those of which not everything could be told

	// Beyond are changed chains and sets that no packet of an endpoint meets: those for
	// what guests send besides IP, and those that nothing leads to.
	Beyond []Part

	tally analysis.Tally
}

// MostEndpoints bounds Comparison.Endpoints: each keeps the sets of its packets.
const MostEndpoints = 256

// Class is that of all endpoints together, also of those that are not listed.
func (c *Comparison) Class() analysis.Class {
	if c.Unknown > 0 {
		return analysis.Incomparable
	}
	return c.tally.Class()
}

// EndpointChange is the difference for one endpoint in one direction and family.
type EndpointChange struct {
	Endpoint  string // host, forward, vnet NAME, bridged, vm100/net0, or a port's name
	Direction ir.Direction
	Family    ir.Family
	Presence  analysis.Presence // Appears: only the second program names its port; Vanishes: only the first
	Class     analysis.Class
	Changes   []Change // disjoint; in the order of the first program's rules
	Effects   []Effect
	Unknown   bool // there may be more changes
}

// Change is packets that get another outcome.
type Change struct {
	Was, Is Fate
	Packets packet.Set
}

// Fate is an outcome and the rule that decides it; Rule is nil where nothing stops the
// packets.
type Fate struct {
	packet.Outcome
	Rule *Rule
}

// Effect is something that happens to packets beside their verdict with one of the
// programs only.
type Effect struct {
	What    string // log TEXT, connmark N, helper NAME, drop above RATE
	Gone    bool   // with the first program
	Packets packet.Set
}

// Effect says what the change does to its packets. What passes as before, but by another
// queue or with another mark, is inspected otherwise.
func (c *Change) Effect() analysis.Effect {
	switch was, is := c.Was.Verdict == ir.Accept, c.Is.Verdict == ir.Accept; {
	case is && !was:
		return analysis.Opens
	case was && !is:
		return analysis.Closes
	case was:
		return analysis.Inspects
	}
	return analysis.Answers
}

// Witness is one of the packets, as ordinary as possible.
func (c *Change) Witness() *packet.Packet { return witness(c.Packets) }

// Witness is one of the packets, as ordinary as possible.
func (e *Effect) Witness() *packet.Packet { return witness(e.Packets) }

func witness(s packet.Set) *packet.Packet {
	if boxes, _ := s.UsualBoxes(1); len(boxes) > 0 {
		if p := boxes[0].Sample(); s.Contains(p) == packet.Yes {
			return p
		}
	}
	p, _ := s.Sample()
	return p
}

// Boxes cuts the packets into disjoint boxes, at most limit, and tells whether these are
// all.
func (c *Change) Boxes(limit int) ([]packet.Box, bool) { return c.Packets.Boxes(limit) }

// UsualBoxes is Boxes for the first packets of ordinary connections; see
// packet.Universe.UsualBoxes.
func (c *Change) UsualBoxes(limit int) ([]packet.Box, bool) { return c.Packets.UsualBoxes(limit) }
