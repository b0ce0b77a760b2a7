package packet

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/pvefw/pvefw/ir"
)

// What a route says of all packets is what the walk says of each.
func TestRouteAgreesWithWalk(t *testing.T) {
	zones := []string{"outside", "host", "vm100", "vm100i1", "ct200", "vmbr1/eth1"}
	rapid.Check(t, func(t *rapid.T) {
		from, to := rapid.SampledFrom(zones).Draw(t, "from"), rapid.SampledFrom(zones).Draw(t, "to")
		routed(t, from, to, anyPacket(t))
	})
	for port, want := range map[uint16]string{22: Accepted, 9999: Dropped, 23: Rejected} {
		p := ordinary(ir.V4)
		p.DPort = port
		if got := routed(t, "outside", "host", p); got != want {
			t.Errorf("port %d: %s, want %s", port, got, want)
		}
	}
}

// routed is what a route and the walk say of a packet; both say the same.
func routed(t rapid.TB, from, to string, p *Packet) string {
	t.Helper()
	e := NewEvaluator(node())
	r, err := e.Route(from, to)
	if err != nil {
		t.Fatal(err)
	}
	p.Flags = flagSYN
	if p.State == ir.EstablishedState {
		p.Flags = flagACK
	}
	q, _ := p.Query(from, to)
	res, err := e.Walk(q)
	if err != nil {
		t.Skip("no query says this packet")
	}
	u := NewUniverse(p.Family, append(r.Matches(p.Family), Unanswered(p.Family)...)...)
	q.asSent(p, r)
	got := verdictOf(u, r.Decide(u, u.All(), nil), p)
	if got != res.Verdict {
		t.Fatalf("%s to %s, %+v: %s on the route, %s on the walk", from, to, *p, got, res.Verdict)
	}
	return got
}

// asSent gives a packet what the walk gives it: the sender's MAC and the host's
// interface.
func (q *Query) asSent(p *Packet, r *Route) {
	if p.MAC == "" && r.Sender != nil {
		p.MAC = r.Sender.MAC
	}
	p.In, p.Out = "", ""
	for _, s := range r.stages {
		if s.device != nil {
			p.In, p.Out = p.In+s.device.In, p.Out+s.device.Out
		}
	}
}

// verdictOf looks a packet up with the mark and without: the sets tell which
// packets carry it where a list asks for it.
func verdictOf(u *Universe, f Fates, p *Packet) string {
	unanswered := u.None()
	for _, m := range Unanswered(u.family) {
		unanswered = unanswered.Union(u.Match(m))
	}
	for _, p.Marked = range []bool{false, true} {
		switch {
		case f.Passed.Contains(p) == Yes:
			return Accepted
		case f.Dropped.Contains(p) == Yes, f.Rejected.Intersect(unanswered).Contains(p) == Yes:
			return Dropped
		case f.Rejected.Contains(p) == Yes:
			return Rejected
		}
	}
	return "nothing"
}
