package kernellab

import (
	"math/rand/v2"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/compiler/nft"
)

// encoded is the program as one transaction.
func encoded(t *testing.T, p *nft.Program) []byte {
	t.Helper()
	b, err := netlink.Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var handle = regexp.MustCompile(`"handle": \d+(, )?`)

// After either carrier a kernel that filters on bridges holds the same, by nft's
// listing and by pvefw's own reading.
func TestCarriersLeaveTheSameInTheKernel(t *testing.T) {
	folders := measuredFolders(t)
	m := boot(t)
	started, compared := time.Now(), 0
	for i := 0; i < 4*len(folders) && !timeIsUp(started); i++ {
		s, _ := measuredSubject(t, folders, i)
		s.batch = true
		s.vary(i + i/len(folders))
		w := s.compile(t)
		if w.program == nil {
			continue
		}
		byBatch := lookAt(t, m, w)
		w.rules.Batch = nil
		byScript := lookAt(t, m, w)
		want := netlink.Normal(w.program).Script()
		for carrier, r := range map[string]Report{"netlink": byBatch, "script": byScript} {
			if r.Script != want {
				t.Errorf("%s: by %s (-loaded +read)\n%s", s.name, carrier, cmp.Diff(want, r.Script))
			}
		}
		if a, b := handle.ReplaceAllString(byScript.Listing, ""), handle.ReplaceAllString(byBatch.Listing, ""); a != b {
			t.Errorf("%s: nft lists (-script +netlink)\n%s", s.name, cmp.Diff(a, b))
		}
		if compared++; t.Failed() {
			return
		}
	}
	t.Logf("%d programs are the same by both carriers", compared)
}

func lookAt(t *testing.T, m *Machine, w world) Report {
	t.Helper()
	r, err := m.Run(t.Context(), Case{Node: w.node, Rules: w.rules, Look: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Refused) > 0 {
		t.Fatalf("%v\n%s", r.Refused, w.rules.NFT)
	}
	return r
}

// What simulate says of the measured configurations is what this kernel does with
// programs that were sent to it.
func TestKernelAgreesOnBatches(t *testing.T) {
	agreeOnMeasured(t, 4, func(s *subject, n int) {
		s.batch = true
		s.vary(n)
	})
}

// Configurations and packets that nobody chose, likewise.
func TestKernelAgreesOnRandomBatches(t *testing.T) {
	agreeOnRandom(t, 200, func(r *rand.Rand) subject {
		s := subject{files: forwarding(r, randomConfig(r)), batch: true}
		s.vary(r.IntN(8))
		return s
	})
}
