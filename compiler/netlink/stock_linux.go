package netlink

import "github.com/pvefw/pvefw/compiler/nft"

// stock hands out the many small parts of what is read from larger pieces.
type stock struct {
	rules    slab[nft.Rule]
	stmts    slab[nft.Stmt]
	compares slab[nft.Compare]
	verdicts slab[nft.Verdict]
}

type slab[T any] struct{ rest []T }

func (s *slab[T]) several(n int) []T {
	if n > len(s.rest) {
		s.rest = make([]T, max(n, 512))
	}
	p := s.rest[:n:n]
	s.rest = s.rest[n:]
	return p
}

// put returns a place of its own for a value.
func (s *slab[T]) put(v T) *T {
	p := s.several(1)
	p[0] = v
	return &p[0]
}

// keep copies a list that was made in a buffer.
func (s *slab[T]) keep(list []T) []T {
	p := s.several(len(list))
	copy(p, list)
	return p
}
