package grammar

import (
	"io"

	"github.com/alecthomas/participle/v2/lexer"
)

// The token types. The scanners (scan_*.go) classify words by their place and
// spelling, so a parse depends on nothing but the sequence of these types.
const (
	tSpace   lexer.TokenType = lexer.EOF - 1 - iota // exactly one space
	tBlank                                          // exactly one other white-space character
	tGap                                            // two or more white-space characters
	tComment                                        // from # to the end of the line
	tWord                                           // a run of non-blanks
	tBar                                            // the | in front of a disabled rule
	tBang                                           // the ! in front of a set entry
	tColon                                          // after an option's name
	tOpen                                           // [ of a header
	tClose                                          // ] of a header
	tOptionsKeyword
	tAliasesKeyword
	tRulesKeyword
	tGroupKeyword
	tIPSetKeyword
	tGroup      // the type of a GROUP rule
	tDirection  // IN, OUT, FORWARD
	tMacro      // SSH of SSH(ACCEPT)
	tLeftParen  // ( of a macro call
	tRightParen // ) of a macro call
	tVerdict    // ACCEPT, DROP, REJECT inside a macro call
	tIface      // the flags, by parameter
	tSource
	tDest
	tProto
	tDPort
	tSPort
	tLog
	tICMPType
	tLevel // a log level behind a log flag
)

var symbols = map[string]lexer.TokenType{
	"EOF": lexer.EOF, "Space": tSpace, "Blank": tBlank, "Gap": tGap,
	"Comment": tComment, "Word": tWord, "Bar": tBar, "Bang": tBang, "Colon": tColon,
	"Open": tOpen, "Close": tClose, "OptionsKeyword": tOptionsKeyword,
	"AliasesKeyword": tAliasesKeyword, "RulesKeyword": tRulesKeyword,
	"GroupKeyword": tGroupKeyword, "IPSetKeyword": tIPSetKeyword,
	"Group": tGroup, "Direction": tDirection, "Macro": tMacro,
	"LeftParen": tLeftParen, "RightParen": tRightParen, "Verdict": tVerdict,
	"Iface": tIface, "Source": tSource, "Dest": tDest, "Proto": tProto,
	"DPort": tDPort, "SPort": tSPort, "Log": tLog, "ICMPType": tICMPType, "Level": tLevel,
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
func (definition) Symbols() map[string]lexer.TokenType { return symbols }

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
