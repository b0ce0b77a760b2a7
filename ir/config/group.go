package config

import (
	"maps"
	"slices"
	"strconv"

	"github.com/pvefw/pvefw/internal/diag"
)

// longestGroup is how long a group's name may be; chain names end there.
const longestGroup = 18

// bindGroup looks a GROUP rule's group up. Nothing is said while files are read;
// the generator says it, and what it then leaves unfiltered depends on the place
// (reference/pve-firewall §9.2, §9.3, §9.5).
func (f *reader) bindGroup(rule *Rule) {
	ref := rule.Group
	if ref.Target = f.scope.group(ref.Name); ref.Target != nil {
		return
	}
	ref.Runtime = "no such security group '" + ref.Name + "'"
	if f.r.unknownDatacenter() {
		ref.Runtime = UnknownRuntime
		f.r.missing[clusterMissing] = true
	}
	if !rule.Live() {
		return
	}
	if len(ref.Name) > longestGroup {
		f.groupTooLong(rule)
		return
	}
	if ref.Runtime != UnknownRuntime {
		f.groupUnknown(rule)
	}
}

func (f *reader) groupTooLong(rule *Rule) {
	name := rule.Group.Name
	d := f.say(nameTooLong, rule.Group.Span, "group name "+quote(name)+" has "+strconv.Itoa(len(name))+" characters; at most 18 work")
	d.ProxmoxRuntimeMessage = "Invalid chain name 'GROUP-" + name + "-IN' (28 char max)"
	if missing := rule.Group.Runtime; missing != "" && missing != UnknownRuntime {
		d.ProxmoxRuntimeMessage = missing + "\n" + d.ProxmoxRuntimeMessage
	}
	d.Effect = "The rule cannot be generated."
	if f.fw.Env.IsGuest() {
		d.Effect = "The guest is left unfiltered in both directions."
	}
	d.Effects = diag.Effects{PVEFirewall: d.Effect}
}

func (f *reader) groupUnknown(rule *Rule) {
	ref := rule.Group
	rec, message, small := groupUnknown, "there is no security group "+quote(ref.Name), lower(ref.Name)
	var fixes []diag.Fix
	switch {
	case f.scope.group(small) != nil:
		rec = nameCase
		message = "groups are stored in lower case and looked up by case: write " + small
		fixes = replace(ref.Span, small, diag.Safe)
	case f.scope.setExists(small):
		rec = ipsetUsedAsGroup
		message = quote(ref.Name) + " is an IPSET, not a security group"
	case f.scope.cluster != nil:
		if near := f.r.nearest(small, func() []string { return slices.Collect(maps.Keys(f.scope.cluster.Groups)) }); near != "" {
			message += ", did you mean " + near + "?"
			fixes = replace(ref.Span, near, diag.Unsafe)
		}
	}
	d := f.say(rec, ref.Span, message)
	d.Fixes = fixes
	d.ProxmoxRuntimeMessage = ref.Runtime
	d.Effect = "The rule calls an empty group: what the group should block may pass, what it should let in is not let in by it."
	d.Effects = diag.Effects{PVEFirewall: "Makes an empty group, so the rule has no effect."}
}
