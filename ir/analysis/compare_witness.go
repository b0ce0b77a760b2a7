package analysis

import (
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// Witnessed is a packet of a change, as packet.Evaluator.Walk is asked about it.
type Witnessed struct {
	Packet *packet.Packet
	Query  packet.Query
	// Walked: Walk gives the verdicts of the change on both sides where the
	// endpoint is. False where no query can say what the packet is, such as one of
	// impossible TCP flags, or where the other end of the way decides as well.
	Walked bool
}

// Witnesses finds packets of changes that walk as the changes say. It keeps what
// the walks need; it is not for concurrent use.
type Witnesses struct {
	before, after *packet.Evaluator // nil where the node is not there
	nics          []*ir.Endpoint
}

// NewWitnesses prepares walks through the policies of a node; nil for one that is
// not there.
func NewWitnesses(before, after *ir.Policy) *Witnesses {
	w := &Witnesses{}
	if before != nil {
		w.before, w.nics = packet.NewEvaluator(before), before.NICs
	}
	if after != nil {
		w.after, w.nics = packet.NewEvaluator(after), after.NICs
	}
	return w
}

// Of is a witness of a change of the endpoint.
func (w *Witnesses) Of(e *EndpointChange, c *Change) Witnessed { return w.Walking(e, c, c.Witness()) }

// Walking is Of for a packet of the change that is at hand.
func (w *Witnesses) Walking(e *EndpointChange, c *Change, p *packet.Packet) Witnessed {
	out := Witnessed{Packet: p}
	for i, way := range w.ways(e, out.Packet) {
		q, sayable := out.Packet.Query(way.from, way.to)
		if i == 0 {
			out.Query = q
		}
		if !sayable {
			break
		}
		if w.walks(w.before, q, e, &c.Was) && w.walks(w.after, q, e, &c.Is) {
			out.Query, out.Walked = q, true
			break
		}
	}
	return out
}

// walks reports whether a packet gets the verdict of a fate; an endpoint that is
// not there gives none.
func (w *Witnesses) walks(eval *packet.Evaluator, q packet.Query, e *EndpointChange, f *Fate) bool {
	if !f.Decided && e.Presence != Stays {
		return true
	}
	if eval == nil {
		return false
	}
	res, err := eval.Walk(q)
	return err == nil && res.Verdict == f.Word()
}

// Word is the verdict as a walk has it; ABSENT where there is no endpoint.
func (f *Fate) Word() string {
	if !f.Decided {
		return "ABSENT"
	}
	return f.Verdict.Kind.String()
}

// way is a pair of zones.
type way struct{ from, to string }

// mostSenders bounds the guests that are tried as senders of a packet that one of
// them must have been allowed to send.
const mostSenders = 32

// ways are the zones between which a packet passes an endpoint, likely ones first.
func (w *Witnesses) ways(e *EndpointChange, p *packet.Packet) []way {
	var list []way
	switch {
	case e.Direction == ir.Through && e.Endpoint == "forward":
		return []way{{"outside", "vmbr1/port1"}, {"vmbr1/port1", "outside"}}
	case e.Direction == ir.Through:
		return []way{{e.Bridge + "/port1", e.Bridge + "/port2"}}
	case e.Direction == ir.In && p.Marked:
		for _, nic := range w.nics[:min(len(w.nics), mostSenders)] {
			list = append(list, way{nic.Name, e.Endpoint})
		}
	case e.Direction == ir.In:
		for _, peer := range peers(p.In, e.Bridge) {
			list = append(list, way{peer, e.Endpoint})
		}
	default:
		for _, peer := range peers(p.Out, e.Bridge) {
			list = append(list, way{e.Endpoint, peer})
		}
	}
	return list
}

// peers are zones behind an interface of the host, or on the bridge of a NIC.
func peers(device, bridge string) []string {
	switch device {
	case "":
		list := []string{"outside", "otherbridge/port1"}
		if bridge != "" {
			list = append([]string{bridge + "/port1"}, list...)
			if bridge == "vmbr0" {
				list[0], list[1] = list[1], list[0]
			}
		}
		return list
	case "lo":
		return []string{"host"}
	case "vmbr0":
		return []string{"outside"}
	}
	return []string{device + "/port1"}
}
