package grammar

import "github.com/alecthomas/participle/v2/lexer"

// The structs of this file are the language, one root per kind of line. Three
// restrictions keep a parse a function of token types: no literals, every
// capture is a lexer.Token, every value is one token.

// headerLine is a section header (reference/pve-firewall §2.1).
type headerLine struct {
	Plain *plainHeader `parser:"@@"`
	Named *namedHeader `parser:"| @@"`
}

type plainHeader struct {
	Keyword lexer.Token `parser:"Open @(OptionsKeyword | AliasesKeyword | RulesKeyword) Close"`
}

type namedHeader struct {
	Keyword lexer.Token  `parser:"Open @(GroupKeyword | IPSetKeyword) (Space | Blank | Gap)"`
	Name    lexer.Token  `parser:"@Word Close (Space | Blank | Gap)?"`
	Comment *lexer.Token `parser:"@Comment?"`
}

// optionLine is `name: value`; the value may have several words because the
// daemon judges it as a whole (§2.2).
type optionLine struct {
	Name  lexer.Token  `parser:"@Word Colon (Space | Blank | Gap)?"`
	Value *lexer.Token `parser:"(@Text (Space | Blank | Gap)?)?"`
}

// aliasLine is `NAME ADDRESS` with a single white-space character (§3.1).
type aliasLine struct {
	Name    lexer.Token  `parser:"@Word (Space | Blank)"`
	Value   lexer.Token  `parser:"@Word"`
	Comment *lexer.Token `parser:"((Space | Blank | Gap)? @Comment)?"`
}

// entryLine is a line of a set (§4.1). More than one word is a dead entry.
type entryLine struct {
	NoMatch *lexer.Token `parser:"(Space | Blank | Gap)? @Bang? (Space | Blank | Gap)?"`
	Target  *lexer.Token `parser:"(@Word (Space | Blank | Gap)?)?"`
	Extra   *lexer.Token `parser:"(@Text (Space | Blank | Gap)?)?"`
	Comment *lexer.Token `parser:"@Comment?"`
}

// ruleLine is a rule (§5.1). What follows the last well-formed parameter is left
// over and makes the daemon drop the line.
type ruleLine struct {
	Bar     *lexer.Token `parser:"@Bar?"`
	Group   *groupRule   `parser:"( @@"`
	Filter  *filterRule  `parser:"| @@ )"`
	Comment *lexer.Token `parser:"@Comment?"`
}

// groupRule takes no parameter but an interface (§5.3).
type groupRule struct {
	Type   lexer.Token   `parser:"@Group (Space | Blank | Gap)"`
	Name   lexer.Token   `parser:"@Word (Space | Blank | Gap)?"`
	Params []*groupParam `parser:"@@*"`
}

type groupParam struct {
	Flag  lexer.Token `parser:"@Iface Space"`
	Value lexer.Token `parser:"@Word (Space | Blank | Gap)?"`
}

type filterRule struct {
	Type   lexer.Token  `parser:"@(Direction | Word) (Space | Blank | Gap)"`
	Macro  *macroCall   `parser:"( @@"`
	Action *lexer.Token `parser:"| @Word ) (Space | Blank | Gap)?"`
	Params []*param     `parser:"@@*"`
}

type macroCall struct {
	Name    lexer.Token `parser:"@Macro LeftParen"`
	Verdict lexer.Token `parser:"@Verdict RightParen"`
}

// param is a flag, exactly one space and a value. A level needs no white space
// behind it: the scanner cuts it where its name ends.
type param struct {
	Setting *setting `parser:"( @@"`
	Logging *logging `parser:"| @@ ) (Space | Blank | Gap)?"`
}

type setting struct {
	Flag  lexer.Token `parser:"@(Iface | Source | Dest | Proto | DPort | SPort | ICMPType) Space"`
	Value lexer.Token `parser:"@Word"`
}

type logging struct {
	Flag  lexer.Token `parser:"@Log Space"`
	Value lexer.Token `parser:"@Level"`
}
