package load

import (
	"strings"
	"testing"
)

// What a file says of its size is a hint only: it may grow, shrink, or be of those
// that say nothing.
func TestReadingDoesNotBelieveTheSize(t *testing.T) {
	const text = "twelve bytes"
	for _, size := range []int64{0, 1, 11, 12, 13, 100} {
		var r reader
		if got, err := r.drain("x", strings.NewReader(text), size); err != nil || string(got) != text {
			t.Errorf("size %d: %q, %v", size, got, err)
		}
	}
	var r reader
	if got, err := r.drain("x", strings.NewReader(""), 0); err != nil || len(got) != 0 {
		t.Errorf("an empty file: %q, %v", got, err)
	}
}
