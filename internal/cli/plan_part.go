package cli

import (
	"maps"
	"slices"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/memo"
	"github.com/pvefw/pvefw/internal/plan"
	"github.com/pvefw/pvefw/ir/config"
)

// This file plans for the guests that changed since the last plan. Whatever does not fit
// ends it without a word, and everything is made.

// part makes what changed and takes the rest from memory; nil where that cannot be done.
func (r *programRun) part(o *opened) (*opened, *planned) {
	if r.memory == nil || r.memory.last == nil {
		return nil, nil
	}
	m := r.memory.last
	same := m.Unchanged(&o.Input.Nodes[0])
	if len(same) == 0 {
		return nil, nil
	}
	live, err := r.survey(m.InForce(same))
	if err != nil {
		return nil, nil
	}
	is := memo.Look(live.Program)
	settled := m.Settled(same, is)
	some := &opened{Loaded: o.Loaded}
	made := r.build(some, without(o.Input, settled))
	if len(settled) == 0 || made == nil || made.Errors() != m.Errors || !slices.Equal(made.Missing, m.Missing) {
		return nil, nil
	}
	before, intact := live, !live.Altered()
	if live, err = r.read(live, made.Program, settled); err != nil {
		return nil, nil
	}
	if live != before || !intact { // otherwise contents are hashes, of which nothing was forgotten
		if is = memo.Look(live.Program); !maps.Equal(settled, m.Settled(same, is)) {
			return nil, nil
		}
	}
	c := m.Complete(made.Program, live.Program, is, settled)
	if c == nil {
		return nil, nil
	}
	p := r.between(some, r.sem, live, c.Program, c)
	if p != nil {
		r.memory.keep(made, settled, p)
	}
	return some, p
}

// survey reads what is in force before anything is made: of a kernel the rules of the
// guests that changed, which are the ones that will be needed, and of those whose last
// change was not applied.
func (r *programRun) survey(same map[int]bool) (*plan.Live, error) {
	if r.all != nil {
		return r.all()
	}
	return r.program(r.Streams, func(at netlink.ChainID, _ string) bool {
		vmid, own := memo.OwnerOf(at)
		return own && !same[vmid]
	})
}

// read makes of a survey what would have been read for a program: the rules of chains that
// bear another hash, and of no others. Chains whose rules are wanted after all make it
// read anew.
func (r *programRun) read(live *plan.Live, built *nft.Program, settled map[int]bool) (*plan.Live, error) {
	if r.all != nil {
		return live, nil
	}
	hashes := netlink.HashesOf(built)
	asWanted := func(at netlink.ChainID, hash string) bool {
		vmid, own := memo.OwnerOf(at)
		return hash == hashes[at] || own && settled[vmid]
	}
	if live.Forget(asWanted) {
		return live, nil
	}
	return r.inForce(func(at netlink.ChainID, hash string) bool { return !asWanted(at, hash) })
}

// build makes the program of some files; nil where none can be made, or not for long.
func (r *programRun) build(o *opened, in config.Input) *memo.Made {
	if o.once(r.Streams, r.path, in, r.sem) != nil || hasDeadline(o.config) {
		return nil
	}
	program, more := nft.Build(o.policies[0], nft.Options{})
	if program == nil {
		return nil
	}
	o.found = append(o.found, more...)
	return o.made(r.memory, program, o.missing())
}

// without are files without those of settled guests.
func without(in config.Input, settled map[int]bool) config.Input {
	node := in.Nodes[0]
	node.Guests = slices.DeleteFunc(slices.Clone(node.Guests), func(g config.GuestInput) bool { return settled[g.VMID] })
	in.Nodes = []config.NodeInput{node}
	return in
}
