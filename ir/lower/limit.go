package lower

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// This file knows which numbers the limits of iptables take. The daemon's reader
// takes any, and one too large costs the node every change of both families. Under
// Intended the largest that is taken stands for it.

const (
	mostLogRate     = 10_000 // per second
	mostLogBurst    = 10_000
	mostFloodRate   = 1_000_000 // per second
	mostFloodBurst  = 1_000_000
	mostFloodExpire = 4_294_967 // seconds; hashlimit counts milliseconds in 32 bits
)

var secondsOf = map[string]uint64{"second": 1, "minute": 60, "hour": 3600, "day": 86400}

// tooFast reports whether a rate such as 7/minute is more than iptables takes.
func tooFast(rate string) bool {
	number, unit, _ := strings.Cut(rate, "/")
	return secondsOf[unit] > 0 && beyond(number, mostLogRate*secondsOf[unit])
}

// beyond reports whether digits say more than most.
func beyond(digits string, most uint64) bool {
	n, err := strconv.ParseUint(digits, 10, 64)
	return err != nil || n > most
}

// taken is a limit with its numbers bounded.
func taken(limit ir.LogLimit) ir.LogLimit {
	if tooFast(limit.Rate) {
		limit.Rate = fmt.Sprintf("%d/second", mostLogRate)
	}
	limit.Burst = min(limit.Burst, mostLogBurst)
	return limit
}

// noteLog remembers that something is logged, with the limit that logs have.
func (l *lowering) noteLog(log *ir.Log) { l.logs = l.logs || log != nil }

// noteClosing is noteLog for the policy that ends a list.
func (l *lowering) noteClosing(nodes []ir.Node) {
	if last, ok := nodes[len(nodes)-1].(*ir.Rule); ok {
		l.noteLog(last.Log)
	}
}

// checkLogLimit blames a log_ratelimit that iptables does not take, where a log asks
// for it.
func (l *lowering) checkLogLimit() {
	value, set := options(l.cfg.Cluster).Get("log_ratelimit")
	if !set || !l.logs {
		return
	}
	limit, _ := facts.ParseRateLimit(value.Text)
	switch {
	case !limit.Enable:
	case tooFast(limit.Rate):
		l.refuseNumber(l.cfg.Cluster, "log_ratelimit", fmt.Sprintf("the rate %s is above %d/second", limit.Rate, mostLogRate))
	case limit.Burst > mostLogBurst:
		l.refuseNumber(l.cfg.Cluster, "log_ratelimit", fmt.Sprintf("the burst %d is above %d", limit.Burst, mostLogBurst))
	}
}

// floodNumber is numberOr, bounded under Intended; one above most is blamed.
func (l *lowering) floodNumber(option, def string, most uint64) string {
	text := numberOr(options(l.node.Host).Text(option, ""), def)
	if !beyond(text, most) {
		return text
	}
	if l.refuseNumber(l.node.Host, option, text+" is above "+strconv.FormatUint(most, 10)) {
		return text
	}
	return strconv.FormatUint(most, 10)
}

func (l *lowering) refuseNumber(fw *config.FW, option, reason string) (stands bool) {
	return l.refuse(ir.Both, reason, optionOrigin(fw, option), options(fw).Span(option))
}
