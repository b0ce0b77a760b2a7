package chain

import (
	"testing"
)

// Every text that is made from a configuration of the repository does what its
// policy says.
func TestEmittedTextsAreProved(t *testing.T) {
	total := Report{}
	for _, s := range subjects(t) {
		r := Prove(s.texts, s.policy)
		for _, d := range r.Differences {
			t.Errorf("%s: %s", s.name, d)
		}
		for _, u := range r.Unknown {
			t.Errorf("%s: unknown: %s", s.name, u)
		}
		total.Proved += r.Proved
		total.Refused += r.Refused
	}
	if total.Proved < 500 {
		t.Errorf("only %d questions were asked", total.Proved)
	}
	t.Logf("%d questions proved, none unknown, %d about texts that the kernel refuses", total.Proved, total.Refused)
}
