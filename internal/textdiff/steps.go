package textdiff

// Steps are the operations that lead from one list of tokens to another, a token each:
// Equal takes one of both, Delete one of the old and Insert one of the new list.
func Steps(old, new []string) []Op {
	steps := make([]Op, 0, max(len(old), len(new)))
	for _, r := range script(old, new) {
		for range r.n {
			steps = append(steps, r.op)
		}
	}
	return steps
}
