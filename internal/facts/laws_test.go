package facts_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/pvefw/pvefw/internal/facts"
)

// Invariant: a value as the daemon stores it is accepted again and stays as it
// is; texts of any bytes are either accepted or refused.
func TestStoredValuesStay(t *testing.T) {
	values := rapid.OneOf(
		rapid.StringMatching(`[0-9a-zA-Z,:=/+-]{0,12}`),
		rapid.StringMatching(`(ARP|IPX|ftp|SIP|Accept|drop|Info|[0-9]{1,3})(,|:|,ARP|,tftp|:[0-9]+)?`),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
	)
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		o := rapid.SampledFrom(facts.Options()).Draw(t, "option")
		text := values.Draw(t, "text")
		stored, complaint, ok := o.Parse(text)
		if !ok {
			return
		}
		accepted++
		again, _, ok := o.Parse(stored)
		if complaint != "" || !ok || again != stored {
			t.Fatalf("%s: %q is stored as %q, complaint %q; again %q, %v", o.Name, text, stored, complaint, again, ok)
		}
	})
	if accepted == 0 {
		t.Error("no value was accepted")
	}
}

func TestParseRateLimitTakesAnyBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`((enable|rate|burst|x)?=?[0-9a-z/+=-]{0,8},?){0,4}`).Draw(t, "text")
		limit, errors := facts.ParseRateLimit(text)
		if len(errors) == 0 && (limit.Burst < -1 || limit.Rate != "" && limit.Rate[0] == '0') {
			t.Fatalf("%q gives %+v", text, limit)
		}
	})
}
