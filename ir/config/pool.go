package config

// pool makes values of T, some at a time: a file is kept or dropped as a whole, and
// one by one they would take more room.
type pool[T any] struct{ left []T }

// ahead is how many values are made at a time.
const ahead = 32

func (p *pool[T]) next() *T {
	if len(p.left) == 0 {
		p.left = make([]T, ahead)
	}
	one := &p.left[0]
	p.left = p.left[1:]
	return one
}

// exact is s without room to grow.
func exact[T any](s []T) []T {
	if len(s) == cap(s) {
		return s
	}
	return append(make([]T, 0, len(s)), s...)
}
