package diag

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
