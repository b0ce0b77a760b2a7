package rego

import (
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/ir/config"
)

// rule describes a rule that takes effect: its words as the daemon stores them,
// and under "resolved" what they mean.
func (w *world) rule(r placedRule, ids idTable) object {
	o := object{
		"id": ids.add(r.Span()), "direction": direction(r.Type), "action": r.Action.String(), "macro": "", "group": "",
		"source": r.Source.Text, "dest": r.Dest.Text, "proto": r.Proto, "dport": r.DPort, "sport": r.SPort,
		"icmp_type": r.ICMPType, "log": r.Log, "iface": r.Iface, "comment": r.Comment(),
		"raw":      strings.TrimSpace(wholeLine(r.Rule)),
		"resolved": w.resolvedRule(r),
	}
	if r.Macro != nil {
		o["macro"] = r.Macro.Name
	}
	if r.Type == config.GroupRule {
		o["action"], o["group"] = "", r.Group.Target.Name
	}
	return o
}

// resolvedRule gives addresses as {"first", "last"} ranges and ports as in
// facts. An address that restricts nothing is absent.
func (w *world) resolvedRule(r placedRule) object {
	o := object{"ports": portsOf(r.Rule).document(), "families": familiesOf(r.Family).names()}
	for name, a := range map[string]*config.Addr{"source": &r.Source, "dest": &r.Dest} {
		if !a.Given() {
			continue
		}
		ranges := []any{}
		spans, _ := spansOf(a)
		for _, s := range spans {
			ranges = append(ranges, object{"first": s.first.String(), "last": s.last.String()})
		}
		o[name] = ranges
	}
	return o
}

func wholeLine(r *config.Rule) string {
	return r.File.Text(grammar.BaseOf(r.Line).Whole())
}
