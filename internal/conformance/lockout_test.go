package conformance

import (
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/compiler/nft/space"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/measured"
	"github.com/pvefw/pvefw/ir"
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
	admin := netip.MustParsePrefix("198.51.100.7/32")
	lockouts, open := 0, 0
	for _, d := range dirs {
		var judged []wildJudgement
		decode(t, filepath.Join(root, d.Name(), "findings.json"), &judged)
		p, own := nodeOf(t, filepath.Join(root, d.Name()))
		list := analysis.Lockouts(p, []netip.Prefix{admin}, own, analysis.Doors())
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

func nodeOf(t *testing.T, dir string) (p *ir.Policy, own []netip.Addr) {
	t.Helper()
	loaded, err := load.Load(dir, load.Options{OneNode: true, NodeAddress: "192.0.2.11", LocalNetwork: "192.0.2.0/24"})
	if err != nil {
		t.Fatalf("%s: %v", dir, err)
	}
	cfg, _ := config.Resolve(loaded.Input)
	p, _ = lower.Lower(cfg, cfg.Nodes[0], lower.Intended)
	return p, cfg.Nodes[0].Addresses()
}

// The guard of rollback, which has a ruleset and no files, says the same as apply's about
// every program: who reaches which door, wholly, in part or not at all.
func TestLockoutsOfPrograms(t *testing.T) {
	root := measured.Path(t, "cases/wild")
	dirs, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	sources := []netip.Prefix{netip.MustParsePrefix("198.51.100.7/32"), netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("10.0.0.0/8"),
		netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("203.0.113.0/25")}
	shut, open := 0, 0
	for _, d := range dirs {
		p, own := nodeOf(t, filepath.Join(root, d.Name()))
		program, _ := nft.Build(p, nft.Options{})
		if program == nil {
			continue
		}
		node := space.NewReach(program)
		for _, source := range sources {
			for _, door := range analysis.Doors() {
				one := func(list []analysis.Lockout) string {
					for i := range list {
						return list[i].Reached.Extent.String() + " " + list[i].Witness
					}
					return "whole"
				}
				want := one(analysis.Lockouts(p, []netip.Prefix{source}, own, []analysis.Door{door}))
				got := one(analysis.LockoutsOf(node, []netip.Prefix{source}, own, []analysis.Door{door}))
				if strings.Fields(want)[0] != strings.Fields(got)[0] {
					t.Errorf("%s: %s from %s: the policy says %q, the program %q", d.Name(), door.Name, source, want, got)
				}
				if got == "whole" {
					open++
				} else {
					shut++
				}
			}
		}
	}
	if shut < 20 || open < 20 {
		t.Errorf("only %d doors shut and %d open", shut, open)
	}
	t.Logf("%d doors shut, %d open", shut, open)
}
