package nft

import (
	"cmp"

	"github.com/pvefw/pvefw/ir"
)

// stock hands out the many small parts of a program from larger pieces. A program is
// built once and thrown away as a whole, so nothing goes back.
type stock struct {
	compares slab[Compare]
	masks    slab[Masked]
	ranges   slab[Between]
	lookups  slab[Lookup]
	verdicts slab[Verdict]
	sets     slab[Set]
	elements slab[Element]
	rules    slab[Rule]
	lists    slab[*Rule]
	stmts    slab[Stmt]
	origins  slab[ir.Origin]
	spans    slab[Span]
	conds    slab[cond]
	logs     slab[Log]
	free     [][]line // buffers that are not in use
	shape    []byte   // of foldRun
	groups   []group  // of foldRun
}

// slab is a piece from which values are handed out.
type slab[T any] struct {
	rest, piece []T
	size        int // of a piece; zero: slabSize
}

const slabSize = 512

// put returns a place of its own for a value.
func (s *slab[T]) put(v T) *T {
	p := s.several(1)
	p[0] = v
	return &p[0]
}

// several returns n places beside each other; appending to them moves them.
func (s *slab[T]) several(n int) []T {
	if n > len(s.rest) {
		s.piece = make([]T, max(n, cmp.Or(s.size, slabSize)))
		s.rest = s.piece
	}
	p := s.rest[:n:n]
	s.rest = s.rest[n:]
	return p
}

// reuse hands the places out again.
func (s *slab[T]) reuse() { s.rest = s.piece }

// keep copies a list that was made in a buffer.
func (s *slab[T]) keep(list []T) []T {
	p := s.several(len(list))
	copy(p, list)
	return p
}

// reuse takes everything back that was handed out.
func (k *stock) reuse() {
	k.compares.reuse()
	k.masks.reuse()
	k.ranges.reuse()
	k.lookups.reuse()
	k.verdicts.reuse()
	k.sets.reuse()
	k.elements.reuse()
	k.rules.reuse()
	k.lists.reuse()
	k.stmts.reuse()
	k.origins.reuse()
	k.spans.reuse()
	k.conds.reuse()
	k.logs.reuse()
}

// one is a list of a single span.
func (k *stock) one(s Span) []Span {
	p := k.spans.several(1)
	p[0] = s
	return p
}

// take returns an empty buffer for lines, give takes it back.
func (k *stock) take() []line {
	if n := len(k.free); n > 0 {
		b := k.free[n-1]
		k.free = k.free[:n-1]
		return b
	}
	return make([]line, 0, 64)
}

func (k *stock) give(b []line) { k.free = append(k.free, b[:0]) }
