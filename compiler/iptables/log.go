package iptables

import (
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
)

// log adds the NFLOG rule that precedes a logged verdict, if there is one to
// log (reference/pve-firewall §6.7). vmid is 0 for the host and for groups.
func (p *pass) log(c *chain, vmid int, match string, log *ir.Log, text string) {
	if log == nil {
		return
	}
	prefix := ":" + strconv.Itoa(vmid) + ":" + strconv.Itoa(log.Level) + ":" + c.name + ": " + text
	c.rule(match, join(limit(p.policy.Limit), `-j NFLOG --nflog-prefix "`+prefix+`"`))
}

// limit is the match that bounds log rules.
func limit(l ir.LogLimit) string {
	if l.Off {
		return ""
	}
	var b strings.Builder
	b.WriteString("-m limit")
	if l.Rate != "" {
		b.WriteString(" --limit " + l.Rate)
	}
	if l.Burst > 0 {
		b.WriteString(" --limit-burst " + strconv.Itoa(l.Burst))
	}
	return b.String()
}

// actions remembers which source rules were printed before. The daemon replaces
// a rule's action by the chain's own target when it first prints the rule, so
// every later chain, and the whole IPv6 pass, logs the target in place of the
// word in the file (reference/pve-firewall §6.7).
type actions struct {
	first map[source.Span]visit
}

// visit is one printing of one chain in one family.
type visit struct {
	chain  string
	family ir.Family
}

func newActions() *actions { return &actions{first: map[source.Span]visit{}} }

// replaced tells whether a logged rule was printed before this visit.
func (a *actions) replaced(r *ir.Rule, now visit) bool {
	if r.Log.Again || r.Origin.Span.IsZero() {
		return r.Log.Again
	}
	first, seen := a.first[r.Origin.Span]
	if !seen {
		first = now
		a.first[r.Origin.Span] = first
	}
	return first != now
}
