package facts_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/internal/facts"
)

func TestParseRateLimit(t *testing.T) {
	tests := []struct {
		text   string
		want   facts.RateLimit
		errors []string
	}{
		{"1", facts.RateLimit{Enable: true, Burst: -1}, nil},
		{"enable=0", facts.RateLimit{Burst: -1}, nil},
		{"yes,rate=100/hour,burst=0", facts.RateLimit{Enable: true, Rate: "100/hour"}, nil},
		{"enable=1,,rate=7/minute,burst=3", facts.RateLimit{Enable: true, Rate: "7/minute", Burst: 3}, nil},
		{"rate=3/second", facts.RateLimit{Rate: "3/second", Burst: -1}, []string{"enable: property is missing and it is not optional"}},
		{"enable=1,rate=3/fortnight,burst=x", facts.RateLimit{Enable: true, Burst: -1}, []string{
			"burst: type check ('integer') failed - got 'x'", "rate: value does not match the regex pattern"}},
		{"2", facts.RateLimit{Burst: -1}, []string{"enable: type check ('boolean') failed - got '2'"}},
		{"1,rate=0/second", facts.RateLimit{Enable: true, Burst: -1}, []string{"rate: value does not match the regex pattern"}},
		{"1,rate=5", facts.RateLimit{Enable: true, Burst: -1}, []string{"rate: value does not match the regex pattern"}},
		{"1,burst=-1", facts.RateLimit{Enable: true, Burst: -1}, []string{"burst: value must have a minimum value of 0"}},
		{"1,burst=+-1", facts.RateLimit{Enable: true, Burst: -1}, []string{"burst: type check ('integer') failed - got '+-1'"}},
		{"1,size=3", facts.RateLimit{Burst: -1}, []string{"invalid key in comma-separated list property: size"}},
		{"1,enable=1", facts.RateLimit{Burst: -1}, []string{"duplicate key in comma-separated list property: enable"}},
		{"rate=", facts.RateLimit{Burst: -1}, []string{"missing key in comma-separated list property"}},
	}
	for _, test := range tests {
		got, errors := facts.ParseRateLimit(test.text)
		if got != test.want || !cmp.Equal(errors, test.errors) {
			t.Errorf("%s: %+v %q, want %+v %q", test.text, got, errors, test.want, test.errors)
		}
	}
}
