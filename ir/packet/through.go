package packet

import "github.com/pvefw/pvefw/ir"

// passage is a list that stands between two others than the host.
type passage struct {
	name    string    // as in Step.Chain
	chain   *ir.Chain // nil where there is none
	in, out string    // the host's interfaces towards both ends, of what it routes
}

// between finds it: the list of the VNet whose bridge both are on, or that of what
// the host routes from bridge to bridge.
func between(p *ir.Policy, from, to zone) passage {
	if from.bridge != to.bridge {
		return passage{"host FORWARD", p.Forwarding, from.bridge, to.bridge}
	}
	for _, n := range p.VNets {
		if n.Name == from.bridge {
			return passage{name: "VNet " + n.Name + " FORWARD", chain: n.Forward}
		}
	}
	return passage{}
}

// through sends the packet past the frame of all forwarded packets, unless one of
// the NICs has it on its side, and through what stands between.
func (w *walk) through(from, to zone) {
	known := false
	if !from.plugged() && !to.plugged() {
		known = w.frame(w.policy.Forward, "forward")
	}
	list := between(w.policy, from, to)
	if !list.chain.Filtered(w.packet.Family) || known || w.Frame(w.policy.Forward, w.packet).Decided {
		return
	}
	w.packet.In, w.packet.Out = list.in, list.out
	w.record(w.Chain(list.chain, w.packet), list.name, ir.Through)
}

// through is walk.through for all packets at once.
func (r *Route) through(from, to zone) {
	list := between(r.policy, from, to)
	s := stage{name: list.name, frames: []*ir.Body{r.policy.Forward}, chain: list.chain}
	switch {
	case list.chain == nil && (from.plugged() || to.plugged()):
		return
	case list.chain == nil:
		s.name = "forward"
	case list.in != "":
		s.device = &ir.Match{In: list.in, Out: list.out}
	}
	r.stages = append(r.stages, s)
}
