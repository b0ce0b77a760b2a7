package grammar

import (
	"io"

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

// tokens are the classified pieces of a line: words holds their places in the
// file and shape their types, negated so that a type is a byte.
type tokens struct {
	shape []byte
	words []Word
}

func (t *tokens) kind(i int) lexer.TokenType { return -lexer.TokenType(t.shape[i]) }

func (t *tokens) count() int { return len(t.shape) }

// definition is the lexer of one kind of line.
type definition struct{ scan scanner }

// scanner splits the text of s into tokens.
type scanner func(s *scan)

// Symbols names the token types for the grammar.
func (definition) Symbols() map[string]lexer.TokenType {
	symbols := map[string]lexer.TokenType{"EOF": lexer.EOF}
	for _, t := range terminals {
		symbols[t.name] = t.kind
	}
	return symbols
}

// Lex scans everything that r holds as one line.
func (d definition) Lex(_ string, r io.Reader) (lexer.Lexer, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	s := &scan{text: text}
	d.scan(s)
	return &replay{shape: s.shape}, nil
}

// replay gives participle the tokens of a line. A token's Offset is its index in
// the line and its Value stays empty: what participle builds then depends on
// token types alone, and indexes lead back to the words.
type replay struct {
	shape []byte
	next  int
}

// Next returns the next token, in the end EOF with the index behind the last.
func (r *replay) Next() (lexer.Token, error) {
	i := r.next
	if i >= len(r.shape) {
		return lexer.Token{Type: lexer.EOF, Pos: lexer.Position{Offset: len(r.shape)}}, nil
	}
	r.next++
	return lexer.Token{Type: -lexer.TokenType(r.shape[i]), Pos: lexer.Position{Offset: i}}, nil
}
