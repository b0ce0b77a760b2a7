package grammar

import (
	"io"
	"sync"

	"github.com/alecthomas/participle/v2/lexer"
)

// The token types. The scanners (scan_*.go) classify words by their place and
// spelling, so a parse depends on nothing but the sequence of these types.
const (
	tSpace lexer.TokenType = lexer.EOF - 1 - iota
	tBlank
	tGap
	tComment
	tWord
	tText
	tBar
	tBang
	tColon
	tOpen
	tClose
	tOptionsKeyword
	tAliasesKeyword
	tRulesKeyword
	tGroupKeyword
	tIPSetKeyword
	tGroup
	tDirection
	tMacro
	tLeftParen
	tRightParen
	tVerdict
	tIface
	tSource
	tDest
	tProto
	tDPort
	tSPort
	tLog
	tICMPType
	tLevel
)

// terminals says what the grammar calls each token type and what it stands for.
var terminals = []struct {
	name    string
	kind    lexer.TokenType
	meaning string
}{
	{"Space", tSpace, "exactly one space"},
	{"Blank", tBlank, "exactly one other white-space character"},
	{"Gap", tGap, "two or more white-space characters"},
	{"Comment", tComment, "# and everything behind it"},
	{"Word", tWord, "a run of non-blanks that is nothing else of this list in its place"},
	{"Text", tText, "all that is left of the line, up to the comment"},
	{"Bar", tBar, "| in front of a rule"},
	{"Bang", tBang, "! in front of an entry"},
	{"Colon", tColon, "the first : of an option line, directly behind a word"},
	{"Open", tOpen, "[ in front of a header"},
	{"Close", tClose, "the ] that only white space or a comment follows"},
	{"OptionsKeyword", tOptionsKeyword, "OPTIONS in any case"},
	{"AliasesKeyword", tAliasesKeyword, "ALIASES in any case"},
	{"RulesKeyword", tRulesKeyword, "RULES in any case"},
	{"GroupKeyword", tGroupKeyword, "GROUP in any case, in a header"},
	{"IPSetKeyword", tIPSetKeyword, "IPSET in any case"},
	{"Group", tGroup, "GROUP in any case, as the type of a rule"},
	{"Direction", tDirection, "IN, OUT or FORWARD in any case, as the type of a rule"},
	{"Macro", tMacro, "the text in front of the last ( of an action that ends in a verdict in parentheses"},
	{"LeftParen", tLeftParen, "( of a macro call"},
	{"RightParen", tRightParen, ") of a macro call"},
	{"Verdict", tVerdict, "ACCEPT, DROP or REJECT in a macro call"},
	{"Iface", tIface, "-i"},
	{"Source", tSource, "-source or --source"},
	{"Dest", tDest, "-dest or --dest"},
	{"Proto", tProto, "-p, -proto or --proto"},
	{"DPort", tDPort, "-dport or --dport"},
	{"SPort", tSPort, "-sport or --sport"},
	{"Log", tLog, "-log or --log"},
	{"ICMPType", tICMPType, "-icmp-type or --icmp-type"},
	{"Level", tLevel, "emerg, alert, crit, err, warning, notice, info, debug or nolog, which needs no blank behind it"},
}

// tokens are the classified pieces of a line, which lie next to each other. starts
// holds the place where each begins, and the end of the last; shape their types,
// negated so that a type is a byte. Most words are followed by a single space, so
// that such a token is not kept but is the bit oneSpace of the word.
type tokens struct {
	shape  []byte
	starts []int32
}

const oneSpace = 0x80

// place says which token of a line is meant: twice its index, and one more if it
// is oneSpace. nowhere stands for none.
type place int32

const nowhere place = -1

func placeOf(t lexer.Token) place { return place(t.Pos.Offset) }

func optional(t *lexer.Token) place {
	if t == nil {
		return nowhere
	}
	return placeOf(*t)
}

// word is the text of a token; absent without one.
func (t tokens) word(p place) Word {
	if p == nowhere {
		return Word{}
	}
	return Word{t.starts[p/2], t.starts[p/2+1] - int32(p%2)}
}

// place is where the token with an index is.
func (t *tokens) place(i int) place { return place(2*i + int(t.shape[i]/oneSpace)) }

func (t *tokens) kind(i int) lexer.TokenType { return -lexer.TokenType(t.shape[i] &^ oneSpace) }

func (t *tokens) count() int { return len(t.shape) }

// definition is the lexer of one kind of line.
type definition struct{ scan scanner }

// scanner splits the text of s into tokens.
type scanner func(s *scan)

// Symbols names the token types for the grammar.
func (definition) Symbols() map[string]lexer.TokenType { return symbols() }

// symbols makes them once: participle asks often, and changes nothing.
var symbols = sync.OnceValue(func() map[string]lexer.TokenType {
	symbols := map[string]lexer.TokenType{"EOF": lexer.EOF}
	for _, t := range terminals {
		symbols[t.name] = t.kind
	}
	return symbols
})

// Lex scans everything that r holds as one line.
func (d definition) Lex(_ string, r io.Reader) (lexer.Lexer, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return &replay{shape: alone(d.scan, text).shape}, nil
}

// replay gives participle the tokens of a line. A token's Offset is its place and
// its Value stays empty: what participle builds then depends on token types alone,
// and places lead back to the words.
type replay struct {
	shape []byte
	next  int
	space bool // the one behind the last word comes next
}

// Next returns the next token, in the end EOF with the place behind the last.
func (r *replay) Next() (lexer.Token, error) {
	i := r.next
	switch {
	case r.space:
		r.space = false
		return token(tSpace, 2*i-1), nil
	case i >= len(r.shape):
		return token(lexer.EOF, 2*len(r.shape)), nil
	}
	r.next++
	r.space = r.shape[i] >= oneSpace
	return token(-lexer.TokenType(r.shape[i]&^oneSpace), 2*i+int(r.shape[i]/oneSpace)), nil
}

func token(kind lexer.TokenType, at int) lexer.Token {
	return lexer.Token{Type: kind, Pos: lexer.Position{Offset: at}}
}
