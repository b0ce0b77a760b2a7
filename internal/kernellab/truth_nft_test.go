package kernellab

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/measured"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/pvefw/pvefw/ir/packet"
)

// What simulate says of the measured configurations is what this kernel does with
// the nft script: with a bridge for each firewalled NIC and without, under both
// semantics, folded and plain.
func TestKernelAgreesOnNFTScripts(t *testing.T) {
	cases := measured.Path(t, "conformance/cases")
	m := boot(t)
	folders, err := filepath.Glob(filepath.Join(cases, "*", "config"))
	if err != nil || len(folders) == 0 {
		t.Fatalf("no case in %s: %v", cases, err)
	}
	const every = 7 // so that a sample is not of neighbours, which have much in common
	judge := judge{T: t, machine: m}
	started := time.Now()
	for i := 0; i < 4*len(folders) && !timeIsUp(started); i++ {
		folder := folders[i*every%len(folders)]
		s := subject{name: filepath.Base(filepath.Dir(folder)), files: readTree(t, folder)}
		s.vary(i)
		judge.excused = s.excuse()
		if w := s.compile(t); w.rules.NFT != "" {
			judge.compare(s, w, measuredPackets(t, filepath.Dir(folder), w))
		}
		if len(judge.mismatches) >= enough {
			break
		}
	}
	judge.report()
}

// Configurations and packets that nobody chose, likewise.
func TestKernelAgreesOnRandomNFTScripts(t *testing.T) {
	agreeOnRandom(t, 300, func(r *rand.Rand) subject {
		s := subject{files: randomConfig(r)}
		s.vary(r.IntN(8))
		return s
	})
}

// vary chooses one of eight ways to compile a subject and to plug its guests in.
func (s *subject) vary(n int) {
	s.semantics = lower.Semantics(n & 1)
	s.direct = n&2 != 0
	s.script = &nft.Options{Plain: n&4 != 0}
	s.name += fmt.Sprintf(", direct %v, plain %v", s.direct, s.script.Plain)
}

// excuse is the deviation that docs/semantics.md declares: what is refused on its
// way to a guest whose NIC is a port of the bridge itself gets no answer.
func (s *subject) excuse() func(packet.Result, Outcome) bool {
	if !s.direct {
		return nil
	}
	return func(r packet.Result, o Outcome) bool {
		last := r.Path[max(0, len(r.Path)-1):]
		silent := slices.ContainsFunc(last, func(s packet.Step) bool { return s.Chain != "host IN" && s.Verdict == packet.Rejected })
		return silent && o.Verdict == Dropped
	}
}
