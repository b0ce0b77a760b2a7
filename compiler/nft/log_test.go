package nft

import (
	"strings"
	"testing"

	"github.com/pvefw/pvefw/ir"
)

// A script reads the text of a log as it is meant, whatever a VNet's file is called, and
// the kernel keeps all of it.
func TestLogTextsAreTame(t *testing.T) {
	pl := &place{}
	if got, want := pl.prefix(&ir.Log{Level: 4}, 7, "bridge-$a\"b\\c\nü", "DROP: "), ":7:4:bridge-_a_b_c__: DROP: "; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := pl.prefix(&ir.Log{}, 0, strings.Repeat("x", 300), "policy REJECT: "); len(got) != longestPrefix || !strings.HasSuffix(got, "x: policy REJECT: ") {
		t.Errorf("%d bytes: %q", len(got), got)
	}
}
