package config

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/facts"
)

// ParseJSON is the reader's storage view of one node: what pve-firewall keeps of
// each file after reading, in the shape of the conformance records (keys cluster,
// host, guests by VMID, vnets by name). Numbers are float64 and all texts valid
// UTF-8, as if the value had been decoded from JSON. The result is the caller's.
func ParseJSON(c *Config, n *Node) map[string]any {
	out := map[string]any{"guests": map[string]any{}, "vnets": map[string]any{}}
	out["cluster"] = object{}
	if c.Cluster != nil {
		out["cluster"] = exportCluster(c.Cluster, n.Facts.Now)
	}
	out["host"] = object{}
	if n.Host != nil && n.Host.Present {
		out["host"] = exportBare(n.Host, n.Facts.Now)
	}
	for _, g := range n.Guests {
		id := strconv.Itoa(g.VMID)
		if g.FW != nil && g.FW.Present {
			guest := exportNames(g.FW)
			guest["options"], guest["rules"] = exportOptions(g.FW, n.Facts.Now), exportRules(g.FW.Rules)
			guest["vmid"] = id
			out["guests"].(object)[id] = guest
		}
	}
	for _, v := range c.VNets {
		if v.Present {
			out["vnets"].(object)[v.Name] = exportBare(v, n.Facts.Now)
		}
	}
	return out
}

type object = map[string]any

// exportBare is a file without definitions. The daemon's lookups leave empty
// tables behind: of aliases unless dc/NAME was found, of sets where none was.
func exportBare(fw *FW, now time.Time) object {
	out := object{"options": exportOptions(fw, now), "rules": exportRules(fw.Rules)}
	for _, r := range fw.Rules {
		for param, a := range map[string]*Addr{"source": &r.Source, "dest": &r.Dest} {
			lost := slices.ContainsFunc(r.Dead, func(e ParamError) bool {
				return e.Param == param && strings.HasPrefix(e.Text, "no such ")
			})
			if a.Alias != nil && (lost || !strings.HasPrefix(a.Text, "dc/")) {
				out["aliases"] = object{}
			}
			if a.Set != nil && lost {
				out["ipset"] = object{}
			}
		}
	}
	return out
}

func exportCluster(fw *FW, now time.Time) object {
	out := exportNames(fw)
	if fw.Present {
		out["options"] = exportOptions(fw, now)
	}
	out["rules"] = exportRules(fw.Rules)
	groups, comments := object{}, object{}
	for name, g := range fw.Groups {
		groups[name] = exportRules(g.Rules)
		if given(g.Comment) {
			comments[name] = decoded(g.Comment)
		}
	}
	out["groups"], out["group_comments"] = groups, comments
	return out
}

// exportNames holds aliases and sets. A malformed alias line leaves an alias
// without a name (reference/pve-firewall §3.1).
func exportNames(fw *FW) object {
	aliases, sets, comments := object{}, object{}, object{}
	for _, line := range fw.File.Lines {
		if bad, ok := line.(*grammar.Bad); ok && bad.In() != nil && bad.In().Section == grammar.Aliases {
			aliases[""] = object{}
		}
	}
	for key, a := range fw.Aliases {
		one := object{"cidr": raw(a.Text), "name": raw(a.Name), "ipversion": 4.0}
		if a.V6 {
			one["ipversion"] = 6.0
		}
		if a.Line.Comment.Present() {
			one["comment"] = decoded(a.Comment)
		}
		aliases[raw(key)] = one
	}
	for name, set := range fw.Sets {
		entries := make([]any, 0, len(set.Entries))
		for _, e := range set.Entries {
			entries = append(entries, exportEntry(e))
		}
		sets[name] = entries
		if given(set.Comment) {
			comments[name] = decoded(set.Comment)
		}
	}
	return object{"aliases": aliases, "ipset": sets, "ipset_comments": comments}
}

func exportEntry(e SetEntry) object {
	out := object{"cidr": raw(e.Text)}
	if e.Line.Extra().Present() {
		out["cidr"] = nil
	}
	if e.NoMatch {
		out["nomatch"] = 1.0
	}
	if comment := e.Comment(); comment != "" {
		out["comment"] = decoded(comment)
	}
	if e.IsDead() {
		out["errors"] = exportErrors(e.Dead())
	}
	return out
}

// exportOptions gives numbers as numbers. The cluster's enable is a switch or a
// time; a time more than a minute ago is off (reference/pve-firewall §2.2).
func exportOptions(fw *FW, now time.Time) object {
	out := object{}
	for _, v := range fw.Options.values {
		name := v.name
		out[name] = v.Text
		opt, known := facts.OptionIn(fw.Env, name)
		if !known || opt.Type != facts.BoolType && opt.Type != facts.NumberType {
			continue
		}
		n, err := strconv.ParseFloat(v.Text, 64)
		if err != nil {
			continue
		}
		if fw.Env == facts.Cluster && name == "enable" && n > 1 && n+60 < float64(now.Unix()) {
			n = 0
		}
		out[name] = n
	}
	return out
}

func exportRules(rules []*Rule) []any {
	out := make([]any, 0, len(rules))
	for _, r := range rules {
		out = append(out, exportRule(r))
	}
	return out
}

func exportRule(r *Rule) object {
	text := func(w grammar.Word) string { return raw(r.File.Text(w)) }
	out := object{"type": raw(lower(r.File.Text(r.Line.Type()))), "action": text(r.Line.Action()), "enable": 1.0}
	if r.Disabled {
		out["enable"] = 0.0
	}
	if r.Line.Macro().Present() {
		out["macro"], out["action"] = text(r.Line.Macro()), text(r.Line.Verdict())
		if r.Macro != nil {
			out["macro"] = r.Macro.Name
		}
	}
	for k := grammar.Iface; k < grammar.ParamCount; k++ {
		if p, ok := r.Line.Param(k); ok {
			out[k.String()] = text(p.Value)
		}
	}
	if r.Line.Comment().Present() {
		out["comment"] = decoded(r.Comment())
	}
	if r.Family != AnyFamily {
		out["ipversion"] = float64(r.Family)
	}
	if len(r.Dead) > 0 {
		out["errors"] = exportErrors(r.Dead)
	}
	return out
}

func exportErrors(dead []ParamError) object {
	out := object{}
	for _, e := range dead {
		out[e.Param] = raw(e.Text)
	}
	return out
}

// decoded is a comment: the daemon reads only comments as UTF-8, with U+FFFD for
// every byte that is none.
func decoded(s string) string { return string([]rune(s)) }

// raw is any other text: each byte counts as one character.
func raw(s string) string {
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}
