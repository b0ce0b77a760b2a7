package lint

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// Identity is what a finding is about, without the number of its line: it stays
// when lines move, when the file is formatted and when a comment changes.
type Identity struct {
	Code    string
	Path    string // of the file
	Section string // "[group web]"; empty for lines before any header and files without sections
	Text    string // the line's words in one order; for a whole file, the message
}

// maxIdentity is how many bytes of a line stand for themselves; a longer one is
// known by its hash.
const maxIdentity = 400

// Fingerprint is a short name of the identity: 32 hexadecimal digits.
func (id Identity) Fingerprint() string { return digest(id.Code, id.Path, id.Section, id.Text) }

func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write(strconv.AppendInt(nil, int64(len(p)), 10))
		h.Write([]byte(":" + p))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// index finds lines and places of findings.
type index struct {
	trees map[*source.File]*grammar.File
	path  func(string) string
}

func newIndex(cfg *config.Config, path func(string) string) *index {
	x := &index{trees: map[*source.File]*grammar.File{}, path: path}
	for _, fw := range firewallsOf(cfg) {
		x.trees[fw.File.Source] = fw.File
	}
	return x
}

// line is the line that a finding stands in; nil outside of .fw files.
func (x *index) line(s source.Span) (*grammar.File, grammar.Line) {
	t := x.trees[s.File]
	if t == nil {
		return nil, nil
	}
	n := s.From().Line
	if n > len(t.Lines) {
		return t, nil
	}
	return t, t.Lines[n-1]
}

// place is where a finding stands, for selectors.
func (x *index) place(d *diag.Diagnostic) *Place {
	if d.Span.IsZero() {
		return &Place{}
	}
	p := &Place{Path: x.path(d.Span.File.Name())}
	p.Objects = objectsOfPath(d.Span.File.Name())
	if t, l := x.line(d.Span); l != nil && !d.Span.WholeFile() {
		switch h := headerOf(l); {
		case h == nil:
		case h.Section == grammar.GroupSection:
			p.Objects = append(p.Objects, Object{"group", strings.ToLower(t.Text(h.Name))})
		case h.Section == grammar.IPSetSection:
			p.Objects = append(p.Objects, Object{"ipset", strings.ToLower(t.Text(h.Name))})
		}
	}
	return p
}

func headerOf(l grammar.Line) *grammar.Header {
	if h, is := l.(*grammar.Header); is {
		return h
	}
	return grammar.BaseOf(l).In()
}

// identity is that of a finding; its path is the file's name.
func (x *index) identity(d *diag.Diagnostic) Identity {
	id := Identity{Code: d.Rule.Code}
	switch {
	case d.Span.IsZero():
		id.Text = bounded(d.Message)
		return id
	case d.Span.WholeFile():
		id.Text = bounded(d.Message)
	default:
		id.Section, id.Text = x.text(d.Span)
	}
	id.Path = d.Span.File.Name()
	return id
}

func (x *index) text(s source.Span) (section, text string) {
	t, l := x.line(s)
	if l == nil {
		return "", bounded(s.File.Line(s.From().Line).Text())
	}
	section, text = wordsOf(t, l)
	return section, bounded(text)
}

// identities are those of all findings of a list.
func (x *index) identities(l diag.List) []Identity {
	ids := make([]Identity, len(l))
	for i := range l {
		ids[i] = x.identity(&l[i])
	}
	return ids
}

// wordsOf is what a line says and the section it says it in, whatever the blanks,
// the order of the flags and the comment.
func wordsOf(t *grammar.File, l grammar.Line) (section, text string) {
	if h := grammar.BaseOf(l).In(); h != nil {
		section = headerWords(t, h)
	}
	switch l := l.(type) {
	case *grammar.Header:
		return headerWords(t, l), headerWords(t, l)
	case *grammar.Option:
		return section, t.Text(l.Name) + ": " + t.Text(l.Value)
	case *grammar.Alias:
		return section, t.Text(l.Name) + " " + t.Text(l.Value)
	case *grammar.SetEntry:
		return section, strings.TrimRight(t.Text(l.NoMatch())+t.Text(l.Target)+" "+t.Text(l.Extra()), " ")
	case *grammar.Rule:
		return section, ruleWords(t, l)
	}
	body, _, _ := strings.Cut(t.Text(grammar.BaseOf(l).Body()), "#")
	return section, body
}

func headerWords(t *grammar.File, h *grammar.Header) string {
	word := strings.ToUpper(t.Text(h.Keyword))
	if h.Section == grammar.GroupSection {
		word = "group"
	}
	return "[" + strings.TrimRight(word+" "+strings.ToLower(t.Text(h.Name)), " ") + "]"
}

func ruleWords(t *grammar.File, r *grammar.Rule) string {
	words := []string{t.Text(r.Bar()) + strings.ToUpper(t.Text(r.Type())), t.Text(r.Action())}
	params := slices.Clone(r.Params())
	slices.SortStableFunc(params, func(a, b grammar.Param) int { return int(a.Kind) - int(b.Kind) })
	for _, p := range params {
		words = append(words, p.Kind.Flag(), t.Text(p.Value))
	}
	return strings.Join(words, " ")
}

// hugeLine is from how many bytes on a line is not taken apart into words.
const hugeLine = 1 << 16

// bounded makes one line of words with single blanks, of limited length.
func bounded(text string) string {
	if len(text) < hugeLine {
		text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ")
	}
	if len(text) > maxIdentity {
		return strings.ToValidUTF8(text[:64], "") + " … " + digest(text)
	}
	return text
}

// Fingerprints names findings for programs that follow them from run to run: the
// identities' own, with the number of the occurrence behind those that repeat.
// path turns a file's name into the path that is to count.
func Fingerprints(ids []Identity, path func(name string) string) []string {
	seen := map[Identity]int{}
	out := make([]string, len(ids))
	for i, id := range ids {
		if id.Path != "" {
			id.Path = path(id.Path)
		}
		seen[id]++
		if out[i] = id.Fingerprint(); seen[id] > 1 {
			out[i] += ":" + strconv.Itoa(seen[id])
		}
	}
	return out
}
