package netlink

import (
	"encoding/json"
	"errors"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/compiler/nft"
)

// inForce is what nft lists, without handles and the lines of files in comments, and by
// the names of programs. Objects are in the order of their names, elements likewise; rules
// stay as they are.
func inForce(t testing.TB) []string {
	t.Helper()
	return objectsIn(t, marks.ReplaceAllString(tool(t, "", "-j", "list", "ruleset"), `$1"`))
}

// marks are behind names in the kernel that are not those of programs.
var marks = regexp.MustCompile(`("[^"/]*|/[0-9a-f]{16})/[0-9a-f]{8}"`)

// asItIs is inForce by the names of the kernel.
func asItIs(t testing.TB) []string {
	t.Helper()
	return objectsIn(t, tool(t, "", "-j", "list", "ruleset"))
}

func objectsIn(t testing.TB, listing string) []string {
	t.Helper()
	var listed struct {
		Nftables []map[string]map[string]any
	}
	if err := json.Unmarshal([]byte(listing), &listed); err != nil {
		t.Fatal(err)
	}
	type object struct{ name, text string }
	var objects []object
	for _, o := range listed.Nftables {
		for kind, of := range o {
			delete(of, "handle")
			if list, ok := of["elem"].([]any); ok {
				slices.SortFunc(list, func(a, b any) int { return strings.Compare(string(asJSON(a)), string(asJSON(b))) })
			}
			name, _ := of["name"].(string)
			if chain, ok := of["chain"].(string); ok {
				name = chain
			}
			table, _ := of["table"].(string)
			objects = append(objects, object{table + " " + kind + " " + name, places.ReplaceAllString(string(asJSON(o)), `"comment":"$1"`)})
		}
	}
	slices.SortStableFunc(objects, func(a, b object) int { return strings.Compare(a.name, b.name) })
	var out []string
	for _, o := range objects {
		out = append(out, o.text)
	}
	return out
}

var places = regexp.MustCompile(`"comment":"([0-9a-f]{8}) [^"]*"`)

func asJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("unreachable: " + err.Error())
	}
	return b
}

// change brings a program into force by what differs from what is.
func (c *Conn) change(t testing.TB, p *nft.Program) (*nft.Delta, error) {
	t.Helper()
	image, err := c.Read()
	if err != nil {
		t.Fatal(err)
	}
	d := nft.Diff(image.Program, p)
	b, err := EncodeDelta(d, image.Generation)
	if err != nil {
		t.Fatal(err)
	}
	return d, c.Apply(b)
}

// Invariant: what differs, applied to what is in force, leaves what a full load leaves.
func TestDeltaLeavesWhatAFullLoadLeaves(t *testing.T) {
	c := namespace(t)
	all := programs(t)
	names := slices.Sorted(maps.Keys(all))
	r := rand.New(rand.NewPCG(1, 2))
	changed := 0
	for round := range 60 {
		name := names[r.IntN(len(names))]
		p := all[name]
		if round%20 == 19 {
			p = &nft.Program{}
		}
		d, err := c.change(t, p)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		changed += len(d.Tables)
		got := inForce(t)
		if image, err := c.Read(); err != nil || len(image.Strange)+len(image.Changed) > 0 || !nft.Diff(image.Program, p).Empty() {
			t.Fatalf("%s is not in force: %v", name, err)
		}
		if err := c.Apply(encodeTried(t, p)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(inForce(t), got); diff != "" {
			t.Fatalf("%s: (-full load +delta)\n%s", name, diff)
		}
	}
	t.Logf("%d tables changed", changed)
}

// A batch for a ruleset that is no longer there is refused by the kernel itself.
func TestStaleBatchIsRefused(t *testing.T) {
	c, p := namespace(t), some(t)
	image, err := c.Read()
	if err != nil {
		t.Fatal(err)
	}
	b, err := EncodeDelta(nft.Diff(image.Program, p), image.Generation)
	if err != nil {
		t.Fatal(err)
	}
	tool(t, foreign, "-f", "-")
	before := inForce(t)
	if err := c.Apply(b); !errors.Is(err, ErrStale) {
		t.Fatalf("applied to another ruleset: %v", err)
	}
	if diff := cmp.Diff(before, inForce(t)); diff != "" {
		t.Error(diff)
	}
}
