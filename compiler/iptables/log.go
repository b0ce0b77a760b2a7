package iptables

import (
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
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

// text is the word that a rule of verdict v logs in this visit, where target is
// what the chain prints for it.
func (a *actions) text(r *ir.Rule, now visit, target string) string {
	if a.rewritten(r, now) {
		return target + ": "
	}
	return r.Verdict.Kind.String() + ": "
}

func (a *actions) rewritten(r *ir.Rule, now visit) bool {
	if r.Origin.Span.IsZero() {
		return false
	}
	first, seen := a.first[r.Origin.Span]
	if !seen {
		first = now
		if emptyInV4(r) {
			first.family = ir.V4
		}
		a.first[r.Origin.Span] = first
	}
	return first != now
}

// emptyInV4 tells a macro that has IPv6 templates only. The IPv4 pass rewrites
// the action of such a rule although it prints nothing, unless the rule itself
// names IPv6: then the pass does not look at it.
func emptyInV4(r *ir.Rule) bool {
	if r.Families != ir.OnlyV6 {
		return false
	}
	m := &r.Match
	if (m.Source != nil && m.Source.Set == nil) || (m.Dest != nil && m.Dest.Set == nil) {
		return false
	}
	for _, s := range r.Origin.Steps {
		if s.Kind != ir.ByMacro {
			continue
		}
		if macro, ok := facts.MacroByName(s.Name); ok {
			return macro.For(false) == nil
		}
	}
	return false
}
