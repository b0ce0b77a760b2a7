package config

import (
	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// reader goes through one file line by line and knows only what stands above: a
// name has to be defined before its use (reference/pve-firewall §1.9).
type reader struct {
	r     *resolver
	fw    *FW
	scope scope
	below *later // see later
	list  diag.List
	told  int // how many findings of the list are not the lexer's
	quiet quiet
	at    int32 // where the line being read begins

	group   *Group // the group whose lines are being read
	set     *Set   // the set whose lines are being read
	entries map[string]source.Span

	meanings   map[entryKey]*EntryMeaning
	made       pool[EntryMeaning]
	complaints map[string][]ParamError // of dead rules, by all their text
}

// later holds the names that lines of the file define or should define, wherever
// they stand and even where the line is refused.
type later struct {
	aliases, sets map[string]source.Span // by lower-case name: the first definition
}

func newReader(r *resolver, fw *FW) *reader {
	return &reader{r: r, fw: fw, scope: r.scopeOf(fw)}
}

// later finds them when somebody first asks, which is for a name that is not there.
func (f *reader) later() *later {
	if f.below != nil {
		return f.below
	}
	fw, all := f.fw, &later{}
	note := func(names *map[string]source.Span, w grammar.Word) {
		key := lower(fw.File.Text(w))
		if _, known := (*names)[key]; !known {
			store(names, key, fw.File.Span(w))
		}
	}
	for _, line := range fw.File.Lines {
		switch l := line.(type) {
		case *grammar.Alias:
			note(&all.aliases, l.Name)
		case *grammar.Bad:
			if words := fw.File.Words(l, 1); l.In() != nil && l.In().Section == grammar.Aliases && len(words) > 0 {
				note(&all.aliases, words[0])
			}
		case *grammar.Header:
			if l.Section == grammar.IPSetSection && l.Fault == nil {
				note(&all.sets, l.Name)
			}
		}
	}
	f.below = all
	return all
}

func (f *reader) lines() {
	for _, line := range f.fw.File.Lines {
		f.at = grammar.BaseOf(line).Whole().Start
		switch l := line.(type) {
		case *grammar.Header:
			f.header(l)
		case *grammar.Option:
			f.option(l)
		case *grammar.Alias:
			f.alias(l)
		case *grammar.SetEntry:
			f.entry(l)
		case *grammar.Rule:
			f.rule(l)
		}
	}
	f.fw.Rules = exact(f.fw.Rules)
	for _, g := range f.fw.Groups {
		g.Rules = exact(g.Rules)
	}
	for _, s := range f.fw.Sets {
		s.Entries = exact(s.Entries)
	}
}

// header opens a section. A repeated group or set starts empty again and keeps
// the last comment that was not empty (reference/pve-firewall §2.1).
func (f *reader) header(h *grammar.Header) {
	f.group, f.set = nil, nil
	if h.Fault != nil {
		return
	}
	name := lower(f.text(h.Name))
	switch h.Section {
	case grammar.GroupSection:
		f.group = &Group{Name: name, Header: h, Span: f.fw.File.Span(h.Name), Comment: f.comment(h.Comment)}
		if old := f.fw.Groups[name]; old != nil {
			f.redefined("security group", name, old.Span, f.group.Span, len(old.Rules))
			f.group.Comment = keepComment(f.group.Comment, old.Comment)
		}
		store(&f.fw.Groups, name, f.group)
	case grammar.IPSetSection:
		f.set = &Set{Name: name, Header: h, Span: f.fw.File.Span(h.Name), Comment: f.comment(h.Comment)}
		f.entries = nil
		if old := f.fw.Sets[name]; old != nil {
			f.redefined("IPSet", name, old.Span, f.set.Span, len(old.Entries))
			f.set.Comment = keepComment(f.set.Comment, old.Comment)
		}
		store(&f.fw.Sets, name, f.set)
	}
}

// keepComment: a comment that is empty or 0 counts as none.
func keepComment(comment, old string) string {
	if comment == "" || comment == "0" {
		return old
	}
	return comment
}

// rule files a rule under the group or the file it stands in.
func (f *reader) rule(l *grammar.Rule) {
	env := f.fw.Env
	if f.group != nil {
		env = facts.Group
	}
	rule := f.verify(l, env)
	switch {
	case rule == nil:
	case f.group != nil:
		f.group.Rules = append(f.group.Rules, rule)
	default:
		f.fw.Rules = append(f.fw.Rules, rule)
	}
}

func (f *reader) text(w grammar.Word) string { return f.fw.File.Text(w) }

func (f *reader) comment(w grammar.Word) string {
	if !w.Present() {
		return ""
	}
	return f.text(w)
}
