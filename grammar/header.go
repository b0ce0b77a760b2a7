package grammar

import (
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/pvefw/pvefw/internal/facts"
)

// The longest names of security groups and sets, in bytes (reference §2.1).
const (
	longestGroup = 18
	longestIPSet = 64
)

// parseHeader returns nil for a line that opens no section in this kind of file:
// the daemon then reads it as a line of the section before.
func (r *reader) parseHeader(base Base, body Word) *Header {
	found, ok := r.section(body)
	if !ok || !available(r.file.Env, found.Section) {
		return nil
	}
	h := r.headers.next(r.few())
	*h = found
	h.file, h.Base = r.file, base
	h.in = h
	if h.Name.Present() {
		h.Fault = judgeName(h.Section, lower(r.bytes(h.Name)), h.Name)
	}
	return h
}

// section reads a header of any section, available or not. What comes out is no
// line yet.
func (g *language) section(body Word) (h Header, ok bool) {
	if g.bytes(body)[0] != '[' {
		return h, false
	}
	line := g.scan.split(scanHeader, body)
	read := g.known().headers.match(line.shape)
	if !read.ok || read.taken != line.count() {
		return h, false
	}
	tree := read.tree
	keyword := func(t lexer.Token) {
		h.Keyword = line.word(placeOf(t))
		h.Section = sections[t.Type]
	}
	if tree.Plain != nil {
		keyword(tree.Plain.Keyword)
		return h, true
	}
	keyword(tree.Named.Keyword)
	h.Name = line.word(placeOf(tree.Named.Name))
	h.Comment = g.commentOf(line, tree.Named.Comment)
	return h, true
}

var sections = map[lexer.TokenType]Section{
	tOptionsKeyword: Options, tAliasesKeyword: Aliases, tRulesKeyword: Rules,
	tGroupKeyword: GroupSection, tIPSetKeyword: IPSetSection,
}

// available tells which sections a kind of file may have (reference §2.1).
func available(env facts.Env, s Section) bool {
	switch s {
	case Options, Rules:
		return true
	case Aliases, IPSetSection:
		return env.IsGuest() || env == facts.Cluster || env == facts.Group
	default:
		return env == facts.Cluster || env == facts.Group
	}
}

// Sections are those that a kind of file may have, in the order of the constants.
func Sections(env facts.Env) []Section {
	var all []Section
	for s := Options; s <= IPSetSection; s++ {
		if available(env, s) {
			all = append(all, s)
		}
	}
	return all
}

// judgeName tests the length before the form, as the daemon does.
func judgeName(s Section, name string, at Word) *Fault {
	what, long, limit := "security group name", "security group name too long", longestGroup
	if s == IPSetSection {
		what, long, limit = "ipset name", "ipset name too long", longestIPSet
	}
	switch {
	case len(name) > limit:
		return &Fault{Code: nameTooLong.Code, Message: long, At: at}
	case !isName(name):
		return &Fault{Code: nameInvalid.Code, Message: "invalid " + what + " '" + name + "'", At: at}
	}
	return nil
}

// isName is the form of group and set names: a letter, then one or more letters,
// digits, hyphens and underscores.
func isName(name string) bool {
	for i, b := range []byte(name) {
		letter := b|0x20 >= 'a' && b|0x20 <= 'z'
		other := b >= '0' && b <= '9' || b == '-' || b == '_'
		if !letter && (i == 0 || !other) {
			return false
		}
	}
	return len(name) >= 2
}

// commentOf is the text of a comment token, absent without one.
func (g *language) commentOf(line tokens, t *lexer.Token) Word {
	if t == nil {
		return Word{}
	}
	return commentWord(g.scan.text, line.word(placeOf(*t)))
}
