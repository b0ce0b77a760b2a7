package kernellab

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/compiler/nft"
)

// A kernel that filters on bridges holds the same after a change of what differs as
// after a load of everything, but for the lines of files and the order of chains.
func TestChangesLeaveWhatALoadLeavesInTheKernel(t *testing.T) {
	m := boot(t)
	r := rand.New(rand.NewPCG(21, 22))
	started, before, compared := time.Now(), &nft.Program{}, 0
	for i := 0; i < 60 && !timeIsUp(started); i++ {
		s := subject{files: randomConfig(r), batch: true}
		s.vary(i)
		w := s.compile(t)
		if w.program == nil {
			continue
		}
		change, err := netlink.EncodeDelta(nft.Diff(before, w.program), 0)
		if err != nil {
			t.Fatal(err)
		}
		w.rules.Batch = append(slices.Clone(encoded(t, before)), change.Bytes()...)
		got := lookAt(t, m, w)
		if diff := cmp.Diff(blocks(netlink.Normal(w.program).Script()), blocks(got.Script)); diff != "" {
			t.Fatalf("change %d: (-wanted +read)\n%s", i, diff)
		}
		before = w.program
		compared++
	}
	if compared < 2 {
		t.Errorf("only %d programs", compared)
	}
	t.Logf("%d changes", compared)
}

var (
	places = regexp.MustCompile(`comment "([0-9a-f]{8}) [^"]*"`)
	heads  = regexp.MustCompile(`(?m)^table .*\n`)
)

// blocks are the parts of a script in the order of their texts.
func blocks(script string) []string {
	script = heads.ReplaceAllString(places.ReplaceAllString(script, `comment "$1"`), "$0\n")
	parts := strings.Split(script, "\n\n")
	slices.Sort(parts)
	return parts
}
