package grammar

import (
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// File is the syntax tree of one .fw file: its lines in order. It is never
// changed after Parse.
type File struct {
	Source *source.File
	Env    facts.Env
	Lines  []Line
}

// Word is a byte range of the file: one lexical word or trimmed text. A present
// word has End > 0 even when it is empty (an option without a value), because
// something always stands before it.
type Word struct{ Start, End int32 }

// Present reports whether the word occurs in the line.
func (w Word) Present() bool { return w.End > 0 }

// Text returns the word's bytes.
func (f *File) Text(w Word) string { return f.Span(w).Text() }

// Span returns the word's place.
func (f *File) Span(w Word) source.Span { return f.Source.Span(int(w.Start), int(w.End)) }

// Line is one physical line; every byte of a file belongs to exactly one.
// The types are *Header *Option *Alias *SetEntry *Rule *Trivia *Bad.
type Line interface {
	base() *Base
}

// Base is what all lines have.
type Base struct {
	Number int32   // physical line, from 1
	Whole  Word    // with its line feed
	Body   Word    // trimmed as the daemon trims it: space, tab and byte 0xA0
	In     *Header // the section it belongs to; nil before any (and for headers: the section they open is themselves)
}

func (b *Base) base() *Base { return b }

// BaseOf returns the common part of any line.
func BaseOf(l Line) *Base { return l.base() }

// Section is the kind of a section.
type Section uint8

// The sections; NoSection is where lines are skipped.
const (
	NoSection Section = iota
	Options
	Aliases
	Rules
	GroupSection
	IPSetSection
)

// Header opens a section. Name and Comment are only present for groups and sets.
// When the name is refused (Fault is set) the lines below belong to no section.
type Header struct {
	Base
	Section Section // what the header asks for
	Keyword Word    // OPTIONS, IPSET, ... as written
	Name    Word    // as written; the daemon stores it in lower case
	Comment Word    // text after #, trimmed; absent without #
	Fault   *Fault  // name too long or invalid
}

// Option is `name: value`. Its name and value have not been judged here.
type Option struct {
	Base
	Name  Word
	Value Word // may be empty but is always present
}

// Alias is `NAME ADDRESS`, with exactly one blank between.
type Alias struct {
	Base
	Name    Word
	Value   Word
	Comment Word
}

// SetEntry is a line of an IPSET. A line with more than one word has Extra set:
// the daemon keeps it as a dead entry without address.
type SetEntry struct {
	Base
	NoMatch Word // the ! if present
	Target  Word // alias or address as written
	Extra   Word // everything behind the first word, if anything
	Comment Word
}

// Rule is one rule line that the daemon's lexer accepts.
type Rule struct {
	Base
	Bar     Word // the | that disables the rule
	Type    Word // IN, OUT, FORWARD, GROUP or whatever stands there
	Action  Word // the whole second word: ACCEPT, SSH(ACCEPT), a group's name
	Macro   Word // SSH of SSH(ACCEPT); absent otherwise
	Verdict Word // ACCEPT of SSH(ACCEPT), else the same as Action; for GROUP rules absent
	Params  []Param
	Comment Word // text after #, trimmed; absent without #
}

// ParamKind is a rule option by meaning, whatever its spelling.
type ParamKind uint8

// The rule options, in the order of Proxmox's own writer.
const (
	Iface ParamKind = iota
	Source
	Dest
	Proto
	DPort
	SPort
	Log
	ICMPType
	ParamCount
)

// String is the daemon's name for the parameter, as it stands in its messages.
func (k ParamKind) String() string {
	return [...]string{"iface", "source", "dest", "proto", "dport", "sport", "log", "icmp-type"}[k]
}

// Param is one option of a rule as written; a later one overrides an earlier.
type Param struct {
	Kind  ParamKind
	Flag  Word // with its dashes
	Value Word
}

// Param returns the parameter of that kind that is in force: the last one.
func (r *Rule) Param(k ParamKind) (Param, bool) {
	for i := len(r.Params) - 1; i >= 0; i-- {
		if r.Params[i].Kind == k {
			return r.Params[i], true
		}
	}
	return Param{}, false
}

// Trivia is a blank or comment line. Comment is absent on a blank line.
type Trivia struct {
	Base
	Comment Word
}

// Bad is a line that the daemon's lexer drops. Its words stay available for
// fixes and renames.
type Bad struct {
	Base
	Why     *Fault // shared between lines and not complete: see File.Fault
	Comment Word
}

// Fault is why a line was refused.
type Fault struct {
	Code    string // the lint code: rule-unparsable, alias-malformed, ...
	Message string // the daemon's own text; empty where it says nothing
	At      Word   // the word to blame
	echo    echo
}
