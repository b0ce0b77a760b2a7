package cli

import (
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/memo"
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
	parts *memo.Completed // of want; nil where all of it was made

	config string // as it was given
}

// plan reads the files and what is in force, and plans the way from one to the other.
// With verify all rules are read, whatever hashes say.
func (r *planRun) plan(path string, sem lower.Semantics, verify bool) (*planned, error) {
	told := func(o *opened) error {
		r.notes(o)
		o.config = nil // has been lowered; large, and the garbage collector looks at it again and again
		return nil
	}
	if r.backend == "nft" {
		_, p, err := r.planProgram(path, sem, verify, told)
		return p, err
	}
	o, err := openOnce(r.Streams, path, &r.configFlags, sem)
	if err != nil {
		return nil, err
	}
	_ = told(o)
	return r.planTexts(o, sem)
}

// notes tells what the files do not say, and that they are another node's.
func (r *planRun) notes(o *opened) {
	brief(r.Stderr, o.missing())
	here, err := os.Hostname()
	here, _, _ = strings.Cut(here, ".")
	if node := o.policies[0].Node; len(r.live) == 0 && err == nil && node != here {
		fmt.Fprintf(r.Stderr, "pvefw: note: the files are those of node %s, and the rules in force those of this machine, %s\n", diag.Visible(node), diag.Visible(here))
	}
}

// programRun is the planning of one program.
type programRun struct {
	*planRun
	path     string
	sem      lower.Semantics
	all      func() (*plan.Live, error) // that is in force; nil where hashes are enough
	accepted func(*opened) error        // asked once, when the files have been lowered
	memory   *guestMemory
}

// planProgram plans for nftables. Of guests that are known to be as they were nothing is
// made anew, and then neither what was opened nor the plan knows more of them than that.
// With verify the kernel tells everything anew, for what it told before is not the rules
// that are in force.
func (r *planRun) planProgram(path string, sem lower.Semantics, verify bool, accepted func(*opened) error) (*opened, *planned, error) {
	r.chains = chainsOfKernel(r.noCache || len(r.live) > 0)
	var wait sync.WaitGroup
	if !verify {
		wait.Go(r.chains.load)
	}
	o, err := openOneNode(r.Streams, path, &r.configFlags)
	wait.Wait()
	if err != nil {
		return nil, nil, err
	}
	run := &programRun{planRun: r, path: path, sem: sem, accepted: accepted, memory: r.remember(o, sem)}
	if verify || len(r.live) > 0 {
		run.all = sync.OnceValues(func() (*plan.Live, error) { return r.program(r.Streams, nil) })
	}
	if part, p := run.part(o); p != nil {
		return part, p, accepted(part)
	}
	p, err := run.full(o)
	return o, p, err
}

// full makes everything.
func (r *programRun) full(o *opened) (*planned, error) {
	if err := o.once(r.Streams, r.path, o.Input, r.sem); err != nil {
		return nil, err
	}
	missing, lasting := o.missing(), !hasDeadline(o.config)
	if err := r.accepted(o); err != nil {
		return nil, err
	}
	wanted, more := nft.Build(o.policies[0], nft.Options{})
	if wanted == nil {
		return nil, unfit(o, more)
	}
	o.found = append(o.found, more...)
	hashes := netlink.HashesOf(wanted)
	live, err := r.inForce(func(at netlink.ChainID, hash string) bool { return hash != hashes[at] })
	if err != nil {
		return nil, err
	}
	p := r.between(o, r.sem, live, wanted, nil)
	if lasting {
		r.memory.keep(o.made(r.memory, wanted, missing), nil, p)
	}
	return p, nil
}

// inForce reads what is in force: all of it, or the rules of chains that are wanted.
func (r *programRun) inForce(want func(netlink.ChainID, string) bool) (*plan.Live, error) {
	if r.all != nil {
		return r.all()
	}
	return r.program(r.Streams, want)
}

// between plans the way to a program; nil where that is put together of parts and there is
// more to change than the parts tell.
func (r *planRun) between(o *opened, sem lower.Semantics, live *plan.Live, wanted *nft.Program, parts *memo.Completed) *planned {
	p := &planned{live: live, want: wanted, config: o.Name, parts: parts}
	request := r.request(o, sem)
	p.Plan, p.delta = plan.Make(request, live, wanted)
	if parts != nil && !parts.Fits(p.delta) {
		return nil
	}
	if !r.bare {
		p.Tell(r.traffic(p, o.policies[0]))
	}
	if r.whole {
		request.Whole, request.Traffic = true, p.Traffic
		p.whole, _ = plan.Make(request, live, wanted)
	}
	return p
}
