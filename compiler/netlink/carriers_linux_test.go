package netlink

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pvefw/pvefw/compiler/nft"
)

var handles = regexp.MustCompile(`"handle": \d+(, )?`)

func listing(t testing.TB) string {
	return handles.ReplaceAllString(tool(t, "", "-j", "list", "ruleset"), "")
}

// Invariant: after either carrier the kernel holds the same, and what is read back is
// the program.
func TestCarriersLeaveTheSame(t *testing.T) {
	c := namespace(t)
	all := programs(t)
	rules := 0
	for _, name := range slices.Sorted(maps.Keys(all)) {
		p := all[name]
		tool(t, "flush ruleset\n"+script(p), "-f", "-")
		listed := listing(t)
		same(t, name+", by script", c, p)
		if err := c.Apply(encodeTried(t, p)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if now := listing(t); now != listed {
			t.Fatalf("%s: nft lists (-script +netlink)\n%s", name, cmp.Diff(apart(listed), apart(now)))
		}
		same(t, name+", by netlink", c, p)
		for _, table := range p.Tables {
			for _, chain := range table.Chains {
				rules += len(chain.Rules)
			}
		}
	}
	t.Logf("%d programs, %d rules", len(all), rules)
}

// same wants the program to be in force.
func same(t *testing.T, name string, c *Conn, p *nft.Program) {
	t.Helper()
	image, err := c.Read()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if len(image.Strange) > 0 || len(image.Changed) > 0 {
		t.Fatalf("%s: strange %v, changed %v", name, image.Strange, image.Changed)
	}
	want, got := Normal(p), Normal(image.Program)
	if want.Script() != got.Script() || !reflect.DeepEqual(want, got) {
		t.Fatalf("%s: (-loaded +read)\n%s", name, cmp.Diff(want, got, cmpopts.IgnoreUnexported(nft.Chain{}, nft.Rule{})))
	}
	if found, err := c.Hashes(); err != nil || !found.Equal(HashesOf(p)) {
		t.Fatalf("%s: %v %v", name, err, cmp.Diff(HashesOf(p), found))
	}
}

// apart is a listing with one object per line.
func apart(listed string) []string { return strings.SplitAfter(listed, "}}, ") }
