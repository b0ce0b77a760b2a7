package grammar

// room is where lines are made: one allocation for many of a kind, because a file
// is kept or dropped as a whole. What one file leaves over serves the next.
type room struct {
	left    int // lines of the file that are still to come
	headers slab[Header]
	rules   slab[Rule]
	options slab[Option]
	aliases slab[Alias]
	entries slab[SetEntry]
	trivia  slab[Trivia]
	bad     slab[Bad]
}

// slab hands out zero values of T. It counts instead of cutting off what has been
// used, which would tell the collector of every value.
type slab[T any] struct {
	made []T
	used int
}

// Most values of a kind that are made before they are needed. Rules come in
// numbers; of the other kinds, most files have few.
const (
	manyAhead = 64
	fewAhead  = 8
)

// next returns a new T; ahead is how many to make if none is left.
func (s *slab[T]) next(ahead int) *T {
	if s.used == len(s.made) {
		s.made, s.used = make([]T, max(1, ahead)), 0
	}
	s.used++
	return &s.made[s.used-1]
}

// near is the first room of a file, enough for all but the rules of a usual guest.
type near struct {
	headers [4]Header
	trivia  [12]Trivia
	options [8]Option
	aliases [1]Alias
	entries [3]SetEntry
}

func (n *near) room() room {
	return room{
		headers: slab[Header]{made: n.headers[:]}, trivia: slab[Trivia]{made: n.trivia[:]}, options: slab[Option]{made: n.options[:]},
		aliases: slab[Alias]{made: n.aliases[:]}, entries: slab[SetEntry]{made: n.entries[:]},
	}
}

func (r *room) few() int  { return min(r.left, fewAhead) }
func (r *room) many() int { return min(r.left, manyAhead) }
