package lower

import (
	"strconv"
	"strings"
	"time"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// switchedOff marks the policy when the cluster's firewall is disabled: then
// nothing at all is generated, not even sets (reference/pve-firewall §6.1).
func (l *lowering) switchedOff() bool {
	cluster := l.cfg.Cluster
	reason, origin := "", optionOrigin(cluster, "enable")
	switch {
	case cluster == nil && l.unknownCluster():
		return false
	case cluster == nil || !cluster.Present:
		reason = "there is no cluster.fw, so the firewall is disabled on all nodes"
	case !switchOn(options(cluster).Text("enable", "0"), l.node.Facts.Now):
		reason = "cluster.fw does not enable the firewall, so nothing is filtered on any node"
	default:
		return false
	}
	l.policy.Off = true
	l.policy.OffReason = &ir.Skipped{Stage: ir.AtDesign, Families: ir.Both, Reason: reason, Origin: origin}
	return true
}

// unknownCluster reports whether the CONFIG is not expected to hold a
// cluster.fw, so that nothing is known about the switch. The guests' files are
// then looked at as if it were on.
func (l *lowering) unknownCluster() bool {
	for _, m := range l.cfg.Missing {
		if strings.HasPrefix(m, "cluster.fw") {
			return true
		}
	}
	return false
}

// switchOn reads cluster.fw's enable: any number but 0 enables, and one above 1
// is a time that has passed a minute later (reference/pve-firewall §2.2). Without
// a clock every such time has passed.
func switchOn(text string, now time.Time) bool {
	digits := strings.TrimLeft(text, "0")
	switch {
	case digits == "":
		return false
	case digits == "1":
		return true
	case now.IsZero():
		return false
	}
	until, err := strconv.ParseInt(digits, 10, 64)
	return err != nil || now.Unix()-until <= 60
}

// verdictOf reads a policy option.
func verdictOf(text string) ir.VerdictKind {
	switch text {
	case "ACCEPT":
		return ir.Accept
	case "REJECT":
		return ir.Reject
	}
	return ir.Drop
}

// closing returns the end of a chain: the policy, and for DROP and REJECT the
// noise filter before it and the log (reference/pve-firewall §6.6, §6.7).
func closing(dir ir.Direction, fw *config.FW, option, def string, accept ir.Verdict, log *ir.Log) []ir.Node {
	kind := verdictOf(options(fw).Text(option, def))
	origin := optionOrigin(fw, option)
	last := &ir.Rule{Families: ir.Both, Verdict: ir.Verdict{Kind: kind}, Origin: origin.With(ir.ByPolicy, option)}
	switch kind {
	case ir.Accept:
		last.Verdict = accept
		return []ir.Node{last}
	case ir.Reject:
		last.Log = log
		return []ir.Node{noise(ir.RejectNoise, dir, origin), last}
	default:
		last.Log = log
		return []ir.Node{noise(ir.DropNoise, dir, origin), last}
	}
}

func noise(kind ir.BuiltinKind, dir ir.Direction, origin ir.Origin) *ir.Builtin {
	return &ir.Builtin{Kind: kind, Dir: dir, Families: ir.Both, Origin: origin.With(ir.ByBuiltin, kind.String())}
}
