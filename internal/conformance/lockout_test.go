package conformance

import (
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/measured"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
)

// apply's guard against lockouts stops every real file that its judges call one, for an
// administrator beyond the local network; and not those that let everybody in.
func TestLockoutsOfWildCases(t *testing.T) {
	root := measured.Path(t, "cases/wild")
	dirs, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	lockouts, open := 0, 0
	for _, d := range dirs {
		var judged []wildJudgement
		decode(t, filepath.Join(root, d.Name(), "findings.json"), &judged)
		list := lockoutsOf(t, filepath.Join(root, d.Name()))
		if slices.ContainsFunc(judged, func(j wildJudgement) bool { return j.What == "lockout-risk" }) {
			lockouts++
			if len(list) == 0 {
				t.Errorf("%s: the guard would let it through", d.Name())
			}
		} else if len(list) == 0 {
			open++
		}
	}
	if lockouts == 0 || open == 0 {
		t.Errorf("%d lockouts and %d that let in were looked at", lockouts, open)
	}
	t.Logf("%d lockouts are stopped; %d cases let the administrator in", lockouts, open)
}

func lockoutsOf(t *testing.T, dir string) []analysis.Lockout {
	t.Helper()
	loaded, err := load.Load(dir, load.Options{OneNode: true, NodeAddress: "192.0.2.11", LocalNetwork: "192.0.2.0/24"})
	if err != nil {
		t.Fatalf("%s: %v", dir, err)
	}
	cfg, _ := config.Resolve(loaded.Input)
	p, _ := lower.Lower(cfg, cfg.Nodes[0], lower.Intended)
	admin := netip.MustParsePrefix("198.51.100.7/32")
	return analysis.Lockouts(p, []netip.Prefix{admin}, cfg.Nodes[0].Addresses(), analysis.Doors())
}
