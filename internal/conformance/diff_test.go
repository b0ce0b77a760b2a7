package conformance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/measured"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/lower"
)

// TestDiffWithItselfIsEqual: two readings of one configuration are never told
// apart, in both semantics; and what differs from its neighbour is.
func TestDiffWithItselfIsEqual(t *testing.T) {
	all := append(readCases(t, measured.Path(t, "conformance")), wildRecords(t)...)
	for i, r := range readFiles(t, measured.Path(t, "conformance")) {
		if i%8 == 0 || os.Getenv("PVEFW_FULL") != "" {
			all = append(all, r)
		}
	}
	var last *ir.Policy
	unequal := 0
	for _, r := range all {
		a, b := compile(t, r.Files), compile(t, r.Files)
		intendedA, _ := lower.Lower(a.config, a.node, lower.Intended)
		intendedB, _ := lower.Lower(b.config, b.node, lower.Intended)
		for i, pair := range [][2]*ir.Policy{{a.policy, b.policy}, {intendedA, intendedB}} {
			c := analysis.Compare(pair[0], pair[1], analysis.Budget{})
			if c.Class() != analysis.Equal || len(c.Endpoints)+len(c.Loads) > 0 || c.Compared == 0 {
				t.Errorf("%s, semantics %d: %s, %d lists differ", r.Name, i, c.Class(), len(c.Endpoints))
			}
		}
		if last != nil && analysis.Compare(last, a.policy, analysis.Budget{}).Class() != analysis.Equal {
			unequal++
		}
		last = a.policy
	}
	t.Logf("%d configurations, %d differ from the one before", len(all), unequal)
	if unequal*2 < len(all) {
		t.Error("hardly any configuration differs from the one before")
	}
}

// wildRecords are the configurations of the wild as records.
func wildRecords(t *testing.T) []record {
	dirs, err := filepath.Glob(filepath.Join(measured.Path(t, "cases/wild"), "*"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no wild configurations: %v", err)
	}
	var list []record
	for _, dir := range dirs {
		r := record{Name: "wild " + filepath.Base(dir), Files: map[string]string{}}
		names, _ := filepath.Glob(filepath.Join(dir, "*.fw"))
		for _, name := range names {
			r.Files[strings.TrimPrefix(name, dir+"/")] = slurp(t, name)
		}
		list = append(list, r)
	}
	return list
}
