package kernellab

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/compiler/nft/listing"
	"github.com/pvefw/pvefw/internal/measured"
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
