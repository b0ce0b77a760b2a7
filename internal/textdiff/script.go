package textdiff

import (
	"math"
	"sort"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// Op is what happens to a piece of text on the way from old to new.
type Op uint8

// The operations.
const (
	Equal Op = iota
	Delete
	Insert
)

// run is n tokens of one operation. In a script no two neighbours have the same
// operation, and deletions stand before insertions.
type run struct {
	op Op
	n  int
}

// advance moves places in the old and the new sequence past the run.
func (r run) advance(a, b int) (int, int) {
	if r.op != Insert {
		a += r.n
	}
	if r.op != Delete {
		b += r.n
	}
	return a, b
}

// maxCells bounds the work on one stretch without common anchors, as the product
// of its lengths; a larger one counts as rewritten altogether.
const maxCells = 1 << 24

// script returns the runs that lead from a to b. Tokens that occur once in both
// anchor it, so that only the short stretches between them are searched for a
// shortest script, and large texts cost little more than small ones.
func script(a, b []string) []run {
	x, y, ok := intern(a, b)
	if !ok {
		return normalise([]run{{Delete, len(a)}, {Insert, len(b)}})
	}
	head := commonPrefix(x, y)
	runs := []run{{Equal, head}}
	x, y = x[head:], y[head:]
	tail := commonSuffix(x, y)
	x, y = x[:len(x)-tail], y[:len(y)-tail]
	i, j := 0, 0
	for _, p := range anchors(x, y) {
		runs = append(runs, stretch(x[i:p.a], y[j:p.b])...)
		runs = append(runs, run{Equal, 1})
		i, j = p.a+1, p.b+1
	}
	runs = append(runs, stretch(x[i:], y[j:])...)
	return normalise(append(runs, run{Equal, tail}))
}

// intern maps each distinct token to a rune, because the library compares runes.
// Surrogates are no valid runes and are left out; ok is false when there are more
// tokens than runes.
func intern(a, b []string) (x, y []rune, ok bool) {
	ids := map[string]rune{}
	next := rune(1)
	number := func(tokens []string) []rune {
		seq := make([]rune, len(tokens))
		for i, token := range tokens {
			id, known := ids[token]
			if !known {
				id = next
				ids[token] = id
				if next++; next == 0xD800 {
					next = 0xE000
				}
			}
			seq[i] = id
		}
		return seq
	}
	x, y = number(a), number(b)
	return x, y, next <= utf8.MaxRune
}

func commonPrefix(x, y []rune) int {
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}

func commonSuffix(x, y []rune) int {
	n := 0
	for n < len(x) && n < len(y) && x[len(x)-1-n] == y[len(y)-1-n] {
		n++
	}
	return n
}

type pair struct{ a, b int }

// anchors pairs the tokens that occur exactly once in x and once in y, and keeps
// a longest chain of pairs that stand in the same order in both.
func anchors(x, y []rune) []pair {
	inX, inY := places(x), places(y)
	var pairs []pair
	for i, id := range x {
		j, found := inY[id]
		if found && j != repeated && inX[id] != repeated {
			pairs = append(pairs, pair{i, j})
		}
	}
	return longestRise(pairs)
}

const repeated = math.MaxInt

// places maps each token to its place, or to repeated.
func places(seq []rune) map[rune]int {
	at := make(map[rune]int, len(seq))
	for i, id := range seq {
		if _, twice := at[id]; twice {
			at[id] = repeated
			continue
		}
		at[id] = i
	}
	return at
}

// longestRise returns a longest subsequence with rising b; the pairs come with
// rising a. It is the patience-sorting method: tails[k] ends the best chain of
// length k+1.
func longestRise(pairs []pair) []pair {
	var tails []int
	before := make([]int, len(pairs))
	for i, p := range pairs {
		k := sort.Search(len(tails), func(k int) bool { return pairs[tails[k]].b > p.b })
		before[i] = -1
		if k > 0 {
			before[i] = tails[k-1]
		}
		if k == len(tails) {
			tails = append(tails, i)
		} else {
			tails[k] = i
		}
	}
	chain := make([]pair, len(tails))
	if len(tails) == 0 {
		return nil
	}
	for k, i := len(tails)-1, tails[len(tails)-1]; k >= 0; k, i = k-1, before[i] {
		chain[k] = pairs[i]
	}
	return chain
}

// stretch finds a shortest script. The library's time limit is off: what it does
// when time runs out would depend on the machine.
func stretch(x, y []rune) []run {
	if len(x) == 0 || len(y) == 0 || len(x) > maxCells/len(y) {
		return []run{{Delete, len(x)}, {Insert, len(y)}}
	}
	search := diffmatchpatch.New()
	search.DiffTimeout = 0
	var runs []run
	for _, d := range search.DiffMainRunes(x, y, false) {
		op := map[diffmatchpatch.Operation]Op{
			diffmatchpatch.DiffEqual: Equal, diffmatchpatch.DiffDelete: Delete, diffmatchpatch.DiffInsert: Insert,
		}[d.Type]
		runs = append(runs, run{op, utf8.RuneCountInString(d.Text)})
	}
	return runs
}

// normalise joins neighbours and puts deletions before insertions.
func normalise(runs []run) []run {
	var out []run
	deleted, inserted, equal := 0, 0, 0
	flush := func(op Op, n *int) {
		if *n > 0 {
			out = append(out, run{op, *n})
		}
		*n = 0
	}
	for _, r := range runs {
		switch {
		case r.n == 0:
			continue
		case r.op == Equal:
			flush(Delete, &deleted)
			flush(Insert, &inserted)
			equal += r.n
			continue
		case r.op == Delete:
			deleted += r.n
		default:
			inserted += r.n
		}
		flush(Equal, &equal)
	}
	flush(Delete, &deleted)
	flush(Insert, &inserted)
	flush(Equal, &equal)
	return out
}
