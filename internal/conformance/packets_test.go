package conformance

import (
	"net/netip"
	"testing"

	"github.com/pvefw/pvefw/ir/packet"
)

// packets compares verdicts with those that a real kernel gave with the
// daemon's text. No packet counts as agreed because it could not be asked.
func (b scoreboard) packets(t *testing.T, r record, c compiled) {
	t.Helper()
	e := packet.NewEvaluator(c.policy)
	for _, p := range r.Packets {
		q, err := packet.ParseQuery(p.fields())
		if err != nil {
			b.of("cases.verdicts").add(false, "%s: %+v: %v", r.Name, p, err)
			continue
		}
		if address, err := netip.ParseAddr(c.node.Facts.Address); err == nil {
			q.HostAddr4 = address
		}
		result, err := e.Walk(q)
		b.of("cases.verdicts").add(err == nil && result.Verdict == p.Kernel, "%s: %+v: got %s %v", r.Name, p, result.Verdict, err)
	}
}

func (p packetRecord) fields() map[string]any {
	out := map[string]any{}
	for key, value := range map[string]any{"from": p.From, "to": p.To, "source": p.Source, "dest": p.Dest, "proto": p.Proto,
		"sport": p.SPort, "dport": p.DPort, "icmp_type": p.ICMPType} {
		if value != nil && value != "" {
			out[key] = value
		}
	}
	return out
}
