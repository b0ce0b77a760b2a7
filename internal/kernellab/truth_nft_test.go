package kernellab

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/pvefw/pvefw/ir/packet"
)

// What simulate says of the measured configurations is what this kernel does with
// the nft script: with a bridge for each firewalled NIC and without, under both
// semantics, folded and plain.
func TestKernelAgreesOnNFTScripts(t *testing.T) {
	agreeOnMeasured(t, 4, (*subject).vary)
}

// Configurations and packets that nobody chose, likewise.
func TestKernelAgreesOnRandomNFTScripts(t *testing.T) {
	agreeOnRandom(t, 300, func(r *rand.Rand) subject {
		s := subject{files: forwarding(r, randomConfig(r))}
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
