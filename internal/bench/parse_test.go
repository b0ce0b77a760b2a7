package bench

import (
	"bytes"
	"testing"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// BenchmarkParse makes the tree of guest files that have no fault, with spans
// for every word.
func BenchmarkParse(b *testing.B) {
	files := corpus(b)
	lines := 0
	for _, f := range files {
		lines += bytes.Count(f, []byte("\n"))
	}
	parse := func() {
		for _, f := range files {
			if _, list := grammar.Parse(source.NewFile("x.fw", f), facts.VM); len(list) > 0 {
				b.Fatalf("%s", list[0].Message)
			}
		}
	}
	parse() // builds the parsers, as the baselines do before their time counts
	b.ReportAllocs()
	start := cpu(b)
	for b.Loop() {
		parse()
	}
	b.ReportMetric(float64((cpu(b)-start).Nanoseconds())/float64(lines)/float64(b.N), "cpuns/line")
}
