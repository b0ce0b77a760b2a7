package config

import (
	"fmt"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// Stored says line by line what pve-firewall keeps of the .fw files of a
// datacenter: by file, the line's number and a text that differs whenever the
// line comes to mean something else. Lines of which nothing is kept have none,
// and so have definitions and options that a later line replaces. The texts are
// for comparing, not for people.
func (c *Config) Stored() map[*source.File]map[int]string {
	out := map[*source.File]map[int]string{}
	c.EachFile(func(fw *FW) {
		if fw.Present && out[fw.File.Source] == nil {
			out[fw.File.Source] = fw.stored()
		}
	})
	return out
}

func (fw *FW) stored() map[int]string {
	lines := map[int]string{}
	for _, o := range facts.Options() {
		if v, ok := fw.Options.Get(o.Name); ok {
			lines[v.Line] = o.Name + ": " + v.Text
		}
	}
	for key, a := range fw.Aliases {
		lines[int(a.Line.Number)] = "alias " + key + " " + a.Text + "#" + a.Comment
	}
	for name, set := range fw.Sets {
		lines[int(set.Header.Number)] = "set " + name + "#" + set.Comment
		for _, e := range set.Entries {
			text := fmt.Sprint("in set ", name, " ", exportEntry(e))
			if e.Alias != nil {
				text += found(e.Alias)
			}
			lines[int(e.Line.Number)] = text
		}
	}
	for name, g := range fw.Groups {
		lines[int(g.Header.Number)] = "group " + name + "#" + g.Comment
		storeRules(lines, "in group "+name+" ", g.Rules)
	}
	storeRules(lines, "", fw.Rules)
	return lines
}

func storeRules(lines map[int]string, where string, rules []*Rule) {
	for _, r := range rules {
		text := fmt.Sprint(where, exportRule(r))
		for _, a := range []*Addr{&r.Source, &r.Dest} {
			if a.Alias != nil {
				text += found(a.Alias)
			}
			if a.Set != nil {
				text += found(a.Set)
			}
		}
		if r.Group != nil {
			text += found(r.Group)
		}
		lines[int(r.Line.Number)] = text
	}
}

// found tells apart where a name leads.
func found[T any](ref *Ref[T]) string {
	return fmt.Sprintf(" %s=%t/%d", ref.Name, ref.Target != nil, ref.Owner)
}
