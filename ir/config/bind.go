package config

import (
	"maps"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
)

// UnknownRuntime stands in Ref.Runtime when the CONFIG does not hold what would
// decide whether the name exists.
const UnknownRuntime = "unknown"

// bind looks every name of the file up as the generator will: after the whole
// file and with the last definitions (reference/pve-firewall §3.4). Groups are
// looked at only now.
func (f *reader) bind() {
	for _, name := range slices.Sorted(maps.Keys(f.fw.Sets)) {
		for _, e := range f.fw.Sets[name].Entries {
			if e.Alias != nil {
				f.bindEntry(f.fw.Sets[name], e)
			}
		}
	}
	for _, rule := range f.fw.Rules {
		f.bindRule(rule)
	}
	for _, name := range slices.Sorted(maps.Keys(f.fw.Groups)) {
		for _, rule := range f.fw.Groups[name].Rules {
			f.bindRule(rule)
		}
	}
}

// bindEntry: what the generator says of a set entry leaves the scope out
// (reference/pve-firewall §4.3).
func (f *reader) bindEntry(set *Set, e SetEntry) {
	f.findAlias(e.Alias)
	if e.IsDead() || e.Alias.Target != nil {
		return
	}
	_, name := splitScope(e.Alias.Name)
	e.Alias.Runtime = f.notFound(e.Alias.Name, "no such alias '"+name+"'")
	if e.Alias.Runtime == UnknownRuntime {
		return
	}
	d := f.say(scopeUnresolvable, e.Span(), "alias "+quote(e.Alias.Name)+" leads nowhere in the scope it names")
	d.Effect = "The entry is left out of set " + set.Name + "."
	d.Effects = diag.Effects{
		PVEFirewall: "Reads the entry without complaint and leaves it out when it makes the set.",
	}
	d.ProxmoxRuntimeMessage = e.Alias.Runtime
}

func (f *reader) bindRule(rule *Rule) {
	for _, addr := range []*Addr{&rule.Source, &rule.Dest} {
		if addr.Alias != nil {
			f.bindAlias(addr.Alias)
			f.unresolvable(rule, addr.Alias.Name, addr.Alias.Runtime, addr.Alias.Target == nil, "alias", addr.Alias.Span.Text())
		}
		if addr.Set != nil {
			f.bindSet(addr.Set)
			f.unresolvable(rule, addr.Set.Name, addr.Set.Runtime, addr.Set.Target == nil, "IPSet", addr.Set.Span.Text())
		}
	}
	if rule.Group != nil {
		f.bindGroup(rule)
	}
}

func (f *reader) bindAlias(ref *Ref[Alias]) {
	if f.findAlias(ref); ref.Target == nil {
		ref.Runtime = f.notFound(ref.Name, "no such alias '"+ref.Name+"'")
	}
}

func (f *reader) findAlias(ref *Ref[Alias]) {
	target, in := f.scope.alias(ref.Name)
	ref.Target, ref.Owner = target, owner(in)
}

func (f *reader) bindSet(ref *Ref[Set]) {
	target, in := f.scope.set(ref.Name)
	ref.Target, ref.Owner = target, owner(in)
	if target == nil {
		_, name := splitScope(ref.Name)
		ref.Runtime = f.notFound(ref.Name, "no such ipset '"+name+"'")
	}
}

// notFound is text, or "unknown" where a file that is missing could define it.
func (f *reader) notFound(ref, text string) string {
	prefix, name := splitScope(ref)
	switch {
	case f.r.unknownDatacenter() && prefix != "guest/", prefix == "sdn/" && f.r.unknownSDN(name):
		return UnknownRuntime
	}
	return text
}

// sdnKinds are the endings of the sets of a VNet.
var sdnKinds = []string{"-all", "-gateway", "-no-gateway", "-dhcp"}

// isSDNName recognises the sets that Proxmox derives from VNets. Without the SDN's
// own files they can be neither found nor refused.
func isSDNName(name string) bool {
	for _, suffix := range sdnKinds {
		if strings.HasSuffix(name, suffix) && len(name) > len(suffix) {
			return true
		}
	}
	return false
}

// unresolvable reports a name that passes the reader and fails the generator.
func (f *reader) unresolvable(rule *Rule, name, runtime string, lost bool, what, written string) {
	if !lost || runtime == UnknownRuntime || !rule.Live() {
		return
	}
	d := f.say(scopeUnresolvable, refSpan(rule, name), what+" "+quote(written)+" leads nowhere in the scope it names")
	d.Effect = "The rule does nothing: " + consequence(rule, rule.Action)
	d.Effects = diag.Effects{
		PVEFirewall: "Reads the rule without complaint and drops it when it makes the rules: " + consequence(rule, rule.Action),
	}
	d.ProxmoxRuntimeMessage = runtime
}
