package diag

import "testing"

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"lint", "lint", 0}, {"lint", "lnit", 2}, {"alias", "alia", 1}, {"ab", "", 2}, {"abc", "xbz", 2}, {"a", "abcdefgh", 9}} {
		if got := Distance(c.a, c.b); got != c.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"allow", "deny", "Reject", "no"}
	for word, want := range map[string]string{"alow": "allow", "REJCT": "Reject", "dyne": "deny", "dote": "", "yes": "", "nn": "no", "x": "", "": "", "allowances": ""} {
		if got := Nearest(word, known); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}
