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

// surveyed is what is known of what is in force before anything is made.
type surveyed struct {
	live   *plan.Live     // nil where only hashes were read
	hashes netlink.Hashes // nil where everything was read
	is     *memo.Survey
}

// part makes what changed and takes the rest from memory; nil where that cannot be done.
func (r *programRun) part(o *opened) (*opened, *planned) {
	if r.memory == nil || r.memory.last == nil {
		return nil, nil
	}
	m := r.memory.last
	same := m.Unchanged(&o.Input.Nodes[0])
	s := r.survey(len(same) > 0)
	if s == nil {
		return nil, nil
	}
	settled := m.Settled(same, s.is, s.live != nil)
	if len(settled) == 0 {
		return nil, nil
	}
	some := &opened{Loaded: o.Loaded}
	made := r.build(some, without(o.Input, settled))
	if made == nil || made.Errors() != m.Errors || !slices.Equal(made.Missing, m.Missing) {
		return nil, nil
	}
	if s.live == nil && !r.read(s, made.Program, settled) {
		return nil, nil
	}
	if !maps.Equal(settled, m.Settled(same, s.is, true)) {
		return nil, nil
	}
	c := m.Complete(made.Program, s.live.Program, s.is, settled)
	if c == nil {
		return nil, nil
	}
	p := r.between(some, r.sem, s.live, c.Program, c)
	if p != nil {
		r.memory.keep(made, settled)
	}
	return some, p
}

// survey reads what can be read before anything is made, nil where it cannot be.
func (r *programRun) survey(wanted bool) *surveyed {
	if !wanted {
		return nil
	}
	if r.all != nil {
		live, err := r.all()
		if err != nil {
			return nil
		}
		return &surveyed{live: live, is: memo.Look(live.Program)}
	}
	conn, err := r.ask()
	if err != nil {
		return nil
	}
	defer conn.Close()
	hashes, err := conn.Hashes()
	if err != nil {
		return nil
	}
	return &surveyed{hashes: hashes, is: memo.LookAt(hashes)}
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

// read reads what is in force after what changed has been made: the rules of chains that
// bear another hash than they should, which of settled guests is the one that was seen.
func (r *programRun) read(s *surveyed, built *nft.Program, settled map[int]bool) bool {
	wanted := netlink.HashesOf(built)
	live, err := r.inForce(func(at netlink.ChainID) string {
		if memo.OfSettled(at, settled) {
			return s.hashes[at]
		}
		return wanted[at]
	})
	if err != nil {
		return false
	}
	s.live, s.is = live, memo.Look(live.Program)
	return true
}
