package grammar

import (
	"testing"

	"github.com/pvefw/pvefw/internal/diag"
)

// Invariant: a fix is unsafe when it exchanges a word for another one or when
// lines that it does not edit come to mean something.
func TestSafetyOfFixes(t *testing.T) {
	for _, c := range []struct {
		env, text string
		want      diag.Safety
	}{
		{"vm", "[RULES]\nIN DROP -p \t tcp -dport  22", diag.Safe},
		{"vm", "[RULES]\nIN DROP --dport=22 -P tcp", diag.Safe},
		{"vm", "[RULES]\nIN DROP -log WARNING", diag.Safe},
		{"vm", "[RULES]\nIN DROP -log warn", diag.Unsafe},
		{"vm", "[RULES]\nIN DROP -s 10.0.0.1", diag.Unsafe},
		{"vm", "[RULES]\nIN DROP --iface=net0", diag.Unsafe},
		{"vm", "[RULES]\nIN DROP -p  tcp -comment x", diag.Unsafe},
		{"vm", "[RULES]\nIN SSH(ACCEPT) net0 - - tcp 22 -", diag.Unsafe},
		{"vm", "[OPTIONS]\nenable : 1", diag.Safe},
		{"vm", "[ALIASES]\na = 10.0.0.1", diag.Unsafe},
		{"vm", "[ALIASES]\nab: 10.0.0.1", diag.Unsafe},
		{"vm", "[OPTIONS]\n[RULES] # none yet\n", diag.Safe},
		{"vm", "[OPTIONS]\n[RULES] # one\nIN DROP\n", diag.Unsafe},
		{"vm", "IN DROP\n", diag.Unsafe},
		{"vm", "\xEF\xBB\xBF# text\n", diag.Safe},
		{"vm", "\xEF\xBB\xBF[RULES]\nIN DROP\n", diag.Unsafe},
		{"cluster", "[GROUP web]\nIN DROP\n", diag.Safe},
	} {
		list := parseAs(c.env, c.text)
		if len(list) == 0 || len(list[0].Fixes) != 1 || list[0].Fixes[0].Safety != c.want {
			t.Errorf("%q: want one %s fix, got %+v", c.text, c.want, list)
		}
	}
}
