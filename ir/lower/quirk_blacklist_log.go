package lower

import "github.com/pvefw/pvefw/ir"

// blacklistLog is the level of the blacklist's log. The reference makes that
// chain first for forwarded packets and therefore uses log_level_out
// (reference/pve-firewall §6.5); meant is the level of what comes in.
func (l *lowering) blacklistLog() *ir.Log {
	if l.reference() {
		return levelOf(l.node.Host, "log_level_out")
	}
	return levelOf(l.node.Host, "log_level_in")
}
