package lsp

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/pvefw/pvefw/grammar"
	"go.lsp.dev/protocol"
)

// tokenType is a colour, by its place in the legend.
type tokenType uint32

const (
	headerToken  tokenType = iota // [RULES]
	groupToken                    // a security group, as a function is called
	setToken                      // an IPSet
	aliasToken                    // an alias
	macroToken                    // SSH of SSH(ACCEPT)
	keywordToken                  // IN, ACCEPT
	flagToken                     // -source
	optionToken                   // policy_in
	numberToken                   // addresses, ports
	wordToken                     // protocols, services, levels, devices
	signToken                     // ! of a set's entry
	commentToken                  // and rules that are disabled
)

// declares is the only modifier: the name is defined here.
const declares = 1

var legend = protocol.SemanticTokensLegend{
	TokenTypes:     []string{"namespace", "function", "type", "variable", "macro", "keyword", "parameter", "property", "number", "enumMember", "operator", "comment"},
	TokenModifiers: []string{"declaration"},
}

// token is a coloured word.
type token struct {
	grammar.Word
	kind      tokenType
	modifiers uint32
}

// tokensOf colours a file by its syntax alone, so that a line has the same colours
// whatever the others say.
func tokensOf(f *grammar.File) []token {
	c := &colours{file: f}
	for _, line := range f.Lines {
		first := len(c.list)
		c.line(line)
		c.comment(line, first)
	}
	return c.list
}

type colours struct {
	file *grammar.File
	list []token
}

func (c *colours) add(w grammar.Word, kind tokenType, modifiers uint32) {
	if w.Present() && w.End > w.Start {
		c.list = append(c.list, token{w, kind, modifiers})
	}
}

func (c *colours) line(line grammar.Line) {
	switch l := line.(type) {
	case *grammar.Header:
		c.add(l.Keyword, headerToken, 0)
		c.add(l.Name, map[bool]tokenType{true: groupToken, false: setToken}[l.Section == grammar.GroupSection], declares)
	case *grammar.Option:
		c.add(l.Name, optionToken, 0)
		c.add(l.Value, c.literal(l.Value), 0)
	case *grammar.Alias:
		c.add(l.Name, aliasToken, declares)
		c.add(l.Value, numberToken, 0)
	case *grammar.SetEntry:
		c.add(l.NoMatch(), signToken, 0)
		c.add(l.Target, c.address(l.Target), 0)
	case *grammar.Rule:
		c.rule(l)
	}
}

func (c *colours) rule(l *grammar.Rule) {
	if l.Bar().Present() {
		c.add(l.Extent(), commentToken, 0)
		return
	}
	c.add(l.Type(), keywordToken, 0)
	switch {
	case l.Macro().Present():
		c.add(l.Macro(), macroToken, 0)
		c.add(l.Verdict(), keywordToken, 0)
	case l.Verdict().Present():
		c.add(l.Action(), keywordToken, 0)
	default:
		c.add(l.Action(), groupToken, 0)
	}
	for _, p := range l.Params() {
		c.add(p.Flag, flagToken, 0)
		kind := c.literal(p.Value)
		if p.Kind == grammar.Source || p.Kind == grammar.Dest {
			kind = c.address(p.Value)
		}
		c.add(p.Value, kind, 0)
	}
}

// literal tells numbers from words.
func (c *colours) literal(w grammar.Word) tokenType {
	if text := c.file.Text(w); text != "" && (text[0] >= '0' && text[0] <= '9' || text[0] == ':') {
		return numberToken
	}
	return wordToken
}

// address tells addresses from names of sets and aliases.
func (c *colours) address(w grammar.Word) tokenType {
	text := c.file.Text(w)
	switch {
	case len(text) > 0 && text[0] == '+':
		return setToken
	case bytes.ContainsAny([]byte(text), ":") || c.literal(w) == numberToken:
		return numberToken
	}
	return aliasToken
}

// comment is what follows the first # behind the words of a line; first is the index
// of their first token.
func (c *colours) comment(line grammar.Line, first int) {
	if _, option := line.(*grammar.Option); option {
		return // an option has none
	}
	slices.SortFunc(c.list[first:], func(a, b token) int { return cmp.Compare(a.Start, b.Start) })
	body := grammar.BaseOf(line).Body()
	from := body.Start
	if n := len(c.list); n > first {
		from = c.list[n-1].End
	}
	if n := bytes.IndexByte(c.file.Source.Bytes()[from:max(from, body.End)], '#'); n >= 0 {
		c.add(grammar.Word{Start: from + int32(n), End: body.End}, commentToken, 0)
	}
}

// encode writes tokens as the protocol has them: five numbers each, places relative to
// the token before. A token ends with its line, which may end at a CR for a client.
func (l *lines) encode(tokens []token) []uint32 {
	data := make([]uint32, 0, 5*len(tokens))
	var before protocol.Position
	for _, t := range tokens {
		start := l.position(int(t.Start))
		_, lineEnd := l.bounds(int(start.Line))
		end := l.position(min(int(t.End), lineEnd))
		if end.Character <= start.Character || end.Line != start.Line {
			continue
		}
		column := start.Character
		if start.Line == before.Line {
			column -= before.Character
		}
		data = append(data, start.Line-before.Line, column, end.Character-start.Character, uint32(t.kind), t.modifiers)
		before = start
	}
	return data
}
