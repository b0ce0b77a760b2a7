package lower

import "github.com/pvefw/pvefw/ir"

// blacklistLog is the level of the blacklist's log. The reference makes that
// chain first for forwarded packets and therefore uses log_level_out
// (reference/pve-firewall §6.5); meant is the level of what comes in.
func (l *lowering) blacklistLog() *ir.Log {
	out, in := levelOf(l.node.Host, "log_level_out"), levelOf(l.node.Host, "log_level_in")
	if set := setsOf(l.cfg.Cluster)["blacklist"]; set != nil && !sameLevel(in, out) {
		l.differs(set.Span, "packets from this set are logged at log_level_out of the node, not at log_level_in",
			"What the set drops is logged at the level meant for outgoing packets, or not at all.")
	}
	if l.reference() {
		return out
	}
	return in
}

func sameLevel(a, b *ir.Log) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Level == b.Level
}
