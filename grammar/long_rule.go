package grammar

import "github.com/alecthomas/participle/v2/lexer"

// rule matches the tokens of a rule line. A line with more parameters than a
// shape may have is read piece by piece, which takes the same time and memory for
// every parameter; its tree holds the first ones only.
func (m *memory) rule(line tokens) *fit[ruleLine] {
	if line.count() <= longestShape {
		return m.rules.match(line.shape)
	}
	cut := longestShape
	if isGap(line.kind(cut)) { // belongs to the value in front of it
		cut++
	}
	first := match(rules(), line.shape[:cut])
	if !first.ok {
		return first
	}
	whole := *first
	whole.plan = whole.plan.clone()
	if whole.tree.Group != nil {
		extend(&m.groupParams, (*groupParam).plan, line, &whole)
	} else {
		extend(&m.params, (*param).plan, line, &whole)
	}
	if n := whole.taken; n < line.count() && line.kind(n) == tComment {
		whole.plan.comment = line.place(n)
		whole.taken++
	}
	return &whole
}

// extend takes the parameters that follow what whole has taken.
func extend[T any](known *shapes[T], plan func(*T, place) paramPlan, line tokens, whole *fit[ruleLine]) {
	const most = 4 // tokens of a parameter
	for whole.taken < line.count() {
		end := min(whole.taken+most, line.count())
		next := known.match(line.shape[whole.taken:end])
		if !next.ok {
			return
		}
		whole.plan.params = append(whole.plan.params, plan(next.tree, place(2*whole.taken)))
		whole.taken += next.taken
	}
}

func isGap(t lexer.TokenType) bool { return t == tSpace || t == tBlank || t == tGap }
