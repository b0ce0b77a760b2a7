package cli

import (
	"testing"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/internal/netns"
)

// A pass looks again where anybody has changed rules, and finds only changes of pvefw's.
func TestPassesSeeWhatOthersDo(t *testing.T) {
	netns.Enter(t)
	r := &updateRun{seen: seen{files: "digest", hashes: netlink.Hashes{}}}
	for _, step := range []struct {
		change, files string
		unchanged     bool
	}{
		{"", "digest", true},
		{"", "digest", true},
		{"add table ip elsewhere", "digest", true},
		{"", "other files", false},
		{"add table inet pvefw; add chain inet pvefw input", "digest", false},
	} {
		if step.change != "" {
			if out, err := nftTool(step.change+"\n", "-f", "-"); err != nil {
				t.Fatal(out)
			}
		}
		if got := r.unchanged(step.files); got != step.unchanged {
			t.Errorf("%q, %s: unchanged %v", step.change, step.files, got)
		}
	}
	if r.seen.number == 0 {
		t.Error("the number of the ruleset was not kept")
	}
}
