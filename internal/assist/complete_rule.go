package assist

import (
	"slices"
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// Completion of rules, but for the values of flags.

// rule completes the word under the cursor by its place among the others.
func (c *completion) rule() {
	slots := ruleSlots(c.FW.File, c.above)
	at, before := slotAt(c.FW.File, slots, c.Offset)
	span := c.span(at.at)
	switch at.kind {
	case typeSlot:
		c.types(span)
		if len(slots) < 2 {
			c.templates(span)
		}
	case actionSlot:
		c.actions(span, before, slots[len(before):])
	case verdictSlot:
		c.verdicts(span, c.closing(at))
	case groupSlot:
		c.groups(span)
	case flagSlot:
		c.flags(span, slots, at)
	case valueSlot:
		if at.known {
			c.value(at, slots)
		}
	}
}

// ruleEnv is the rule environment of the cursor's line.
func (c *completion) ruleEnv() facts.Env {
	if h := c.section(); h != nil && h.Section == grammar.GroupSection {
		return facts.Group
	}
	return c.FW.Env
}

var typeDetails = map[string]string{
	"IN": "what comes in", "OUT": "what goes out", "GROUP": "the rules of a security group",
	"FORWARD": "what is forwarded; only proxmox-firewall (nftables) reads it",
}

// typesOf are the types of rules of an environment (reference/pve-firewall §5.4).
func typesOf(env facts.Env) []string {
	switch {
	case env.IsGuest():
		return []string{"IN", "OUT", "GROUP"}
	case env == facts.Group:
		return []string{"IN", "OUT", "FORWARD"}
	case env == facts.VNet:
		return []string{"FORWARD", "GROUP"}
	}
	return []string{"IN", "OUT", "FORWARD", "GROUP"}
}

func (c *completion) types(at source.Span) {
	for i, t := range typesOf(c.ruleEnv()) {
		c.add(Item{Label: t, Kind: KeywordItem, Detail: typeDetails[t], Span: at, Insert: t + c.blankBehind(), Sort: "1" + string(rune('0'+i))})
	}
}

// blankBehind is the blank that a word needs, unless one follows already.
func (c *completion) blankBehind() string {
	if c.above != nil && strings.HasPrefix(strings.TrimLeft(c.rest(), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz()"), " ") {
		return ""
	}
	return " "
}

// ruleTemplates are rules that most files have, as snippets.
var ruleTemplates = []struct{ label, detail, insert string }{
	{"allow SSH from …", "a rule for SSH from a few sources", "IN SSH(ACCEPT) -source ${1:192.0.2.0/24} -log ${2:nolog}$0"},
	{"allow web", "HTTP and HTTPS from anywhere", "IN Web(ACCEPT)$0"},
	{"allow TCP port from …", "one port from a few sources", "IN ACCEPT -source ${1:192.0.2.0/24} -p tcp -dport ${2:8080} -log ${3:nolog}$0"},
	{"allow ping", "echo requests of both families", "IN Ping(ACCEPT)$0"},
	{"drop and log the rest", "an explicit end of the list", "IN DROP -log ${1:info}$0"},
}

func (c *completion) templates(at source.Span) {
	if !slices.Contains(typesOf(c.ruleEnv()), "IN") {
		return
	}
	for _, t := range ruleTemplates {
		c.add(Item{Label: t.label, Kind: TemplateItem, Detail: t.detail, Span: at, Insert: t.insert, Snippet: true, Sort: "7" + t.label})
	}
}

// verdictsOf are the actions of a type of rule: FORWARD knows no REJECT.
func verdictsOf(typ string) []string {
	if strings.EqualFold(typ, "forward") {
		return []string{"ACCEPT", "DROP"}
	}
	return []string{"ACCEPT", "DROP", "REJECT"}
}

var verdictDetails = map[string]string{"ACCEPT": "let it through", "DROP": "throw it away silently", "REJECT": "throw it away and say so"}

// actions offers verdicts and macros; where a verdict in parentheses follows, only
// the macro's name is replaced.
func (c *completion) actions(at source.Span, before, rest []slot) {
	typ := ""
	if len(before) > 0 {
		typ = c.text(before[0].at)
	}
	called := len(rest) > 1 && rest[1].kind == verdictSlot
	if !called {
		for _, v := range verdictsOf(typ) {
			c.add(Item{Label: v, Kind: KeywordItem, Detail: verdictDetails[v], Span: at, Sort: "1" + v})
		}
	}
	for _, m := range facts.Macros() {
		item := Item{Label: m.Name, Kind: MacroItem, Detail: ports(m), Span: at, Key: "macro " + m.Name}
		if !called {
			item.Label, item.Snippet = m.Name+"(ACCEPT)", true
			item.Insert = m.Name + "(${1|" + strings.Join(verdictsOf(typ), ",") + "|})$0"
		}
		c.add(item)
	}
}

func (c *completion) verdicts(at source.Span, closing string) {
	for _, v := range verdictsOf("") {
		c.add(Item{Label: v, Kind: KeywordItem, Detail: verdictDetails[v], Span: at, Insert: v + closing, Sort: "1" + v})
	}
}

// closing is the parenthesis that a macro call still needs.
func (c *completion) closing(verdict slot) string {
	if text := c.source().Bytes(); int(verdict.at.End) < len(text) && text[verdict.at.End] == ')' {
		return ""
	}
	return ")"
}

func (c *completion) groups(at source.Span) {
	if c.Config.Cluster == nil {
		return
	}
	for _, g := range inOrder(c.Config.Cluster.Groups) {
		detail := rules(len(g.Rules))
		if g.Comment != "" {
			detail += ": " + clipped(g.Comment, 60)
		}
		c.add(Item{Label: g.Name, Kind: GroupItem, Detail: detail, Span: at, Key: "group " + g.Name})
	}
}

// flags offers the parameters that the rule does not have yet and that would not
// make it dead (reference/pve-firewall §5.3, §5.5, §5.8 to §5.12).
func (c *completion) flags(at source.Span, slots []slot, current slot) {
	used := map[grammar.ParamKind]bool{}
	for _, s := range slots {
		if s.kind == flagSlot && s.known && s.at != current.at {
			used[s.param] = true
		}
	}
	has := func(k slotKind) bool { return slices.ContainsFunc(slots, func(s slot) bool { return s.kind == k }) }
	// proxmox-firewall leaves FORWARD rules with an interface out.
	used[grammar.Iface] = used[grammar.Iface] || len(slots) > 0 && strings.EqualFold(c.text(slots[0].at), "forward")
	proto, group, macro := paramText(c.FW.File, slots, grammar.Proto), has(groupSlot), has(verdictSlot)
	for k := grammar.Iface; k < grammar.ParamCount; k++ {
		if used[k] || !c.flagFits(k, group, macro, proto) {
			continue
		}
		f := flags[k]
		c.add(Item{Label: f.flag, Kind: FlagItem, Detail: f.meaning, Span: at, Insert: f.flag + c.blankBehind(), Sort: "1" + string(rune('0'+k))})
	}
	if !group && !macro && !used[grammar.Proto] {
		c.pairs(at, used)
	}
}

func (c *completion) flagFits(k grammar.ParamKind, group, macro bool, proto string) bool {
	env := c.ruleEnv()
	switch k {
	case grammar.Iface:
		return env != facts.Group && env != facts.VNet
	case grammar.Source, grammar.Dest, grammar.Log:
		return !group
	case grammar.Proto:
		return !group && !macro
	case grammar.ICMPType:
		return !group && !macro && isICMP(proto)
	}
	return !group && !macro && facts.ProtocolHasPorts(proto)
}

// pairs are flags that need a protocol, with one.
func (c *completion) pairs(at source.Span, used map[grammar.ParamKind]bool) {
	if used[grammar.DPort] || used[grammar.ICMPType] {
		return
	}
	for _, f := range []string{"-p tcp -dport", "-p udp -dport", "-p icmp -icmp-type", "-p icmpv6 -icmp-type"} {
		c.add(Item{Label: f, Kind: FlagItem, Detail: "a protocol with its ports or types", Span: at, Insert: f + c.blankBehind(), Sort: "2" + f})
	}
}

// isICMP reports whether a protocol has types.
func isICMP(proto string) bool {
	return proto == "icmp" || proto == "icmpv6" || proto == "ipv6-icmp"
}
