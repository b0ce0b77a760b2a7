package grammar

import (
	"hash/maphash"
	"sync"
	"sync/atomic"

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

	params      = parserOf[param](scanRule)
	groupParams = parserOf[groupParam](scanRule)
)

// parserOf delays the building of a parser, which costs more than most files.
func parserOf[T any](scan scanner) func() *participle.Parser[T] {
	return sync.OnceValue(func() *participle.Parser[T] {
		return participle.MustBuild[T](participle.Lexer(definition{scan}), participle.UseLookahead(lookahead))
	})
}

// fit is how far the tokens of a line match a T. It is shared between lines, and
// between goroutines, and never changed.
type fit[T any] struct {
	tree  *T
	taken int      // number of tokens that fit
	ok    bool     // the beginning of a T is there
	plan  rulePlan // for rules only
}

// match parses a line's tokens as far as they fit.
func match[T any](p *participle.Parser[T], shape []byte) *fit[T] {
	peeking, err := lexer.Upgrade(&replay{shape: shape})
	if err != nil {
		return &fit[T]{}
	}
	tree, err := p.ParseFromLexer(peeking, participle.AllowTrailing(true))
	found := &fit[T]{tree: tree, taken: peeking.Peek().Pos.Offset, ok: err == nil}
	if rule, is := any(tree).(*ruleLine); is && found.ok {
		found.plan = planOf(rule)
	}
	return found
}

const (
	longestShape = 1 << 6 // tokens; the head of a rule and a dozen parameters
	drawers      = 1 << 9
	perDrawer    = 4
)

// shapes remembers fits by shape, also those of lines that do not fit. It may be
// used concurrently. A shape lies in the drawer that its hash says, and the oldest
// one leaves a full drawer; long shapes are not kept. So hostile text can neither
// fill the memory nor spoil it for the files that follow.
type shapes[T any] struct {
	parser func() *participle.Parser[T]
	seed   maphash.Seed
	seen   [][perDrawer]atomic.Pointer[learnt[T]]
}

type learnt[T any] struct {
	shape string
	fit   *fit[T]
}

// match returns what is known about a shape, or finds it out.
func (m *shapes[T]) match(shape []byte) *fit[T] {
	if len(shape) > longestShape {
		return match(m.parser(), shape)
	}
	drawer := &m.seen[maphash.Bytes(m.seed, shape)%uint64(len(m.seen))]
	for i := range drawer {
		known := drawer[i].Load()
		if known == nil {
			break
		}
		if known.shape == string(shape) {
			return known.fit
		}
	}
	found := match(m.parser(), shape)
	next := &learnt[T]{string(shape), found}
	for i := range drawer {
		next = drawer[i].Swap(next)
	}
	return found
}

// memory is what has been learnt of the grammar, by kind of line. It shows in
// nothing but the speed: what it holds follows from the structs of language.go.
type memory struct {
	headers shapes[headerLine]
	options shapes[optionLine]
	aliases shapes[aliasLine]
	entries shapes[entryLine]
	rules   shapes[ruleLine]

	// The parameters of rules that are too long to be remembered as a whole.
	params      shapes[param]
	groupParams shapes[groupParam]
}

// newMemory has size drawers for the shapes of rules; the other kinds of lines
// have few shapes.
func newMemory(size int) *memory {
	const few = 16
	return &memory{
		newShapes(headers, few), newShapes(options, few), newShapes(aliases, few), newShapes(entries, few),
		newShapes(rules, size), newShapes(params, few), newShapes(groupParams, few),
	}
}

func newShapes[T any](parser func() *participle.Parser[T], size int) shapes[T] {
	return shapes[T]{parser, maphash.MakeSeed(), make([][perDrawer]atomic.Pointer[learnt[T]], size)}
}

// lasting is the memory of the whole process: all files share their shapes.
var lasting = newMemory(drawers)

// language is what one Parse works with: a memory, room for the tokens of one
// line, and room for the lines to come. It is not for concurrent use.
type language struct {
	memory *memory // nil stands for lasting
	room
	note    bool    // there may be a finding about the line in hand
	notable []int32 // indexes of the lines with a note
	faults  map[Fault]*Fault
	line    scan
	near    struct { // first room for the tokens
		shape [longestShape]byte
		words [longestShape]Word
	}
}

// idle are languages between two files: the room that one file leaves is used by
// the next.
var idle = sync.Pool{New: func() any { return &language{} }}

// release makes g ready for another file. Of this one it keeps nothing but room.
func (g *language) release() {
	g.notable, g.faults, g.line, g.left = nil, nil, scan{}, 0
	idle.Put(g)
}

func (g *language) known() *memory {
	if g.memory == nil {
		return lasting
	}
	return g.memory
}

// scan splits a line; the result is valid until the next call.
func (g *language) scan(split scanner, text []byte, base int32) *scan {
	if len(g.line.words) > len(g.near.words) || g.line.words == nil {
		g.line.tokens = tokens{g.near.shape[:0], g.near.words[:0]}
	}
	g.line.start(text, base)
	split(&g.line)
	return &g.line
}
