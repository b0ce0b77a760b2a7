package netlink

import (
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/compiler/nft"
)

// What tests of other packages' work use, which cannot stand in this package because
// those packages import it.
var (
	Namespace   = namespace
	EncodeTried = encodeTried
	Tool        = tool
)

// Try runs a script of nft that may be refused.
func Try(script string) error {
	cmd := exec.Command("nft", "-f", "-")
	cmd.Stdin = strings.NewReader(script)
	return cmd.Run()
}

// Small is a program with something of everything in it, and not much of it.
func Small(t testing.TB) *nft.Program {
	t.Helper()
	all := programs(t)
	var best *nft.Program
	least := 0
	for _, name := range slices.Sorted(maps.Keys(all)) {
		p, rules, maps, filled := all[name], 0, 0, 0
		for _, t := range p.Tables {
			for _, c := range t.Chains {
				rules += len(c.Rules)
			}
			for _, s := range t.Sets {
				switch {
				case s.Verdicts:
					maps++
				case len(s.Elements) > 1:
					filled++
				}
			}
		}
		if maps > 1 && filled > 1 && len(p.Tables) == 2 && (best == nil || rules < least) {
			best, least = p, rules
		}
	}
	if best == nil {
		t.Fatal("no program has something of everything")
	}
	return best
}
