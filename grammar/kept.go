package grammar

import "slices"

// A file keeps of the tokens of its rules where they begin, as the distance from
// the beginning of the line, and where the last of a line ends: two bytes each,
// and four in lines that are too long for that.

// narrow is the longest line whose distances fit two bytes.
const narrow = 1<<16 - 1

// keep keeps the tokens of a line.
func (g *language) keep(starts []int32, line int32) {
	n := len(g.kept)
	g.kept = slices.Grow(g.kept, len(starts))[:n+len(starts)]
	for i, at := range starts {
		g.kept[n+i] = uint16(at - line)
	}
}

// keepWide keeps the tokens of a long line, and returns its plan.
func (g *language) keepWide(plan *rulePlan, starts []int32, line int32) *rulePlan {
	for _, at := range starts {
		g.kept = append(g.kept, uint16((at-line)>>16), uint16(at-line))
	}
	plan = plan.clone()
	plan.wide = true
	return plan
}

// word is the text of a token; absent without one.
func (r *Rule) word(p place) Word {
	if p == nowhere {
		return Word{}
	}
	kept, i, gap := r.in.file.kept[r.tokens:], uint32(p)/2, int32(p)&1
	if r.plan.wide {
		kept = kept[2*i : 2*i+4]
		return Word{r.start + int32(kept[0])<<16 + int32(kept[1]), r.start + int32(kept[2])<<16 + int32(kept[3]) - gap}
	}
	kept = kept[i : i+2]
	return Word{r.start + int32(kept[0]), r.start + int32(kept[1]) - gap}
}
