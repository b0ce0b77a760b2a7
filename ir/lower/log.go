package lower

import (
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// logAt turns a level name into a log; nolog and an unset level are none.
func logAt(level string) *ir.Log {
	n, ok := facts.LogLevel(level)
	if !ok || n == facts.NoLog {
		return nil
	}
	return &ir.Log{Level: n}
}

// levelOf reads a level option of a file.
func levelOf(fw *config.FW, name string) *ir.Log {
	return logAt(options(fw).Text(name, "nolog"))
}

// logging sets the rate limit and the levels of the chains that all endpoints
// share (reference/pve-firewall §6.5–§6.7).
func (l *lowering) logging() {
	p := l.policy
	p.Limit = l.logLimit()
	p.LogTargets = l.logTargets()
	p.BlacklistLog = l.blacklistLog()
	p.SmurfLog = levelOf(l.node.Host, "smurf_log_level")
	p.TCPFlagsLog = levelOf(l.node.Host, "tcp_flags_log_level")
	l.noteLog(p.SmurfLog)
	l.noteLog(p.TCPFlagsLog)
	if setsOf(l.cfg.Cluster)["blacklist"] != nil {
		l.noteLog(p.BlacklistLog)
	}
}

// defaultLimit is what the daemon prints without the option; the kernel adds
// its own burst of 5.
var defaultLimit = ir.LogLimit{Rate: "1/sec"}

func (l *lowering) logLimit() ir.LogLimit {
	value, set := options(l.cfg.Cluster).Get("log_ratelimit")
	if !set {
		return defaultLimit
	}
	limit, faults := facts.ParseRateLimit(value.Text)
	switch {
	case len(faults) > 0:
		return defaultLimit
	case !limit.Enable:
		return ir.LogLimit{Off: true}
	}
	asked := ir.LogLimit{Rate: first(limit.Rate, defaultLimit.Rate), Burst: max(limit.Burst, 0)}
	if l.reference() {
		return asked
	}
	return taken(asked)
}
