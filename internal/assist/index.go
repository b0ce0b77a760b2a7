package assist

import (
	"maps"
	"slices"
	"sync"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// Index is the names of all files of a datacenter. It is not changed after it was
// made, and may be asked from several goroutines at once.
type Index struct {
	config *config.Config
	files  []indexed // in the order of Config.EachFile
	at     map[*source.File]int

	once sync.Once
	uses map[nameKey]int32 // of the datacenter's own names, in all files
}

type indexed struct {
	fw    *config.FW
	names *Names
}

// NewIndex reads the names of all files of cfg; known, which may be nil, are those of
// files that have been read before.
func NewIndex(cfg *config.Config, known map[*source.File]*Names) *Index {
	x := &Index{config: cfg, at: map[*source.File]int{}}
	cfg.EachFile(func(fw *config.FW) {
		names := known[fw.File.Source]
		if names == nil {
			names = NamesOf(fw.File)
		}
		x.at[fw.File.Source] = len(x.files)
		x.files = append(x.files, indexed{fw, names})
	})
	return x
}

// Known are the names of all files, for the next index.
func (x *Index) Known() map[*source.File]*Names {
	known := make(map[*source.File]*Names, len(x.files))
	for _, f := range x.files {
		known[f.names.Source] = f.names
	}
	return known
}

// With is the index with other texts of some files, or with more files. The names of
// all others are shared.
func (x *Index) With(changed ...*config.FW) *Index {
	cfg := *x.config
	next := &Index{config: &cfg, at: maps.Clone(x.at), files: slices.Clone(x.files)}
	byName := map[string]int{}
	for i, f := range x.files {
		byName[f.fw.File.Source.Name()] = i
	}
	for _, fw := range changed {
		if fw.Env == facts.Cluster {
			cfg.Cluster = fw
		}
		i, known := byName[fw.File.Source.Name()]
		if !known {
			i, next.files = len(next.files), append(next.files, indexed{})
		}
		next.files[i] = indexed{fw, NamesOf(fw.File)}
		next.at[fw.File.Source] = i
	}
	return next
}

// of are the names of a file; nil if the index does not have it.
func (x *Index) of(f *source.File) *Names {
	if i, ok := x.at[f]; ok {
		return x.files[i].names
	}
	return nil
}

// Of are the names of a file; read now if the file is not in the index.
func (x *Index) Of(f *grammar.File) *Names {
	if n := x.of(f.Source); n != nil {
		return n
	}
	return NamesOf(f)
}

// own is a file as this index knows it: a World may hold it in a smaller Config.
func (x *Index) own(fw *config.FW) *config.FW {
	if fw == nil {
		return nil
	}
	if i, ok := x.at[fw.File.Source]; ok {
		return x.files[i].fw
	}
	return fw
}

// Symbol is what a name leads to.
type Symbol struct {
	Kind Kind
	// Home is the file that defines it; nil for macros, devices, the sets of the
	// software-defined network and names that nothing defines.
	Home *config.FW
	Name string // as it is looked up
	SDN  *config.Set
}

// symbol is what a mention in a file leads to. Where Proxmox finds nothing, a name
// still leads to the definition that was meant: one in another scope or case, or on
// a line that is dropped; exact is then false.
func (x *Index) symbol(in *config.FW, n *Names, m Mention) (s Symbol, exact bool) {
	key := n.key(m)
	in = x.own(in)
	s = Symbol{Kind: m.Kind, Name: key.name}
	switch {
	case m.Kind == MacroName || m.Kind == NICName:
		return s, true
	case m.Defines:
		s.Home = in
		return s, true
	}
	if home, sdn, found := x.lookUp(in, key); found {
		s.Home, s.SDN = home, sdn
		return s, true
	}
	s.Name = config.Lower(key.name)
	for _, home := range []*config.FW{ownFile(in), x.config.Cluster} {
		if home != nil && x.defines(home, m.Kind, s.Name) {
			s.Home = home
			return s, false
		}
	}
	s.Name = key.name
	return s, false
}

// lookUp is what the generator finds.
func (x *Index) lookUp(in *config.FW, key nameKey) (home *config.FW, sdn *config.Set, found bool) {
	text := scopeTexts[key.scope] + key.name
	switch key.kind {
	case AliasName:
		a, home := x.config.FindAlias(in, text)
		return home, nil, a != nil
	case SetName:
		set, home := x.config.FindSet(in, text)
		if home == nil {
			return nil, set, set != nil
		}
		return home, nil, true
	case GroupName:
		c := x.config.Cluster
		return c, nil, c != nil && c.Groups[key.name] != nil
	}
	return nil, nil, false
}

// defines reports whether some line of a file defines a name, or should.
func (x *Index) defines(fw *config.FW, k Kind, name string) bool {
	return len(x.Of(fw.File).defined[nameKey{kind: k, name: name}]) > 0
}

// ownFile is the file whose definitions come before the datacenter's.
func ownFile(in *config.FW) *config.FW {
	if in.Env.IsGuest() {
		return in
	}
	return nil
}
