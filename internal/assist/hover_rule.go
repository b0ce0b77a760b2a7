package assist

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// rule explains a word of a rule: the type and the action stand for the whole.
func (h *hover) rule(line grammar.Line) source.Span {
	if at := h.name(); !at.IsZero() {
		return at
	}
	slots := ruleSlots(h.FW.File, line)
	for _, s := range slots {
		if !holds(s.at, h.Offset) {
			continue
		}
		switch s.kind {
		case typeSlot, actionSlot, verdictSlot:
			return h.wholeRule(line)
		case flagSlot:
			if !s.known {
				return source.Span{}
			}
			f := flags[s.param]
			h.add("%s %s: %s", code(f.flag), f.value, f.meaning)
		case valueSlot:
			h.value(s, slots)
		}
		return h.span(s.at)
	}
	return source.Span{}
}

// value explains the value of a flag.
func (h *hover) value(s slot, slots []slot) {
	text := h.text(s.at)
	proto := paramText(h.FW.File, slots, grammar.Proto)
	switch s.param {
	case grammar.Source, grammar.Dest:
		h.literal(text)
	case grammar.Proto:
		describeProtocol(&h.page, text)
	case grammar.DPort, grammar.SPort:
		if isICMP(proto) && s.param == grammar.DPort {
			describeICMP(&h.page, text, proto != "icmp")
			return
		}
		h.list(portPointsOf(proto, text))
	case grammar.Log:
		if n, ok := facts.LogLevel(text); ok && n >= 0 {
			h.add("log level **%s**, number %d", text, n)
		} else if ok {
			h.add("nothing is written to the log")
		}
	case grammar.ICMPType:
		if !describeICMP(&h.page, text, proto != "icmp") {
			describeICMP(&h.page, text, proto == "icmp")
		}
	}
}

// wholeRule says what a rule becomes, where it stands and what is left for it.
func (h *hover) wholeRule(line grammar.Line) source.Span {
	at := h.span(grammar.BaseOf(line).Body())
	if i := commentStart(h.FW.File, line); i < at.End {
		at.End = at.Start + int32(len(strings.TrimRight(h.text(grammar.Word{Start: at.Start, End: i}), " \t")))
	}
	defer func() {
		h.told = true
		found := h.findings(at)
		h.list(findingPoints(found))
		if !slices.ContainsFunc(found, func(d diag.Diagnostic) bool { return d.Effects != diag.Effects{} }) {
			h.list(h.daemons(line))
		}
	}()
	l, isRule := line.(*grammar.Rule)
	if !isRule {
		h.add("A line that Proxmox drops.")
		return at
	}
	r, group := h.FW.RuleAt(l)
	if r == nil {
		h.add("A rule that Proxmox drops.")
		return at
	}
	h.add("%s", RuleKind(h.FW, r, group))
	if r.Macro != nil {
		h.block(Templates(r.Macro))
	}
	if r.Family != config.AnyFamily {
		h.add("Only IPv%d.", r.Family)
	}
	h.list(h.fates(at))
	if group == nil {
		h.list(h.policyOf(r.Type))
	}
	return at
}

// daemons says what each makes of a rule that no finding blames.
func (h *hover) daemons(line grammar.Line) []string {
	l, isRule := line.(*grammar.Rule)
	if !isRule {
		return nil
	}
	first := "Reads the rule as written."
	switch r, _ := h.FW.RuleAt(l); {
	case r == nil || r.Disabled:
		return nil
	case r.Type == config.ForwardRule || h.FW.Env == facts.VNet:
		first = "Reads it and makes nothing of it: iptables gets no rules about what is forwarded."
	}
	second := h.Config.PreviewEffect(h.FW, int(grammar.BaseOf(line).Number))
	return []string{"pve-firewall: " + first, "proxmox-firewall: " + plain(second)}
}

// RuleKind says in a sentence without full stop what a rule is.
func RuleKind(fw *config.FW, r *config.Rule, in *config.Group) string {
	kind := "a rule of " + FileKind(fw)
	if in != nil {
		kind = "a rule of the security group " + in.Name
	}
	switch {
	case r.Disabled:
		kind += " that is switched off"
	case len(r.Dead) > 0:
		kind += " that Proxmox keeps and that does nothing"
	}
	return kind
}

// FileKind says whose file it is.
func FileKind(fw *config.FW) string {
	switch {
	case fw.Env == facts.Cluster:
		return "the datacenter"
	case fw.Env.IsGuest():
		return "guest " + fw.Name
	case fw.Env == facts.Host:
		return "the node"
	}
	return "the VNet " + fw.Name
}

// effective are the policies of the file, and what stands against them.
func (h *hover) effective() []string {
	var list []string
	for _, t := range []config.RuleType{config.InRule, config.OutRule, config.ForwardRule} {
		list = append(list, h.policyOf(t)...)
	}
	if why := h.off(); why != "" {
		list = append(list, why)
	}
	return list
}

// policyOf is what happens to packets of a direction that no rule decides. The
// node's policies stand in cluster.fw (reference/pve-firewall §6.8).
func (f File) policyOf(t config.RuleType) []string {
	names := map[config.RuleType]string{config.InRule: "policy_in", config.OutRule: "policy_out", config.ForwardRule: "policy_forward"}
	fw := f.FW
	if fw.Env == facts.Host {
		fw = f.Config.Cluster
	}
	name, env := names[t], facts.Cluster
	if fw != nil {
		env = fw.Env
	}
	o, ok := facts.OptionIn(env, name)
	if !ok {
		return nil
	}
	value, from := o.Default, "the default"
	if fw != nil {
		if v, set := fw.Options.Get(name); set {
			value, from = v.Text, where(v.Span)
		}
	}
	return []string{fmt.Sprintf("what no rule decides: `%s` %s (%s)", name, value, from)}
}

// off is why the file does not act at all; empty if it does.
func (f File) off() string {
	c := f.Config.Cluster
	switch {
	case c != nil && !c.Options.Bool("enable", false):
		return "nothing is filtered: the datacenter's firewall is off"
	case f.FW.Env.IsGuest() && !f.FW.Options.Bool("enable", false):
		return "nothing of this guest is filtered: its firewall is off"
	case f.FW.Env == facts.Host && !f.FW.Options.Bool("enable", true):
		return "nothing of this node is filtered: its firewall is off"
	}
	return ""
}
