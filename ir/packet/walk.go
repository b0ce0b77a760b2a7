package packet

import (
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
)

// Result is what became of a packet and which places said so.
type Result struct {
	Verdict string // ACCEPT, DROP, REJECT or NOLOAD
	Path    []Step // in the order of the way; the last one with a Verdict decided
	Mark    int    // what the connection is marked with then: the id of the last guest whose rules saw the packet, or 0
}

// Step is one place on the way of a packet.
type Step struct {
	Span    source.Span // zero for what comes from no file
	Text    string      // the source line, or what a built-in does
	Chain   string      // host IN, vm100/net0 OUT, group web IN, forward
	Verdict string      // ACCEPT, DROP, REJECT, NOLOAD; empty for places that only led on
	Origin  ir.Origin
	Log     *ir.Log // what the place logs about the packet; nil for nothing
}

// The words of Result.Verdict.
const (
	Accepted = "ACCEPT"
	Dropped  = "DROP"
	Rejected = "REJECT"
	NotReady = "NOLOAD" // the kernel would refuse this ruleset
)

// Walk is NewEvaluator(p).Walk(q), for a single packet.
func Walk(p *ir.Policy, q Query) (Result, error) { return NewEvaluator(p).Walk(q) }

// Walk sends a packet from zone to zone: through the sender's OUT side, then the
// receiver's IN side (reference/pve-firewall §12). Between different bridges the
// host routes it. Errors are about the query and written for people.
func (e *Evaluator) Walk(q Query) (Result, error) {
	defaults := DefaultQuery()
	setText(&defaults.From, q.From)
	setText(&defaults.To, q.To)
	from, err := e.zone(defaults.From)
	if err != nil {
		return Result{}, err
	}
	to, err := e.zone(defaults.To)
	if err != nil {
		return Result{}, err
	}
	p, err := q.packet(from, to)
	if err != nil {
		return Result{}, err
	}
	w := &walk{Evaluator: e, packet: p}
	if !w.unfit() {
		w.way(from, to)
	}
	if w.verdict == "" {
		w.verdict = Accepted
	}
	return Result{Verdict: w.verdict, Path: w.path, Mark: w.mark}, nil
}

// walk is one packet on its way.
type walk struct {
	*Evaluator
	packet  *Packet
	path    []Step
	mark    int    // of the connection
	verdict string // set once the way ends before the receiver
}

// unfit ends a walk for which no rules are in force.
func (w *walk) unfit() bool {
	p := w.policy
	switch {
	case p.Fatal != nil:
		w.unfiltering("compile", p.Fatal)
		return true
	case p.Off:
		w.unfiltering("cluster", p.OffReason)
		return true
	}
	for _, r := range p.Refusals {
		if refuses(r.Carrier, w.packet.Family) {
			w.end(Step{Span: r.Origin.Span, Text: r.Reason, Chain: r.Carrier.String(), Verdict: NotReady, Origin: r.Origin})
			return true
		}
	}
	return false
}

// refuses reports whether a refused text leaves a family without its rules:
// rules name sets, so a refused set stops both.
func refuses(c ir.Carrier, f ir.Family) bool {
	switch c {
	case ir.IPSetText:
		return true
	case ir.IPTables:
		return f == ir.V4
	case ir.IP6Tables:
		return f == ir.V6
	}
	return false
}

// unfiltering ends a walk because no rules were made at all: the firewall is off,
// or its compilation stops. A node that had rules before keeps those; the walk is
// that of a node that had none.
func (w *walk) unfiltering(chain string, reason *ir.Skipped) {
	step := Step{Text: "nothing is filtered", Chain: chain, Verdict: Accepted}
	if reason != nil {
		step.Span, step.Text, step.Origin = reason.Origin.Span, reason.Reason, reason.Origin
	}
	w.end(step)
}

// end records a step that decides the walk.
func (w *walk) end(s Step) {
	w.path = append(w.path, s)
	w.verdict = s.Verdict
}

// way goes from the sender to the receiver and stops where the packet stops.
func (w *walk) way(from, to zone) {
	w.leave(from, to)
	if w.verdict == "" && !from.host && !to.host {
		w.through(from, to)
	}
	if w.verdict == "" {
		w.arrive(from, to)
	}
}

func (z zone) plugged() bool { return z.nic != nil && z.nic.Plugged }

// leave is the sender's OUT side.
func (w *walk) leave(from, to zone) {
	switch {
	case from.host:
		w.packet.In, w.packet.Out = "", device(to)
		w.endpoint(w.policy.Host, ir.Out, "host")
	case from.plugged():
		if !w.frame(w.policy.Forward, "forward") {
			w.nic(from.nic, ir.Out)
		}
	case from.nic != nil:
		w.unfiltered(from.nic, ir.Out, nil, "the NIC has no firewall=1, so nothing is filtered")
	}
}

// arrive is the receiver's IN side.
func (w *walk) arrive(from, to zone) {
	switch {
	case to.host:
		w.packet.In, w.packet.Out = device(from), ""
		w.endpoint(w.policy.Host, ir.In, "host")
	case to.plugged():
		if !w.frame(w.policy.Forward, "forward") && !w.frame(w.policy.BridgeIn, "bridge IN") {
			w.nic(to.nic, ir.In)
		}
	case to.nic != nil:
		w.unfiltered(to.nic, ir.In, nil, "the NIC has no firewall=1, so nothing is filtered")
	}
}

// device is the host's own interface towards a zone.
func device(z zone) string {
	if z.host {
		return "lo"
	}
	return z.bridge
}

// nic sends the packet through one side of a guest's NIC. The rules of guests
// name no interface, and what the guest may send carries the accept mark.
func (w *walk) nic(e *ir.Endpoint, d ir.Direction) {
	w.packet.In, w.packet.Out = "", ""
	decision := w.endpoint(e, d, e.Name)
	if decision.Mark != 0 {
		w.mark = decision.Mark
	}
	if d == ir.Out && decision.Decided && decision.Verdict.Kind == ir.Accept {
		w.packet.Marked = marks(decision)
	}
}

// marks reports whether an accepting decision of a guest's OUT chain sets the
// accept mark: the noise chains let critical ICMP through without it.
func marks(d Decision) bool {
	b, ok := d.Node.(*ir.Builtin)
	return !ok || b.Kind != ir.DropNoise && b.Kind != ir.RejectNoise
}

// endpoint runs one chain of an endpoint, or says that there is none in force.
func (w *walk) endpoint(e *ir.Endpoint, d ir.Direction, name string) Decision {
	chain := chainOf(e, d)
	if !chain.Filtered(w.packet.Family) {
		w.unfiltered(e, d, w.idle(e), "nothing is filtered here for "+w.packet.Family.String())
		return Decision{}
	}
	decision := w.Chain(chain, w.packet)
	w.record(decision, name+" "+d.String(), d)
	return decision
}

func chainOf(e *ir.Endpoint, d ir.Direction) *ir.Chain {
	switch {
	case e == nil:
		return nil
	case d == ir.In:
		return e.In
	}
	return e.Out
}

// frame runs a frame and reports whether it let the packet past the chain of the
// NIC behind it, or stopped it.
func (w *walk) frame(b *ir.Body, name string) bool {
	decision := w.Frame(b, w.packet)
	if decision.Decided {
		w.record(decision, name, ir.In)
	}
	return decision.Decided
}
