package grammar

import (
	"bytes"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// File is the syntax tree of one .fw file: its lines in order. It is never
// changed after Parse.
type File struct {
	Source  *source.File
	Env     facts.Env
	Lines   []Line
	outside Header   // the section of lines that have none
	kept    []uint16 // see kept.go
	near    *near
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

// Base is what all lines have. A file may consist of line feeds only, so it holds
// no more than it must: its methods find the rest in the text.
type Base struct {
	in     *Header
	start  int32
	Number int32 // physical line, from 1
}

func (b *Base) base() *Base { return b }

// In is the section that the line belongs to, nil before any. A header belongs
// to the section that it opens.
func (b *Base) In() *Header {
	if b.in.Section == NoSection {
		return nil
	}
	return b.in
}

// Whole is the line with its line feed.
func (b *Base) Whole() Word {
	data := b.in.file.Source.Bytes()
	if n := bytes.IndexByte(data[b.start:], '\n'); n >= 0 {
		return Word{b.start, b.start + int32(n) + 1}
	}
	return Word{b.start, int32(len(data))}
}

// Body is the line trimmed as the daemon trims it, by space, tab and byte 0xA0.
func (b *Base) Body() Word { return trimEdges(b.in.file.Source.Bytes(), b.Whole()) }

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
	file    *File
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

// SetEntry is a line of an IPSET. Sets have the shortest lines of all, so only
// one word is kept, and what stands beside it is found in the text.
type SetEntry struct {
	Base
	Target Word // alias or address as written; absent where only an Extra stands
}

// Rule is one rule line that the daemon's lexer accepts: where its tokens begin,
// and what each of them is. The zero Rule has no words.
type Rule struct {
	Base
	plan   *rulePlan // shared between rules
	tokens int32     // index in what the file has kept
}

func (r *Rule) fields() *rulePlan {
	if r.plan == nil {
		return &rulePlan{bar: nowhere, typ: nowhere, action: nowhere, macro: nowhere, verdict: nowhere, comment: nowhere}
	}
	return r.plan
}

// Bar is the | that disables the rule.
func (r *Rule) Bar() Word { return r.word(r.fields().bar) }

// Type is IN, OUT, FORWARD, GROUP or whatever stands there.
func (r *Rule) Type() Word { return r.word(r.fields().typ) }

// Action is the whole second word: ACCEPT, SSH(ACCEPT), a group's name.
func (r *Rule) Action() Word {
	if r.fields().macro != nowhere {
		return Word{r.Macro().Start, r.Verdict().End + 1}
	}
	return r.word(r.fields().action)
}

// Macro is SSH of SSH(ACCEPT), absent otherwise.
func (r *Rule) Macro() Word { return r.word(r.fields().macro) }

// Verdict is ACCEPT of SSH(ACCEPT), else the same as Action. GROUP rules have none.
func (r *Rule) Verdict() Word { return r.word(r.fields().verdict) }

// Comment is the trimmed text behind the #, absent without one.
func (r *Rule) Comment() Word {
	w := r.word(r.fields().comment)
	if w.Present() {
		w = commentWord(r.in.file.Source.Bytes(), w)
	}
	return w
}

// Params are the parameters in the order of the line.
func (r *Rule) Params() []Param {
	fields := r.fields()
	if len(fields.params) == 0 {
		return nil
	}
	params := make([]Param, len(fields.params))
	for i, p := range fields.params {
		params[i] = r.param(p)
	}
	return params
}

// EachParam visits them, for those who keep none.
func (r *Rule) EachParam(yield func(Param) bool) {
	for _, p := range r.fields().params {
		if !yield(r.param(p)) {
			return
		}
	}
}

// Extent is the rule from its first word to its last, without the comment.
func (r *Rule) Extent() Word {
	fields := r.fields()
	first, last := r.Type(), r.Action()
	if bar := r.Bar(); bar.Present() {
		first = bar
	}
	if n := len(fields.params); n > 0 {
		last = r.word(fields.params[n-1].value)
	}
	return Word{first.Start, last.End}
}

func (r *Rule) param(p paramPlan) Param { return Param{p.kind, r.word(p.flag), r.word(p.value)} }

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
	params := r.fields().params
	for i := len(params) - 1; i >= 0; i-- {
		if params[i].kind == k {
			return r.param(params[i]), true
		}
	}
	return Param{}, false
}

// Trivia is a blank or comment line.
type Trivia struct{ Base }

// Comment is the trimmed text behind the #, absent on a blank line.
func (t *Trivia) Comment() Word {
	data, body := t.in.file.Source.Bytes(), t.Body()
	if body.Start == body.End || data[body.Start] != '#' {
		return Word{}
	}
	return commentWord(data, body)
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
