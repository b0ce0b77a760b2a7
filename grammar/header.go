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
func (g *language) parseHeader(env facts.Env, base Base, text []byte) *Header {
	h := g.scanSection(base, text)
	if h == nil || !available(env, h.Section) {
		return nil
	}
	h.In = h
	if h.Name.Present() {
		name := lower(text[h.Name.Start-base.Body.Start : h.Name.End-base.Body.Start])
		h.Fault = judgeName(h.Section, name, h.Name)
	}
	return h
}

// scanSection reads a header of any section, available or not.
func (g *language) scanSection(base Base, text []byte) *Header {
	if text[0] != '[' {
		return nil
	}
	line := g.scan(scanHeader, text, base.Body.Start)
	words, read := line.words, g.known().headers.match(line.shape)
	if !read.ok || read.taken != len(words) {
		return nil
	}
	tree := read.tree
	h := &Header{Base: base}
	keyword := func(t lexer.Token) {
		h.Keyword = words[t.Pos.Offset]
		h.Section = sections[t.Type]
	}
	if tree.Plain != nil {
		keyword(tree.Plain.Keyword)
		return h
	}
	keyword(tree.Named.Keyword)
	h.Name = words[tree.Named.Name.Pos.Offset]
	h.Comment = comment(tree.Named.Comment, words, base, text)
	return h
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

// comment is the text of a comment token, absent without one.
func comment(t *lexer.Token, words []Word, base Base, text []byte) Word {
	if t == nil {
		return Word{}
	}
	at := words[t.Pos.Offset]
	return commentWord(text[at.Start-base.Body.Start:], at)
}
