package textdiff

// Inserted tells for each token of new whether the way from old to new puts it
// in; the others are tokens of old, in their order.
func Inserted(old, new []string) []bool {
	out := make([]bool, len(new))
	a, b := 0, 0
	for _, r := range script(old, new) {
		if r.op == Insert {
			for i := range r.n {
				out[b+i] = true
			}
		}
		a, b = r.advance(a, b)
	}
	return out
}
