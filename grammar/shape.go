package grammar

import (
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// What participle makes of a line depends on the types of its tokens only, and
// refers to them by index. So the result for one line serves every line with the
// same sequence of types, its shape; real files have a few dozen.

// lookahead is the number of tokens that participle may take back; the longest
// beginning of a parameter that can turn out wrong has two.
const lookahead = 4

var (
	headers = parserOf[headerLine](scanHeader)
	options = parserOf[optionLine](scanOption)
	aliases = parserOf[aliasLine](scanAlias)
	entries = parserOf[entryLine](scanEntry)
	rules   = parserOf[ruleLine](scanRule)
)

// parserOf delays the building of a parser, which costs more than most files.
func parserOf[T any](scan scanner) func() *participle.Parser[T] {
	return sync.OnceValue(func() *participle.Parser[T] {
		return participle.MustBuild[T](participle.Lexer(definition{scan}), participle.UseLookahead(lookahead))
	})
}

// fit is how far the tokens of a line match a T. Trees are shared between lines
// and never changed.
type fit[T any] struct {
	tree  *T
	taken int  // number of tokens that fit
	ok    bool // the beginning of a T is there
}

// match parses a line's tokens as far as they fit.
func match[T any](p *participle.Parser[T], tokens []token) fit[T] {
	peeking, err := lexer.Upgrade(&replay{tokens: tokens})
	if err != nil {
		return fit[T]{}
	}
	tree, err := p.ParseFromLexer(peeking, participle.AllowTrailing(true))
	return fit[T]{tree, peeking.Peek().Pos.Offset, err == nil}
}

// shapes remembers fits by shape. Long and late shapes are not kept, so hostile
// text cannot fill the memory.
type shapes[T any] struct {
	seen map[string]fit[T]
	key  []byte
}

const (
	mostShapes   = 1 << 10
	longestShape = 1 << 6 // tokens
)

func (s *shapes[T]) match(parser func() *participle.Parser[T], tokens []token) fit[T] {
	if len(tokens) > longestShape {
		return match(parser(), tokens)
	}
	s.key = s.key[:0]
	for _, t := range tokens {
		s.key = append(s.key, byte(-t.kind))
	}
	if known, ok := s.seen[string(s.key)]; ok {
		return known
	}
	found := match(parser(), tokens)
	if s.seen == nil {
		s.seen = map[string]fit[T]{}
	}
	if len(s.seen) < mostShapes {
		s.seen[string(s.key)] = found
	}
	return found
}

// language is what one Parse knows of the grammar: a memory per kind of line. It
// is not for concurrent use.
type language struct {
	headers shapes[headerLine]
	options shapes[optionLine]
	aliases shapes[aliasLine]
	entries shapes[entryLine]
	rules   shapes[ruleLine]
}
