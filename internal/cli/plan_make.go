package cli

import (
	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/compiler/nft"
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
	if r.backend == "iptables" {
		return r.planTexts(o, sem)
	}
	return r.planProgram(o, sem, verify)
}

func (r *planRun) planProgram(o *opened, sem lower.Semantics, verify bool) (*planned, error) {
	policy := o.policies[0]
	wanted, more := nft.Build(policy, nft.Options{})
	if wanted == nil {
		return nil, unfit(o, more)
	}
	o.found = append(o.found, more...)
	live, err := r.program(r.Streams, wanted, verify)
	if err != nil {
		return nil, err
	}
	p := &planned{live: live, want: wanted, config: o.Name}
	request := r.request(o, sem)
	p.Plan, p.delta = plan.Make(request, live, wanted)
	if !r.bare {
		p.Tell(r.traffic(p, policy))
	}
	if r.whole {
		request.Whole, request.Traffic = true, p.Traffic
		p.whole, _ = plan.Make(request, live, wanted)
	}
	return p, nil
}

// differing wants the rules of a chain whose hash is not that of the program's.
func differing(wanted *nft.Program) func(netlink.ChainID, string) bool {
	hashes := netlink.HashesOf(wanted)
	return func(at netlink.ChainID, hash string) bool { return hash != hashes[at] }
}
