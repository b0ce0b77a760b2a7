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

// token is one classified piece of a line; at is its place in the file.
type token struct {
	kind lexer.TokenType
	at   Word
}

// definition is the lexer of one kind of line.
type definition struct{ scan scanner }

// scanner splits text into tokens; base is the offset of text in its file.
type scanner func(text []byte, base int32) []token

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
	return &replay{tokens: d.scan(text, 0)}, nil
}

// replay gives participle the tokens of a line. A token's Offset is its index in
// the line and its Value stays empty: what participle builds then depends on
// token types alone, and indexes lead back to the words.
type replay struct {
	tokens []token
	next   int
}

// Next returns the next token, in the end EOF with the index behind the last.
func (r *replay) Next() (lexer.Token, error) {
	i := r.next
	if i >= len(r.tokens) {
		return lexer.Token{Type: lexer.EOF, Pos: lexer.Position{Offset: len(r.tokens)}}, nil
	}
	r.next++
	return lexer.Token{Type: r.tokens[i].kind, Pos: lexer.Position{Offset: i}}, nil
}
