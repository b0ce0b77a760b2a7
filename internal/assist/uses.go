package assist

import (
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// Where the files of an index use and define a symbol.

// each visits all mentions that lead to a symbol, in the order of files and places.
func (x *Index) each(s Symbol, visit func(in *config.FW, n *Names, m Mention, exact bool)) {
	for _, f := range x.reach(s) {
		if !f.names.may(s) {
			continue
		}
		for _, m := range f.names.Mentions {
			if m.Kind != s.Kind || !strings.EqualFold(f.names.Text(m), s.Name) {
				continue
			}
			if other, exact := x.symbol(f.fw, f.names, m); other == s {
				visit(f.fw, f.names, m, exact)
			}
		}
	}
}

// reach are the files whose names can lead to a symbol.
func (x *Index) reach(s Symbol) []indexed {
	if s.Home != nil && s.Home.Env.IsGuest() {
		return []indexed{{s.Home, x.Of(s.Home.File)}}
	}
	return x.files
}

// may reports whether a file can mention a symbol at all.
func (n *Names) may(s Symbol) bool {
	if s.Home != nil && s.Home.File.Source == n.Source {
		return true
	}
	for scope := range scopeTexts {
		if n.uses[nameKey{s.Kind, scopeKind(scope), s.Name}] > 0 {
			return true
		}
	}
	// What is used in another case does not lead there, but was meant to.
	for key := range n.uses {
		if key.kind == s.Kind && strings.EqualFold(key.name, s.Name) {
			return true
		}
	}
	return false
}

// Uses is how many mentions use what a file defines, as Proxmox finds it.
func (x *Index) Uses(s Symbol) int {
	s.Home = x.own(s.Home)
	if s.Home == nil {
		return 0
	}
	if !s.Home.Env.IsGuest() {
		x.once.Do(x.count)
		return int(x.uses[nameKey{kind: s.Kind, name: s.Name}])
	}
	n := 0
	uses := x.Of(s.Home.File).uses
	for scope := range scopeTexts {
		key := nameKey{s.Kind, scopeKind(scope), s.Name}
		if home, _, found := x.lookUp(s.Home, key); found && home == s.Home {
			n += int(uses[key])
		}
	}
	return n
}

// count adds up what all files use of the datacenter's names: the counts of each
// file are known, so that it costs no look at their lines. In files that define
// nothing the same reference leads to the same place.
func (x *Index) count() {
	x.uses = map[nameKey]int32{}
	plain := map[nameKey]bool{}
	for _, f := range x.files {
		own := ownFile(f.fw)
		defines := own != nil && len(own.Aliases)+len(own.Sets) > 0
		for key, n := range f.names.uses {
			there, known := plain[key]
			if !known || defines {
				home, _, found := x.lookUp(f.fw, key)
				there = found && home == x.config.Cluster
			}
			if !defines {
				plain[key] = there
			}
			if there {
				x.uses[nameKey{kind: key.kind, name: key.name}] += n
			}
		}
	}
}

// Users are the rules and the entries of sets that use a symbol as Proxmox finds it:
// the whole rules, each once, and the words of entries.
func (x *Index) Users(s Symbol) []source.Span {
	s.Home = x.own(s.Home)
	var all []source.Span
	x.each(s, func(in *config.FW, n *Names, m Mention, exact bool) {
		if m.Defines || m.Lost || !exact {
			return
		}
		at := spanOf(n.Source, n.whole(m))
		if rule, ok := in.File.Lines[at.From().Line-1].(*grammar.Rule); ok {
			at = in.File.Span(rule.Extent())
		}
		if len(all) == 0 || all[len(all)-1] != at {
			all = append(all, at)
		}
	})
	return all
}

// definitions are the places that define a symbol; those that are in force come
// last among equals, as they do in the file.
func (x *Index) definitions(s Symbol) []source.Span {
	if s.SDN != nil {
		return []source.Span{s.SDN.Span}
	}
	if s.Home == nil {
		return nil
	}
	var all []source.Span
	n := x.Of(s.Home.File)
	for _, i := range n.defined[nameKey{kind: s.Kind, name: s.Name}] {
		all = append(all, n.span(n.Mentions[i]))
	}
	return all
}
