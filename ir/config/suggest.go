package config

import (
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// Hostile files hold any number of wrong words and of names; guessing stops here.
const (
	longestGuess   = 64
	mostGuesses    = 500
	mostCandidates = 2000
)

// nearest returns the candidate that is close enough to be what was meant, or
// "". Ties go to the first in sorted order; equal words are no suggestion.
func (r *resolver) nearest(word string, candidates func() []string) string {
	limit := min(len(word)/3, 2)
	if len(word) < 3 || len(word) > longestGuess || r.guesses >= mostGuesses {
		return ""
	}
	r.guesses++
	sorted := slices.Clone(candidates())
	if len(sorted) > mostCandidates {
		return ""
	}
	slices.Sort(sorted)
	best, bestAt := "", limit+1
	for _, c := range sorted {
		if len(c) > longestGuess || len(c)-len(word) > limit || len(word)-len(c) > limit {
			continue
		}
		if d := distance(word, c); d > 0 && d < bestAt {
			best, bestAt = c, d
		}
	}
	return best
}

// oneOf is a fixed list of candidates.
func oneOf(words ...string) func() []string { return func() []string { return words } }

// distance counts insertions, deletions, substitutions and, unlike diag.Distance,
// a swap of neighbours as one: names are short and often typed in the wrong order.
func distance(a, b string) int {
	older, old, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		older, old, row = old, row, older
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(old[j]+1, row[j-1]+1, old[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], older[j-2]+1)
			}
		}
	}
	return row[len(b)]
}

func lowered(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = lower(w)
	}
	return out
}

// quote shows a word of the file in a message, shortened when it is very long.
func quote(s string) string {
	if len(s) > 80 {
		s = strings.ToValidUTF8(s[:77], "") + "..."
	}
	return "'" + s + "'"
}

// replace is the fix that writes text in the place of span.
func replace(span source.Span, text string, safety diag.Safety) []diag.Fix {
	return []diag.Fix{{Title: "write " + text, Safety: safety, Edits: []source.Edit{{Span: span, Text: text}}}}
}

// fileOf names the kind of file for people.
func fileOf(env facts.Env) string {
	switch env {
	case facts.Cluster:
		return "cluster.fw"
	case facts.Host:
		return "host.fw"
	case facts.VNet:
		return "a VNet's file"
	case facts.Group:
		return "a security group"
	}
	return "a guest's file"
}

func filesOf(envs []facts.Env) string {
	var names []string
	for _, env := range envs {
		if n := fileOf(env); len(names) == 0 || names[len(names)-1] != n {
			names = append(names, n)
		}
	}
	return strings.Join(names, " or ")
}
