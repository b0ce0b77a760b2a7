package kernellab

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/compiler/nft/listing"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/measured"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
)

// What nft lists on a kernel that filters on bridges is read as the program that was
// loaded.
func TestListingOfTheKernelIsTheProgram(t *testing.T) {
	cases := measured.Path(t, "conformance/cases")
	m := boot(t)
	folders, err := filepath.Glob(filepath.Join(cases, "*", "config"))
	if err != nil || len(folders) == 0 {
		t.Fatalf("no case in %s: %v", cases, err)
	}
	exampleDump(t, m)
	started, compared := time.Now(), 0
	for i := 0; i < len(folders) && !timeIsUp(started); i++ {
		folder := folders[i*7%len(folders)]
		s := subject{name: filepath.Base(filepath.Dir(folder)), files: readTree(t, folder)}
		s.vary(i)
		w := s.compile(t)
		if w.program == nil {
			continue
		}
		l, err := listing.Read([]byte(lookAt(t, m, w).Listing))
		if err != nil || len(l.Strange) > 0 {
			t.Fatalf("%s: %v %v", s.name, err, l.Strange)
		}
		if want, got := netlink.Normal(w.program).Script(), netlink.Normal(l.Program).Script(); want != got {
			t.Errorf("%s: (-loaded +listed)\n%s", s.name, cmp.Diff(want, got))
		}
		compared++
	}
	t.Logf("%d programs are read as they were loaded", compared)
}

// exampleDump keeps the listing of a node of the example as other tests plan against it.
// PVEFW_UPDATE=1 writes it anew.
func exampleDump(t *testing.T, m *Machine) {
	t.Helper()
	loaded, err := load.Load("../../examples/datacenter", load.Options{OneNode: true, Node: "pve1"})
	if err != nil {
		t.Fatal(err)
	}
	cfg, _ := config.Resolve(loaded.Input)
	w := world{own: [2]netip.Addr{ownAddress4.Addr(), ownAddress6.Addr()}}
	w.policy, _ = lower.Lower(cfg, cfg.Nodes[0], lower.Intended)
	w.program, _ = nft.Build(w.policy, nft.Options{})
	w.rules.NFT, w.node = w.program.Script(), w.build()
	const kept = "../../testdata/plan/pve1.json"
	if os.Getenv("PVEFW_UPDATE") != "" {
		if err := os.WriteFile(kept, []byte(lookAt(t, m, w).Listing), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	l, err := listing.Read(text)
	if err != nil || netlink.Normal(l.Program).Script() != netlink.Normal(w.program).Script() {
		t.Errorf("%s is not what a kernel lists of the example (%v); PVEFW_UPDATE=1 writes it anew", kept, err)
	}
}
