package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/source"
)

// Changes that somebody asks for who writes files. None of them changes what happens
// to any packet, but AddToManagement and MoveAbove, which are there to do so. Where
// one cannot be made, why is a sentence for people.

// RuleOn is the rule that was read from a line, counted from 1; nil where there is
// none.
func (fw *FW) RuleOn(line int) *Rule {
	if line < 1 || line > len(fw.File.Lines) {
		return nil
	}
	return fw.ruleOn(fw.File.Lines[line-1])
}

func (fw *FW) ruleOn(line grammar.Line) *Rule {
	l, ok := line.(*grammar.Rule)
	if !ok {
		return nil
	}
	rules := fw.Rules
	if h := l.In(); h != nil && h.Section == grammar.GroupSection {
		g := fw.Groups[lower(fw.File.Text(h.Name))]
		if g == nil || g.Header != h {
			return nil
		}
		rules = g.Rules
	}
	i, found := slices.BinarySearchFunc(rules, l.Number, func(r *Rule, n int32) int { return int(r.Line.Number - n) })
	if !found {
		return nil
	}
	return rules[i]
}

// Extract moves the rules on the lines from first to last, counted from 1, into a new
// group of cluster.fw and calls it in their place.
func (c *Config) Extract(fw *FW, first, last int) (name string, edits []source.Edit, why string) {
	lines := fw.ruleLines(first, last)
	switch {
	case len(lines) == 0:
		return "", nil, "There are no rules here."
	case c.Cluster == nil || !c.Cluster.Present:
		return "", nil, "Groups stand in cluster.fw, and there is none."
	}
	iface, why := fw.extractable(lines)
	if why != "" {
		return "", nil, why
	}
	name = c.freeGroup("extracted")
	var body strings.Builder
	for _, l := range lines {
		body.WriteString(fw.withoutIface(l) + "\n")
	}
	call := "GROUP " + name
	if iface != "" {
		call += " -i " + iface
	}
	whole := fw.wholeLine(lines[0])
	whole.End = fw.wholeLine(lines[len(lines)-1]).End
	if strings.HasSuffix(whole.Text(), "\n") {
		call += "\n"
	}
	return name, []source.Edit{{Span: whole, Text: call},
		roomsOf(c.Cluster).end.section("[group " + name + "]\n\n" + body.String())}, ""
}

// ruleLines are lines of [RULES], from the first that is a rule to the last; none
// where others stand among them.
func (fw *FW) ruleLines(first, last int) []grammar.Line {
	first, last = max(first, 1), min(last, len(fw.File.Lines))
	if first > last {
		return nil
	}
	isRule := func(l grammar.Line) bool { _, is := l.(*grammar.Rule); return is }
	lines := fw.File.Lines[first-1 : last]
	from := slices.IndexFunc(lines, isRule)
	if from < 0 {
		return nil
	}
	to := len(lines)
	for !isRule(lines[to-1]) {
		to--
	}
	lines = lines[from:to]
	in := grammar.BaseOf(lines[0]).In()
	if in == nil || in.Section != grammar.Rules || slices.ContainsFunc(lines, func(l grammar.Line) bool { return grammar.BaseOf(l).In() != in }) {
		return nil
	}
	return lines
}

// extractable says why rules cannot stand in a group, and at which interface the
// group is to be called.
func (fw *FW) extractable(lines []grammar.Line) (iface, why string) {
	met := false
	for _, line := range lines {
		if _, trivia := line.(*grammar.Trivia); trivia {
			continue
		}
		r, n := fw.ruleOn(line), grammar.BaseOf(line).Number
		switch {
		case r == nil || len(r.Dead) > 0:
			return "", fmt.Sprintf("Proxmox drops line %d, so it cannot be moved.", n)
		case r.Type == GroupRule:
			return "", fmt.Sprintf("Line %d calls a group, and a group cannot call another.", n)
		case r.Type != InRule && r.Type != OutRule:
			return "", fmt.Sprintf("Line %d is about what a node forwards, which groups have no rules for.", n)
		case isOwn(r.Source) || isOwn(r.Dest):
			return "", fmt.Sprintf("Line %d names something of this file, which cluster.fw does not know.", n)
		case met && given(r.Iface) && r.Iface != iface, met && !given(r.Iface) && iface != "":
			return "", "The rules are for different interfaces, and a group is called for one."
		case given(r.Iface):
			iface = r.Iface
		}
		met = true
	}
	return iface, ""
}

// isOwn tells an address that names something of a guest's own file.
func isOwn(a Addr) bool {
	return a.Set != nil && a.Set.Owner != 0 || a.Alias != nil && a.Alias.Owner != 0
}

// withoutIface is the text of a line, without the interface that a rule is bound to.
func (fw *FW) withoutIface(line grammar.Line) string {
	base := grammar.BaseOf(line).Body()
	text := fw.File.Text(base)
	l, ok := line.(*grammar.Rule)
	if !ok {
		return text
	}
	params := l.Params()
	for _, p := range slices.Backward(params) {
		if p.Kind == grammar.Iface {
			before := strings.TrimRight(text[:p.Flag.Start-base.Start], " \t")
			text = before + text[p.Value.End-base.Start:]
		}
	}
	return text
}

// freeGroup is a name that no group has.
func (c *Config) freeGroup(name string) string {
	for n, free := 2, name; ; n++ {
		if c.Cluster.Groups[free] == nil {
			return free
		}
		free = fmt.Sprintf("%s-%d", name, n)
	}
}

// Inline puts the rules of a group in the place of the rule on a line, counted from 1,
// that calls it.
func (c *Config) Inline(fw *FW, line int) (edits []source.Edit, why string) {
	call := fw.RuleOn(line)
	switch {
	case call == nil:
		return nil, "There is no rule here."
	case call.Type != GroupRule:
		return nil, "This line calls no group."
	case call.Disabled:
		return nil, "The call is disabled, so it stands for no rules."
	case len(call.Dead) > 0 || call.Group == nil || call.Group.Target == nil:
		return nil, "The call leads to no group."
	}
	var out strings.Builder
	if comment := call.Comment(); comment != "" {
		out.WriteString("# " + comment + "\n")
	}
	for _, r := range call.Group.Target.Rules {
		if given(call.Iface) && given(r.Iface) && r.Iface != call.Iface {
			return nil, fmt.Sprintf("A rule of the group is for %s, and the call for %s.", quote(r.Iface), quote(call.Iface))
		}
		out.WriteString(fw.inlined(call, r) + "\n")
	}
	whole := fw.wholeLine(call.Line)
	text := out.String()
	if !strings.HasSuffix(whole.Text(), "\n") {
		text = strings.TrimSuffix(text, "\n")
	}
	return []source.Edit{{Span: whole, Text: text}}, ""
}

// inlined is the text of a group's rule as it says the same in fw.
func (fw *FW) inlined(call, r *Rule) string {
	whole := r.File.Span(r.Line.Body())
	var edits []source.Edit
	for kind, a := range map[grammar.ParamKind]*Addr{grammar.Source: &r.Source, grammar.Dest: &r.Dest} {
		if scoped := fw.scoped(a); scoped != "" {
			edits = append(edits, source.Edit{Span: r.ParamSpan(kind), Text: scoped})
		}
	}
	if given(call.Iface) && !given(r.Iface) {
		end := r.Span()
		end.Start = end.End
		edits = append(edits, source.Edit{Span: end, Text: " -i " + call.Iface})
	}
	text, err := source.Apply(whole.File, edits)
	if err != nil {
		panic("unreachable: " + err.Error())
	}
	grown := len(text) - len(whole.File.Bytes())
	return string(text[whole.Start : int(whole.End)+grown])
}

// scoped is how a name of cluster.fw is written in a file that has one like it; empty
// where it need not be written otherwise.
func (fw *FW) scoped(a *Addr) string {
	if !fw.Env.IsGuest() {
		return ""
	}
	switch {
	case a.Set != nil && fw.Sets[a.Set.Name] != nil:
		return "+dc/" + a.Set.Name
	case a.Alias != nil && fw.Aliases[lower(a.Alias.Name)] != nil:
		return "dc/" + a.Alias.Name
	}
	return ""
}

// AddToManagement lets an address, or a network, reach the nodes to administer them:
// it puts it into the set management of cluster.fw. No edits mean that it is there.
func (c *Config) AddToManagement(address string) (edits []source.Edit, why string) {
	if c.Cluster == nil || !c.Cluster.Present {
		return nil, "The set management stands in cluster.fw, and there is none."
	}
	if _, _, ok := literal(address); !ok {
		return nil, "This is neither an address nor a network."
	}
	set := c.Cluster.Sets["management"]
	if set == nil {
		return []source.Edit{roomsOf(c.Cluster).beforeRules.section("[IPSET management]\n\n" + address + "\n")}, ""
	}
	if set.holds(address, nil) {
		return nil, ""
	}
	end := c.Cluster.sectionOf(set.Header).End
	return []source.Edit{c.Cluster.seamAt(int(end)).insert(address + "\n")}, ""
}

// MoveAbove moves the rule on a line, counted from 1, above another one of its list
// that stands before it.
func (fw *FW) MoveAbove(line, before int) (edits []source.Edit, why string) {
	moved, other := fw.RuleOn(line), fw.RuleOn(before)
	switch {
	case moved == nil || other == nil || moved.Line.In() != other.Line.In():
		return nil, "These are not rules of one list."
	case line <= before:
		return nil, "The other rule does not stand above."
	}
	whole := fw.wholeLine(moved.Line)
	return []source.Edit{{Span: whole}, fw.seamAt(int(other.Line.Whole().Start)).insert(strings.TrimSuffix(whole.Text(), "\n") + "\n")}, ""
}
