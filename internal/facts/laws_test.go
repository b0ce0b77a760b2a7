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
	rapid.Check(t, func(t *rapid.T) {
		o := rapid.SampledFrom(facts.Options()).Draw(t, "option")
		if stored, _, ok := o.Parse(values.Draw(t, "text")); ok {
			stays(t, o, stored)
		}
	})
	for _, o := range facts.Options() { // whatever was drawn, these are accepted
		for _, text := range append(o.Values(), o.Default) {
			if stored, complaint, ok := o.Parse(text); ok {
				stays(t, o, stored)
			} else if text != "" {
				t.Errorf("%s: %q is refused: %q", o.Name, text, complaint)
			}
		}
	}
}

func stays(t rapid.TB, o *facts.Option, stored string) {
	again, complaint, ok := o.Parse(stored)
	if complaint != "" || !ok || again != stored {
		t.Fatalf("%s: the stored value %q becomes %q, %v, complaint %q", o.Name, stored, again, ok, complaint)
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
