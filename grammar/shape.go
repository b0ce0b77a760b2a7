package grammar

import (
	"encoding/binary"
	"math/bits"
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
	taken int       // number of tokens that fit
	ok    bool      // the beginning of a T is there
	plan  *rulePlan // for rules only
}

// match parses a line's tokens as far as they fit.
func match[T any](p *participle.Parser[T], shape []byte) *fit[T] {
	peeking, err := lexer.Upgrade(&replay{shape: shape})
	if err != nil {
		return &fit[T]{}
	}
	tree, err := p.ParseFromLexer(peeking, participle.AllowTrailing(true))
	found := &fit[T]{tree: tree, taken: peeking.Peek().Pos.Offset / 2, ok: err == nil}
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
	seen   [][perDrawer]atomic.Pointer[learnt[T]]
}

type learnt[T any] struct {
	key   key
	shape string
	fit   *fit[T]
}

// match returns what is known about a shape, or finds it out.
func (m *shapes[T]) match(shape []byte) *fit[T] {
	if len(shape) > longestShape {
		return match(m.parser(), shape)
	}
	key := keyOf(shape)
	drawer := &m.seen[key.hash()%uint64(len(m.seen))]
	for i := range drawer {
		known := drawer[i].Load()
		if known == nil {
			break
		}
		if known.key == key && len(known.shape) == len(shape) && (len(shape) <= keyed || known.shape == string(shape)) {
			return known.fit
		}
	}
	found := match(m.parser(), shape)
	next := &learnt[T]{key, string(shape), found}
	for i := range drawer {
		next = drawer[i].Swap(next)
	}
	return found
}

// key is a shape of up to keyed types as two numbers, which are soon compared. Of
// a longer one it is the beginning and a sum of the rest.
type key struct{ low, high uint64 }

const keyed = 16

// keyOf reads eight types at a time, overlapping ones where there are less; types
// are not 0, so the numbers of different shapes differ.
func keyOf(shape []byte) (k key) {
	switch n := len(shape); {
	case n >= keyed:
		k.low = binary.LittleEndian.Uint64(shape)
		for shape = shape[8:]; len(shape) >= 8; shape = shape[8:] {
			k.high = bits.RotateLeft64(k.high, 5) ^ binary.LittleEndian.Uint64(shape)
		}
		for _, b := range shape {
			k.high = bits.RotateLeft64(k.high, 5) ^ uint64(b)
		}
	case n >= 8:
		k.low = binary.LittleEndian.Uint64(shape)
		k.high = binary.LittleEndian.Uint64(shape[n-8:]) >> (8 * (keyed - n))
	default:
		for i, b := range shape {
			k.low |= uint64(b) << (8 * i)
		}
	}
	return k
}

func (k key) hash() uint64 {
	high, low := bits.Mul64(k.low^0x9E3779B97F4A7C15, k.high^0xD1B54A32D192ED03)
	return high ^ low
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
	return shapes[T]{parser, make([][perDrawer]atomic.Pointer[learnt[T]], size)}
}

// lasting is the memory of the whole process: all files share their shapes.
var lasting = newMemory(drawers)
