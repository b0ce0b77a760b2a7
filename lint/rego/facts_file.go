package rego

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir/config"
)

// The facts of one .fw file, which documents of the units file, guest and node
// hold at input.facts. They name no file, no guest and no line: files that are
// alike have equal facts. A finding points at one of the places that the facts
// name, as "at":
//
//	kind, enabled          as in owner; enabled is false where nobody knows
//	policy_in, policy_out  in force, defaults included; empty where the file has none
//	ipfilter, macfilter,   whether they are on, defaults included; the place of an
//	ndp, radv              option that is set is "option NAME"
//	live_rules             how many rules are in force
//	blocking_in            how many of them block incoming packets
//	speaks_ipv6            a rule or an entry of a set is bound to IPv6
//	nics_known, nics       {"at", "name", "firewall", "shared", "set"}: shared with other guests is
//	                       its bridge and VLAN; set is what the IP filter would let it
//	                       send from: missing, empty or filled
//	open_nics              {"at", "name"} of those that have a bridge and no firewall=1
//	ipfilter_sets          how many sets ipfilter-netN are declared
//	covered, uncovered, joinable, wide, unsorted   about entries of sets, see setNotes
//	unused_groups, empty_groups                    see groups
//	leftovers                                      see leftovers
//	canonical              the file is in the form of pvefw fmt
type fileFacts struct {
	*world
	placedFile
	places idTable // of the names in "at"
}

// fileFactKeys says how each is found.
var fileFactKeys = map[string]func(*fileFacts) any{
	"kind":          func(f *fileFacts) any { return f.fw.Env.String() },
	"enabled":       (*fileFacts).enabled,
	"policy_in":     func(f *fileFacts) any { return f.policy("policy_in", "DROP") },
	"policy_out":    func(f *fileFacts) any { return f.policy("policy_out", "ACCEPT") },
	"ipfilter":      func(f *fileFacts) any { return f.isOn("ipfilter", false) },
	"macfilter":     func(f *fileFacts) any { return f.isOn("macfilter", true) },
	"ndp":           func(f *fileFacts) any { return f.isOn("ndp", true) },
	"radv":          func(f *fileFacts) any { return f.isOn("radv", false) },
	"live_rules":    (*fileFacts).liveRules,
	"blocking_in":   (*fileFacts).blockingIn,
	"speaks_ipv6":   (*fileFacts).speaksV6,
	"nics_known":    (*fileFacts).nicsKnown,
	"nics":          (*fileFacts).nics,
	"open_nics":     (*fileFacts).openNICs,
	"ipfilter_sets": (*fileFacts).ipfilterSets,
	"covered":       func(f *fileFacts) any { return f.setNotes().covered },
	"uncovered":     func(f *fileFacts) any { return f.setNotes().uncovered },
	"joinable":      func(f *fileFacts) any { return f.setNotes().joinable },
	"wide":          func(f *fileFacts) any { return f.setNotes().wide },
	"unsorted":      func(f *fileFacts) any { return f.setNotes().unsorted },
	"unused_groups": (*fileFacts).unusedGroups,
	"empty_groups":  (*fileFacts).emptyGroups,
	"leftovers":     (*fileFacts).leftovers,
	"canonical":     (*fileFacts).canonical,
}

// document holds the keys that are needed.
func (f *fileFacts) document(need func(key string) bool) object {
	o := object{}
	for key, find := range fileFactKeys {
		if need(key) {
			o[key] = find(f)
		}
	}
	return o
}

func (f *fileFacts) enabled() any {
	switch {
	case f.guest != nil:
		return guestOn(f.guest)
	case f.node != nil:
		return hostOn(f.node)
	case f.fw == f.cfg.Cluster:
		return f.clusterOn()
	}
	return f.fw.Options.Bool("enable", false)
}

func (f *fileFacts) policy(name, usual string) any {
	if f.guest == nil && f.fw != f.cfg.Cluster {
		return ""
	}
	f.option(name)
	return f.fw.Options.Text(name, usual)
}

func (f *fileFacts) isOn(name string, usual bool) any {
	f.option(name)
	return f.fw.Options.Bool(name, usual)
}

func (f *fileFacts) option(name string) {
	if v, ok := f.fw.Options.Get(name); ok {
		f.places["option "+name] = v.Span
	}
}

func (f *fileFacts) liveRules() any {
	n := countInForce(f.fw.Rules)
	for _, g := range f.fw.Groups {
		n += countInForce(g.Rules)
	}
	return n
}

func (f *fileFacts) blockingIn() any {
	n := 0
	for _, r := range f.fw.Rules {
		switch {
		case !inForce(r):
		case r.Type == config.GroupRule:
			n += countBlockingIn(r.Group.Target.Rules)
		default:
			n += countBlockingIn([]*config.Rule{r})
		}
	}
	return n
}

func countBlockingIn(rules []*config.Rule) int {
	n := 0
	for _, r := range rules {
		if inForce(r) && r.Type == config.InRule && r.Action != config.AcceptAction {
			n++
		}
	}
	return n
}

// speaksV6 asks the words of the file itself, not those of groups it uses.
func (f *fileFacts) speaksV6() any {
	for _, set := range f.fw.Sets {
		if slices.ContainsFunc(set.Entries, func(e config.SetEntry) bool { return strings.Contains(e.Text, ":") }) {
			return true
		}
	}
	return slices.ContainsFunc(f.fw.Rules, func(r *config.Rule) bool { return r.Family == config.IPv6 && !r.Disabled })
}

// unusedGroups are {"at", "name"} of groups that no file mentions. As with aliases
// and sets, that says nothing when there is only one file.
func (f *fileFacts) unusedGroups() any {
	out := []any{}
	for name, g := range sorted(f.fw.Groups) {
		if f.extra().files > 1 && f.extra().groupUses[name] == 0 {
			out = append(out, object{"at": f.group(name, g), "name": name})
		}
	}
	return out
}

// emptyGroups are {"at", "name", "lines"} of groups that rules use although they
// have no rule in force. Lines counts the rules that are not.
func (f *fileFacts) emptyGroups() any {
	out := []any{}
	for name, g := range sorted(f.fw.Groups) {
		if f.extra().groupUses[name] > 0 && countInForce(g.Rules) == 0 {
			out = append(out, object{"at": f.group(name, g), "name": name, "lines": len(g.Rules)})
		}
	}
	return out
}

func (f *fileFacts) group(name string, g *config.Group) string {
	at := "group " + name
	f.places[at] = g.Span
	return at
}

// leftovers are disabled rules that nobody will enable again: {"at", "twin",
// "date"}. Twin is the line of the same rule in force below or above, 0 without
// one; date is the day that has passed, or empty.
func (f *fileFacts) leftovers() any {
	out := f.leftoversIn("rule ", f.fw.Rules, []any{})
	for name, g := range sorted(f.fw.Groups) {
		out = f.leftoversIn("group "+name+" rule ", g.Rules, out)
	}
	return out
}

func (f *fileFacts) leftoversIn(list string, rules []*config.Rule, out []any) []any {
	if !slices.ContainsFunc(rules, func(r *config.Rule) bool { return r.Disabled }) {
		return out
	}
	live := liveLines(rules)
	for i, r := range rules {
		twin, date := live[words(r)], ""
		if due := f.expiryOf(r.Comment()); due.state == pastDate {
			date = due.date
		}
		if r.Disabled && (twin != 0 || date != "") {
			at := list + strconv.Itoa(i)
			f.places[at] = r.Span()
			out = append(out, object{"at": at, "twin": twin, "date": date})
		}
	}
	return out
}

// liveLines gives the lines of the rules in force by their words; only of those
// that could be the words of a disabled rule.
func liveLines(rules []*config.Rule) map[string]int {
	asked := map[outline]bool{}
	for _, r := range rules {
		if r.Disabled {
			asked[outlineOf(r)] = true
		}
	}
	live := map[string]int{}
	for _, r := range rules {
		if r.Live() && asked[outlineOf(r)] {
			live[words(r)] = int(r.Line.Number)
		}
	}
	return live
}

// outline is what rules with the same words have in common at least.
type outline struct {
	kind   config.RuleType
	action config.Action
	macro  *facts.Macro
	iface  string
}

func outlineOf(r *config.Rule) outline { return outline{r.Type, r.Action, r.Macro, r.Iface} }

// words are what a rule says, without its comment and whether it is disabled.
func words(r *config.Rule) string {
	end := r.Line.Action().End
	if n := len(r.Line.Params()); n > 0 {
		end = r.Line.Params()[n-1].Value.End
	}
	return strings.Join(strings.Fields(r.File.Text(grammar.Word{Start: r.Line.Type().Start, End: end})), " ")
}

func (f *fileFacts) canonical() any {
	src := f.fw.File.Source
	return string(config.Format(src, f.fw.Env)) == string(src.Bytes())
}
