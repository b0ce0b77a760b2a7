package cli

import (
	"fmt"
	"os"
	"strings"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/plan"
	"github.com/pvefw/pvefw/ir/lower"
)

// planned is a plan and what it was made of.
type planned struct {
	*plan.Plan
	whole *plan.Plan // the same with all changes and lines; nil unless asked for
	live  *plan.Live // of nft
	want  *nft.Program
	delta *nft.Delta

	config string // as it was given
}

// plan reads the files and what is in force, and plans the way from one to the other.
// With verify all rules are read, whatever hashes say.
func (r *planRun) plan(path string, sem lower.Semantics, verify bool) (*planned, error) {
	o, err := openOnce(r.Streams, path, &r.configFlags, sem)
	if err != nil {
		return nil, err
	}
	r.notes(o)
	o.config = nil // has been lowered; large, and the garbage collector looks at it again and again
	if r.backend == "iptables" {
		return r.planTexts(o, sem)
	}
	return r.planProgram(o, sem, verify)
}

// notes tells what the files do not say, and that they are another node's.
func (r *planRun) notes(o *opened) {
	for _, m := range o.missing() {
		fmt.Fprintf(r.Stderr, "pvefw: note: unknown: %s\n", diag.Visible(m))
	}
	here, err := os.Hostname()
	here, _, _ = strings.Cut(here, ".")
	if node := o.policies[0].Node; len(r.live) == 0 && err == nil && node != here {
		fmt.Fprintf(r.Stderr, "pvefw: note: the files are those of node %s, and the rules in force those of this machine, %s\n", diag.Visible(node), diag.Visible(here))
	}
}

func (r *planRun) planProgram(o *opened, sem lower.Semantics, verify bool) (*planned, error) {
	wanted, more := nft.Build(o.policies[0], nft.Options{})
	if wanted == nil {
		return nil, unfit(o, more)
	}
	o.found = append(o.found, more...)
	live, err := r.program(r.Streams, wanted, verify)
	if err != nil {
		return nil, err
	}
	return r.between(o, sem, live, wanted), nil
}

// between plans the way to a program.
func (r *planRun) between(o *opened, sem lower.Semantics, live *plan.Live, wanted *nft.Program) *planned {
	p := &planned{live: live, want: wanted, config: o.Name}
	request := r.request(o, sem)
	p.Plan, p.delta = plan.Make(request, live, wanted)
	if !r.bare {
		p.Tell(r.traffic(p, o.policies[0]))
	}
	if r.whole {
		request.Whole, request.Traffic = true, p.Traffic
		p.whole, _ = plan.Make(request, live, wanted)
	}
	return p
}

// differing wants the rules of a chain whose hash is not that of the program's.
func differing(wanted *nft.Program) func(netlink.ChainID, string) bool {
	hashes := netlink.HashesOf(wanted)
	return func(at netlink.ChainID, hash string) bool { return hash != hashes[at] }
}
