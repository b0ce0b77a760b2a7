package lower

import (
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
)

// cannotCompile marks the policy when log_ratelimit is wrong: the reference then
// stops before it generates anything, and every node keeps its old rules
// (reference/pve-firewall §2.2). Intended falls back to 1/second with burst 5.
func (l *lowering) cannotCompile() bool {
	value, set := options(l.cfg.Cluster).Get("log_ratelimit")
	if !set {
		return false
	}
	_, faults := facts.ParseRateLimit(value.Text)
	if len(faults) == 0 || !l.reference() {
		return false
	}
	l.policy.Fatal = &ir.Skipped{
		Stage:    ir.AtGenerate,
		Families: ir.Both,
		Reason:   "log_ratelimit is invalid, which stops the compilation of the whole firewall",
		Message:  fatalText(faults),
		Origin:   optionOrigin(l.cfg.Cluster, "log_ratelimit"),
	}
	return true
}

// fatalText is what the daemon says before it gives up: faults of single keys
// are announced as a format error and then said twice, indented the second time.
func fatalText(faults []string) string {
	text := strings.Join(faults, "\n")
	if strings.Contains(faults[0], "list property") {
		return text
	}
	return "format error\n" + text + "\n  " + strings.Join(faults, "\n  ")
}
