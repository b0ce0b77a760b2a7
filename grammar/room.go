package grammar

// room is where lines are made: one allocation for many of a kind, because a file
// is kept or dropped as a whole. What one file leaves over serves the next.
type room struct {
	left    int // lines of the file that are still to come
	rules   slab[Rule]
	params  slab[Param]
	options slab[Option]
	aliases slab[Alias]
	entries slab[SetEntry]
	trivia  slab[Trivia]
	bad     slab[Bad]
}

// slab hands out zero values of T.
type slab[T any] struct{ free []T }

// Most values of a kind that are made before they are needed. Rules come in
// numbers; of the other kinds, most files have few.
const (
	manyAhead = 64
	fewAhead  = 8
)

// next returns a new T; ahead is how many to make if none is left.
func (s *slab[T]) next(ahead int) *T {
	if len(s.free) == 0 {
		s.free = make([]T, max(1, ahead))
	}
	t := &s.free[0]
	s.free = s.free[1:]
	return t
}

// several returns n new values that lie next to each other and cannot grow.
func (s *slab[T]) several(n, ahead int) []T {
	if len(s.free) < n {
		s.free = make([]T, max(n, ahead))
	}
	out := s.free[:n:n]
	s.free = s.free[n:]
	return out
}

func (r *room) few() int  { return min(r.left, fewAhead) }
func (r *room) many() int { return min(r.left, manyAhead) }
