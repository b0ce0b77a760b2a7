package config

import (
	"sort"

	"github.com/pvefw/pvefw/grammar"
)

// What editors ask about names that are not in the model: those of lines that are
// dropped, half written or about to be renamed.

// The longest names, and the longest references with scope and plus sign, in bytes
// (reference/pve-firewall §2.1, §5.10).
const (
	LongestGroup    = longestGroup
	LongestSet      = longestSet
	LongestSetRef   = longestSetRef
	LongestAliasRef = longestAliasRef
)

// IsName reports whether a name can be referred to: a letter, then at least one
// letter, digit, hyphen or underscore.
func IsName(name string) bool { return isName(name) }

// Lower maps ASCII capitals, as names are compared; no other letter has a case.
func Lower(name string) string { return lower(name) }

// SplitScope takes a leading dc/, guest/ or sdn/ off a reference without its plus.
func SplitScope(text string) (prefix, name string) { return splitScope(text) }

// ActsByName reports whether a set of a kind of file works without a rule that
// names it.
func (fw *FW) ActsByName(set string) bool { return actsByName(fw.Env, set) }

// FindAlias is what the generator finds for [scope/]NAME in a file, and the file
// that defines it; nil where it finds nothing.
func (c *Config) FindAlias(in *FW, text string) (*Alias, *FW) { return c.scopeOf(in).alias(text) }

// FindSet is the same for a set; those of the software-defined network are defined
// in no firewall file.
func (c *Config) FindSet(in *FW, text string) (*Set, *FW) { return c.scopeOf(in).set(text) }

// RuleAt is what was made of a line, and the group that it stands in; nil where the
// rule is dropped, or forgotten with a group that is defined again.
func (fw *FW) RuleAt(l *grammar.Rule) (*Rule, *Group) {
	list, group := fw.Rules, (*Group)(nil)
	if in := l.In(); in != nil && in.Section == grammar.GroupSection {
		if group = fw.Groups[lower(fw.File.Text(in.Name))]; group == nil {
			return nil, nil
		}
		list = group.Rules
	}
	i := sort.Search(len(list), func(i int) bool { return list[i].Line.Number >= l.Number })
	if i == len(list) || list[i].Line != l {
		return nil, nil
	}
	return list[i], group
}

// EachFile visits every firewall file that was read, each once, in the order of
// Input.Files: the datacenter's, those of VNets, then node by node its own and its
// guests', and those of no guest.
func (c *Config) EachFile(visit func(*FW)) {
	seen := map[*FW]bool{nil: true}
	once := func(fw *FW) {
		if !seen[fw] {
			seen[fw] = true
			visit(fw)
		}
	}
	once(c.Cluster)
	for _, fw := range c.VNets {
		once(fw)
	}
	for _, n := range c.Nodes {
		once(n.Host)
		for _, g := range n.Guests {
			once(g.FW)
		}
	}
	for _, fw := range c.Orphans {
		once(fw)
	}
}
