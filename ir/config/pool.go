package config

// pool makes values of T, some at a time: a file is kept or dropped as a whole, and
// one by one they would take more room.
type pool[T any] struct {
	left []T
	made int // at the last time
}

// Most files have a few values of a kind, others have them without end: the first
// few are made, then twice as many each time.
const (
	firstMade = 2
	mostMade  = 32
)

func (p *pool[T]) next() *T {
	if len(p.left) == 0 {
		p.made = min(max(firstMade, 2*p.made), mostMade)
		p.left = make([]T, p.made)
	}
	one := &p.left[0]
	p.left = p.left[1:]
	return one
}

// store is m[key] = value for a map that is made when it is needed: most files need
// none of most of theirs.
func store[K comparable, V any](m *map[K]V, key K, value V) {
	if *m == nil {
		*m = map[K]V{}
	}
	(*m)[key] = value
}

// exact is s without room to grow.
func exact[T any](s []T) []T {
	if len(s) == cap(s) {
		return s
	}
	return append(make([]T, 0, len(s)), s...)
}
