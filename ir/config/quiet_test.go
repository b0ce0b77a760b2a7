package config

import (
	"strings"
	"testing"
)

// A file without end of faults is told about up to a bound; all its lines are
// read none the less, and twice in the same words.
func TestFindingsAreBounded(t *testing.T) {
	for name, text := range map[string]string{
		"rules":   "[RULES]\n" + strings.Repeat("IN DROP -source nowhere -dport 1\n", 3*mostFindings),
		"entries": "[IPSET set]\n" + strings.Repeat("10.0.0.1\n", 3*mostFindings),
		"sets":    strings.Repeat("[IPSET set]\n", 3*mostFindings),
		"aliases": "[ALIASES]\n" + strings.Repeat("one 10.0.0.1,10.0.0.2\n", 3*mostFindings),
		"groups":  "[group one]\n" + strings.Repeat("IN DROP -source guest/a1 # # #\n", mostFindings) + "[group two]\n" + strings.Repeat("IN DROP -source guest/a1\n", mostFindings) + "[ALIASES]\na1 10.0.0.1\n",
	} {
		files := map[string]string{"cluster.fw": "[ALIASES]\na1 10.0.0.1\n" + text}
		cfg, list := Resolve(inputOf(files))
		most := mostFindings + 2 // and an alias that is defined again
		if len(list) <= mostFindings || len(list) > most {
			t.Errorf("%s: %d findings", name, len(list))
		}
		last := 0
		for _, d := range list {
			if d.Rule == tooManyFaults {
				last++
			}
		}
		if last != 1 {
			t.Errorf("%s: the end is told %d times", name, last)
		}
		if name == "rules" && len(cfg.Cluster.Rules) != 3*mostFindings {
			t.Errorf("%d rules are read", len(cfg.Cluster.Rules))
		}
		_, again := Resolve(inputOf(files))
		if a, b := strings.Join(codesOf(list), "\n"), strings.Join(codesOf(again), "\n"); a != b {
			t.Errorf("%s: told otherwise the second time", name)
		}
	}
}
