package ir

import (
	"fmt"
	"strconv"
	"strings"
)

// levelNames are the syslog levels by number.
var levelNames = [...]string{"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"}

// nodeText is one node without its number and origin.
func nodeText(n Node) (string, Origin) {
	switch n := n.(type) {
	case *Rule:
		return familiesText(n.Families) + ruleText(n), n.Origin
	case *Builtin:
		return familiesText(n.Families) + builtinText(n), n.Origin
	case *Call:
		text := fmt.Sprintf("%-6s  group %s", "CALL", groupName(n.Group))
		if m := n.Match.String(); m != "" {
			text += " for what is " + m
		}
		return familiesText(n.Families) + text + queueText(n.Verdict.Queue), n.Origin
	case *Skipped:
		return fmt.Sprintf("%s%-6s  (%s) %s", familiesText(n.Families), "skip", n.Stage, n.Reason), n.Origin
	}
	panic(fmt.Sprintf("unreachable: %T", n))
}

func groupName(g *Group) string {
	if g == nil {
		return "?"
	}
	return g.Name
}

// familiesText marks what is in one family only; both is the normal case.
func familiesText(fs Families) string {
	switch fs {
	case OnlyV4:
		return "v4  "
	case OnlyV6:
		return "v6  "
	case Both:
		return "    "
	}
	return "--  "
}

func ruleText(r *Rule) string {
	m := r.Match.String()
	if m == "" {
		m = "everything"
	}
	text := fmt.Sprintf("%-6s  %s%s", r.Verdict.Kind, m, queueText(r.Verdict.Queue))
	return text + logText(r.Log)
}

func builtinText(b *Builtin) string {
	text := fmt.Sprintf("%-6s  %s", "", b.Kind.Describe())
	switch {
	case b.Set != nil:
		text += " (" + b.Set.label() + ")"
	case b.Net != nil:
		text += " (" + b.Net.Text + ")"
	case b.MAC != "":
		text += " (not " + b.MAC + ")"
	case b.Kind == ConnMark:
		text += " (" + strconv.Itoa(b.Mark) + ")"
	case b.Kind == NDP && !b.RA:
		text += ", but for router advertisements"
	case b.Kind == Corosync:
		text += peersText(b)
	}
	return text + queueText(b.Verdict.Queue) + logText(b.Log)
}

func peersText(b *Builtin) string {
	var parts []string
	if b.AnyCast {
		parts = append(parts, "multicast")
	}
	for _, p := range b.Peers {
		parts = append(parts, fmt.Sprintf("%s with %s %s", p.Local, p.Node, p.Remote))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, "; ") + ")"
}

func queueText(q *Queue) string {
	switch {
	case q == nil:
		return ""
	case q.Text == "":
		return ", through queue 0"
	}
	return ", through queue " + q.Text
}

func logText(l *Log) string {
	if l == nil || l.Level < 0 || l.Level >= len(levelNames) {
		return ""
	}
	return ", log " + levelNames[l.Level]
}

// label names a set with its owner: dc/NAME, sdn/NAME or VMID/NAME.
func (s *Set) label() string {
	switch {
	case s.SDN:
		return "sdn/" + s.Name
	case s.Owner == 0:
		return "dc/" + s.Name
	}
	return strconv.Itoa(s.Owner) + "/" + s.Name
}

// Describe says where something comes from: FILE:LINE and the steps from there,
// empty for an origin that says nothing. A step that only repeats the name of
// the one before it is left out.
func (o Origin) Describe() string {
	var parts []string
	if !o.Span.IsZero() {
		place := o.Span.File.Name()
		if !o.Span.WholeFile() {
			place += ":" + strconv.Itoa(o.Span.From().Line)
		}
		parts = append(parts, place)
	}
	before := ""
	for _, s := range o.Steps {
		if s.Kind != ByRule && s.Name != before {
			parts = append(parts, strings.TrimSpace(s.Kind.String()+" "+s.Name))
		}
		before = s.Name
	}
	return strings.Join(parts, " › ")
}
