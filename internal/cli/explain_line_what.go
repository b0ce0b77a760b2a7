package cli

import (
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/assist"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// lineFacts is what there is to say about a line.
type lineFacts struct {
	at     lineAt
	kind   string // what the line is, for people
	names  []nameFact
	macro  []string // its templates
	users  []source.Span
	nodes  []nodeFact
	texts  map[string][]string // by target; iptables, ip6tables, ipset, nft
	covers []coverFact
	found  diag.List
}

// nameFact is a name in the line and what it stands for.
type nameFact struct {
	name, means string
	at          source.Span // zero where no file defines it
}

// lineExplainer gathers facts about a line under reference; other is the same
// configuration under intended semantics.
type lineExplainer struct {
	*opened
	other *opened
	line  lineAt
	names *assist.Index // made when it is needed
	facts lineFacts
}

func (e *lineExplainer) explain() *lineFacts {
	e.facts.at = e.line
	e.config.EachFile(func(fw *config.FW) {
		if fw.File != nil && fw.File.Source == e.line.file {
			e.syntax(fw)
		}
	})
	e.lower()
	return &e.facts
}

// syntax says what the line is and what its words mean.
func (e *lineExplainer) syntax(fw *config.FW) {
	for _, l := range fw.File.Lines {
		if int(grammar.BaseOf(l).Number) != e.line.number {
			continue
		}
		switch l := l.(type) {
		case *grammar.Header:
			e.header(fw, l)
		case *grammar.Option:
			e.option(fw, l)
		case *grammar.Alias:
			e.facts.kind = "an alias: the name " + fw.File.Text(l.Name) + " stands for " + fw.File.Text(l.Value)
			e.users(assist.AliasName, fw, fw.File.Text(l.Name))
		case *grammar.SetEntry:
			e.entry(fw, l)
		case *grammar.Rule:
			e.rule(fw, l)
		case *grammar.Trivia:
			e.facts.kind = map[bool]string{true: "a comment", false: "an empty line"}[l.Comment().Present()]
		case *grammar.Bad:
			e.facts.kind = "a line that Proxmox drops"
		}
	}
}

func (e *lineExplainer) header(fw *config.FW, h *grammar.Header) {
	name := strings.ToLower(fw.File.Text(h.Name))
	switch h.Section {
	case grammar.GroupSection:
		e.facts.kind = "the beginning of the security group " + name
		e.users(assist.GroupName, fw, name)
	case grammar.IPSetSection:
		e.facts.kind = "the beginning of the set " + name
		e.users(assist.SetName, fw, name)
	default:
		e.facts.kind = "the beginning of the section " + fw.File.Text(h.Keyword)
	}
}

func (e *lineExplainer) option(fw *config.FW, o *grammar.Option) {
	name := fw.File.Text(o.Name)
	e.facts.kind = "the option " + name
	known, ok := facts.OptionIn(fw.Env, strings.ToLower(name))
	if !ok {
		return
	}
	means := known.Description
	if known.Default != "" {
		means += "; without the line it is " + known.Default
	}
	e.facts.names = append(e.facts.names, nameFact{name: name, means: means})
}

func (e *lineExplainer) entry(fw *config.FW, l *grammar.SetEntry) {
	for _, set := range fw.Sets {
		for _, entry := range set.Entries {
			if entry.Line != l {
				continue
			}
			e.facts.kind = "an entry of the set " + set.Name
			if entry.NoMatch {
				e.facts.kind = "what is left out of the set " + set.Name
			}
			e.refAlias(entry.Alias)
			e.users(assist.SetName, fw, set.Name)
			return
		}
	}
	e.facts.kind = "an entry of a set that is defined again below"
}

func (e *lineExplainer) rule(fw *config.FW, l *grammar.Rule) {
	r, group := fw.RuleAt(l)
	if r == nil {
		e.facts.kind = "a rule that Proxmox drops"
		return
	}
	if group != nil {
		e.users(assist.GroupName, fw, group.Name)
	}
	e.facts.kind = assist.RuleKind(fw, r, group)
	e.ruleNames(r)
}

func (e *lineExplainer) ruleNames(r *config.Rule) {
	if r.Group != nil {
		name := nameFact{name: r.Group.Name, means: "no such security group"}
		if g := r.Group.Target; g != nil {
			name.means, name.at = "security group, "+count(len(g.Rules), "rule"), g.Span
		}
		e.facts.names = append(e.facts.names, name)
	}
	for _, a := range []config.Addr{r.Source, r.Dest} {
		e.refAlias(a.Alias)
		if a.Set != nil {
			name := nameFact{name: "+" + a.Set.Name, means: "no such set"}
			if s := a.Set.Target; s != nil {
				name.means, name.at = "set, "+entries(len(s.Entries)), s.Span
			}
			e.facts.names = append(e.facts.names, name)
		}
	}
	if m := r.Macro; m != nil {
		e.facts.names = append(e.facts.names, nameFact{name: m.Name, means: "macro: " + m.Description})
		e.facts.macro = assist.Templates(m)
	}
}

func entries(n int) string { return counted(n, "entry", "entries") }

func (e *lineExplainer) refAlias(ref *config.Ref[config.Alias]) {
	if ref == nil {
		return
	}
	name := nameFact{name: ref.Name, means: "no such alias"}
	if a := ref.Target; a != nil {
		name.means, name.at = "alias, "+a.Text, a.Span
		if ref.Owner > 0 {
			name.means += " of guest " + strconv.Itoa(ref.Owner)
		}
	}
	e.facts.names = append(e.facts.names, name)
}

// users lists the rules and the entries of sets that use what a file defines.
func (e *lineExplainer) users(k assist.Kind, in *config.FW, name string) {
	if e.names == nil {
		e.names = assist.NewIndex(e.config, nil)
	}
	e.facts.users = e.names.Users(assist.Symbol{Kind: k, Home: in, Name: config.Lower(name)})
}
