package diag

import "strings"

// Nearest is the word of a list that somebody may have meant who wrote another one, in
// any case: by three letters at most, and by no more than half of a short one. It is empty
// where there is none; of several the first counts.
func Nearest(word string, known []string) string {
	word = strings.ToLower(word)
	limit, near := min(4, len(word)/2+1), ""
	for _, k := range known {
		if d := Distance(strings.ToLower(k), word); d < limit {
			limit, near = d, k
		}
	}
	return near
}

// Distance is how many letters must be put in, taken out or exchanged to turn a
// into b, counted in bytes. Texts that differ much in length are simply far
// apart: their distance is the sum of their lengths, so a hostile word is cheap.
func Distance(a, b string) int {
	if len(b) > len(a)+4 || len(a) > len(b)+4 {
		return len(a) + len(b)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
