package assist

import (
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// Kind is what a name is the name of.
type Kind uint8

// The kinds of names.
const (
	AliasName Kind = iota
	SetName
	GroupName
	MacroName
	NICName // netN, in a guest's file
)

// String is the word for people.
func (k Kind) String() string {
	return [...]string{"alias", "IPSet", "security group", "macro", "network device"}[k]
}

// Mention is a place of a file where a name stands: a definition or a use.
type Mention struct {
	Word    grammar.Word // the name alone, without plus sign and scope
	Kind    Kind
	Defines bool
	Lost    bool // the line is dropped, so that the name does nothing there
	scope   scopeKind
}

type scopeKind uint8

const (
	noScope scopeKind = iota
	dcScope
	guestScope
	sdnScope
)

var scopeTexts = [...]string{"", "dc/", "guest/", "sdn/"}

// Names are all mentions of a file, by place. They depend on its text alone, keep
// nothing else of it, and are not changed.
type Names struct {
	Source   *source.File
	Mentions []Mention
	uses     map[nameKey]int32   // how often each is used, by scope
	defined  map[nameKey][]int32 // indices of the mentions that define each
}

// nameKey is a name as it is looked up.
type nameKey struct {
	kind  Kind
	scope scopeKind
	name  string
}

// NamesOf reads the mentions of a file.
func NamesOf(f *grammar.File) *Names {
	r := &nameReader{&Names{Source: f.Source, uses: map[nameKey]int32{}, defined: map[nameKey][]int32{}}, f}
	for _, line := range f.Lines {
		r.line(line)
	}
	return r.Names
}

// key is how a mention is looked up.
func (n *Names) key(m Mention) nameKey {
	return nameKey{m.Kind, m.scope, spelling(m.Kind, m.Defines, n.Text(m))}
}

// spelling is a name as it is stored and compared: aliases and macros have no
// case, groups and sets are defined without and used with it
// (reference/pve-firewall §5.10, §9.2).
func spelling(k Kind, defines bool, name string) string {
	if k == AliasName || k == MacroName || defines {
		return config.Lower(name)
	}
	return name
}

// Text is the name as it is written.
func (n *Names) Text(m Mention) string { return n.span(m).Text() }

type nameReader struct {
	*Names
	file *grammar.File
}

func (r *nameReader) add(m Mention) {
	if key := r.key(m); m.Defines {
		r.defined[key] = append(r.defined[key], int32(len(r.Mentions)))
	} else {
		r.uses[key]++
	}
	r.Mentions = append(r.Mentions, m)
}

func (r *nameReader) line(line grammar.Line) {
	switch l := line.(type) {
	case *grammar.Header:
		if l.Name.Present() {
			kind := GroupName
			if l.Section == grammar.IPSetSection {
				kind = SetName
			}
			r.add(Mention{Word: l.Name, Kind: kind, Defines: true, Lost: l.Fault != nil})
		}
	case *grammar.Alias:
		r.add(Mention{Word: l.Name, Kind: AliasName, Defines: true})
	case *grammar.SetEntry:
		if l.Target.Present() {
			r.reference(l.Target, false, false)
		}
	case *grammar.Rule:
		r.rule(l)
	case *grammar.Bad:
		r.bad(l)
	}
}

func (r *nameReader) rule(l *grammar.Rule) {
	switch {
	case strings.EqualFold(r.file.Text(l.Type()), "group"):
		r.add(Mention{Word: l.Action(), Kind: GroupName})
	case l.Macro().Present():
		r.add(Mention{Word: l.Macro(), Kind: MacroName})
	}
	for _, p := range l.Params() {
		r.value(p.Kind, p.Value, false)
	}
}

// bad does its best with a line that is dropped.
func (r *nameReader) bad(l *grammar.Bad) {
	h := l.In()
	if h != nil && h.Section == grammar.Aliases {
		if words := r.file.Words(l, 1); len(words) > 0 && config.IsName(r.file.Text(words[0])) {
			r.add(Mention{Word: words[0], Kind: AliasName, Defines: true, Lost: true})
		}
	}
	if !isRuleSection(h) {
		return
	}
	slots := ruleSlots(r.file, l)
	for i, s := range slots {
		switch {
		case s.kind == groupSlot:
			r.add(Mention{Word: s.at, Kind: GroupName, Lost: true})
		case s.kind == actionSlot && i+1 < len(slots) && slots[i+1].kind == verdictSlot:
			r.add(Mention{Word: s.at, Kind: MacroName, Lost: true})
		case s.kind == valueSlot && s.known:
			r.value(s.param, s.at, true)
		}
	}
}

func (r *nameReader) value(k grammar.ParamKind, w grammar.Word, lost bool) {
	switch k {
	case grammar.Source, grammar.Dest:
		r.reference(w, true, lost)
	case grammar.Iface:
		if r.file.Env.IsGuest() {
			r.add(Mention{Word: w, Kind: NICName, Lost: lost})
		}
	}
}

// reference reads `+[scope/]SET` or `[scope/]ALIAS`; addresses are no names, and in
// a set neither is anything with a plus.
func (r *nameReader) reference(w grammar.Word, inRule, lost bool) {
	text := r.file.Text(w)
	m := Mention{Word: w, Kind: AliasName, Lost: lost}
	if strings.HasPrefix(text, "+") {
		m.Kind, text = SetName, text[1:]
		m.Lost = lost || !inRule
	}
	prefix, name := config.SplitScope(text)
	if !config.IsName(name) || m.Kind == AliasName && prefix == "sdn/" {
		return
	}
	for scope, p := range scopeTexts {
		if p == prefix {
			m.scope = scopeKind(scope)
		}
	}
	m.Word.Start = w.End - int32(len(name))
	r.add(m)
}

// At is the mention that a cursor touches.
func (n *Names) At(offset int) (Mention, bool) {
	lo, hi := 0, len(n.Mentions)
	for lo < hi { // the first that ends at the offset or behind it
		if mid := (lo + hi) / 2; int(n.Mentions[mid].Word.End) < offset {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(n.Mentions) && n.touched(n.Mentions[lo], offset) {
		return n.Mentions[lo], true
	}
	return Mention{}, false
}

// touched counts the plus sign and the scope to the name.
func (n *Names) touched(m Mention, offset int) bool {
	return int(n.whole(m).Start) <= offset && offset <= int(m.Word.End)
}

// whole is a mention with its scope and plus sign.
func (n *Names) whole(m Mention) grammar.Word {
	w := m.Word
	if !m.Defines {
		w.Start -= int32(len(scopeTexts[m.scope]))
		if m.Kind == SetName {
			w.Start--
		}
	}
	return w
}

func (n *Names) span(m Mention) source.Span { return spanOf(n.Source, m.Word) }

func spanOf(f *source.File, w grammar.Word) source.Span { return f.Span(int(w.Start), int(w.End)) }

// nicOf reads netN.
func nicOf(g *config.Guest, text string) *config.NIC {
	if g == nil || !strings.HasPrefix(text, "net") {
		return nil
	}
	for _, nic := range g.NICs {
		if text == nicName(nic) {
			return nic
		}
	}
	return nil
}

// macroOf is the macro of a name in any case.
func macroOf(name string) *facts.Macro {
	m, _ := facts.MacroByName(name)
	return m
}
