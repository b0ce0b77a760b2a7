package netlink

import (
	"fmt"
	"slices"

	"github.com/pvefw/pvefw/compiler/nft"
)

// EncodeDelta makes the batch of what changes, for the ruleset of a generation: the
// kernel refuses it when anybody changed anything since. It is not asked for zero. An
// error is a fault of the program, as in Encode.
func EncodeDelta(d *nft.Delta, generation uint32) (*Batch, error) {
	c := newChange(generation)
	for i := range d.Tables {
		if err := c.table(&d.Tables[i]); err != nil {
			return nil, fmt.Errorf("table %s: %w", d.Tables[i].Name, err)
		}
	}
	b := c.batch(generation)
	b.inForce = func(c *Conn) (bool, error) { return c.holds(d.After) }
	return b, nil
}

// change is a batch of several transactions in the making.
type change struct{ ready, swap, clean, undo *encoder }

func newChange(generation uint32) *change {
	of := newEncoder()
	begun := func(generation uint32) *encoder {
		e := &encoder{templates: of.templates, ids: map[*nft.Set]uint32{}}
		e.start(generation)
		return e
	}
	return &change{ready: begun(generation), swap: begun(generation), clean: begun(0), undo: begun(0)}
}

// batch closes the transactions. The second is for the generation that the first makes.
func (c *change) batch(generation uint32) *Batch {
	b := &Batch{ready: c.ready.transaction(), swap: c.swap.transaction(), clean: c.clean.transaction(), undo: c.undo.transaction()}
	if b.ready.bytes != nil && b.swap.bytes != nil && generation != 0 {
		b.swap.ask(max(generation+1, 1)) // no generation is called zero
	}
	return b
}

func (c *change) table(d *nft.TableDelta) error {
	for _, e := range []*encoder{c.ready, c.swap, c.clean, c.undo} {
		e.own(owner{table: &nft.Table{Family: d.Family, Name: d.Name}})
		e.names, e.helpers = namesIn(d.After)
	}
	switch {
	case d.Remove:
		for _, x := range d.Chains {
			if x.Before.Hook != nil {
				c.swap.deleteChain(x.Before.Name)
			}
		}
		c.clean.deleteTable()
		return nil
	case d.Create:
		c.ready.create(c.ready.table)
		c.undo.deleteTable()
	}
	chains := slices.Concat(d.Chains, d.Again)
	if err := c.prepare(d, chains); err != nil {
		return err
	}
	if err := c.turn(d, chains); err != nil {
		return err
	}
	c.clean.remove(left(d, chains))
	if !d.Create {
		c.undo.remove(made(d, chains))
	}
	return nil
}

// namesIn are the names that sets and helpers have in the kernel when a change is done.
func namesIn(after *nft.Table) (sets, helpers map[string]string) {
	sets, helpers = map[string]string{}, map[string]string{}
	if after == nil {
		return sets, helpers
	}
	for _, s := range after.Sets {
		sets[s.Name] = s.InKernel()
	}
	for _, h := range after.Helpers {
		helpers[h.Name] = h.InKernel()
	}
	return sets, helpers
}

// comes reports whether an entry is made before anything leads to it. Base chains are
// led to by the kernel.
func comes(x nft.ChainDelta) bool { return x.Before == nil && x.After.Hook == nil }

// anew reports whether a set is made before rules look into it.
func anew(s nft.SetDelta) bool {
	return s.After != nil && (s.Before == nil || s.Before.InKernel() != s.After.InKernel())
}

// prepare makes what comes: chains first, because elements and rules name them, then
// sets, then rules.
func (c *change) prepare(d *nft.TableDelta, chains []nft.ChainDelta) error {
	e := c.ready
	for _, x := range chains {
		if x.After == nil {
			continue
		}
		e.own(owner{table: e.table, chain: x.After})
		if comes(x) {
			e.chain(x.After.Name, nil)
		}
		e.chain(x.After.Body(), nil)
	}
	e.own(owner{table: e.table})
	for _, h := range d.Helpers {
		if h.After != nil {
			e.helper(h.After)
		}
	}
	for _, s := range d.Sets {
		if anew(s) {
			if err := e.named(s.After); err != nil {
				return err
			}
		}
	}
	for _, x := range chains {
		if x.After == nil {
			continue
		}
		if err := e.body(x.After); err != nil {
			return err
		}
		if comes(x) {
			if err := e.entry(x.After); err != nil {
				return err
			}
		}
		if moves(x) {
			e.chain(standInFor(d, x), x.After.Hook)
			if err := e.lead(standInFor(d, x), x.After.Body()); err != nil {
				return err
			}
		}
	}
	return nil
}

// turn leads packets another way: entries to their new bodies, elements to their chains.
func (c *change) turn(d *nft.TableDelta, chains []nft.ChainDelta) error {
	e := c.swap
	for _, x := range chains {
		if err := c.turnChain(x); err != nil {
			return err
		}
	}
	for _, s := range d.Sets {
		if s.Before != nil && s.After != nil && !anew(s) {
			e.own(owner{table: e.table, set: s.After})
			e.update(s)
		}
	}
	return nil
}

func (c *change) turnChain(x nft.ChainDelta) error {
	e := c.swap
	if x.After == nil {
		if x.Before.Hook != nil {
			e.own(owner{table: e.table, chain: x.Before})
			e.deleteChain(x.Before.Name)
		}
		return nil
	}
	e.own(owner{table: e.table, chain: x.After})
	switch {
	case comes(x):
		return nil
	case x.Before != nil && sameHook(x.Before.Hook, x.After.Hook):
		e.flush(x.After.Name)
	default:
		if x.Before != nil {
			e.deleteChain(x.Before.Name)
		}
		e.chain(x.After.Name, x.After.Hook)
	}
	return e.entry(x.After)
}

func sameHook(a, b *nft.Hook) bool {
	return (a == nil) == (b == nil) && (a == nil || *a == *b)
}

// moves reports whether a base chain is called from another place on a packet's way.
func moves(x nft.ChainDelta) bool {
	return x.Before != nil && x.After != nil && x.Before.Hook != nil && x.After.Hook != nil && *x.Before.Hook != *x.After.Hook
}

// standIn is the name of a base chain that hangs where another will, as long as that one
// moves: a packet between the two places would otherwise meet neither.
func standIn(name string, taken func(name string) bool) string {
	for name += "/moving"; taken(name); name += "-" {
	}
	return name
}

func standInFor(d *nft.TableDelta, x nft.ChainDelta) string {
	return standIn(x.After.Name, func(name string) bool { return d.Before.Chain(name) != nil })
}

// left is what a change leaves behind: nothing leads to it any more.
func left(d *nft.TableDelta, chains []nft.ChainDelta) waste {
	var out waste
	for _, x := range chains {
		if b := x.Before; b != nil {
			if x.After == nil && b.Hook == nil {
				out.chains = append(out.chains, b.Name)
			}
			if b.Hash != "" {
				out.chains = append(out.chains, b.Body())
			}
		}
		if moves(x) {
			out.chains = append(out.chains, standInFor(d, x))
		}
	}
	for _, s := range d.Sets {
		if s.Before != nil && (s.After == nil || anew(s)) {
			out.sets = append(out.sets, s.Before.InKernel())
		}
	}
	for _, h := range d.Helpers {
		if h.Before != nil {
			out.objects = append(out.objects, helper(h.Before))
		}
	}
	return out
}

// made is what prepare has made.
func made(d *nft.TableDelta, chains []nft.ChainDelta) waste {
	var out waste
	for _, x := range chains {
		if x.After != nil {
			if comes(x) {
				out.chains = append(out.chains, x.After.Name)
			}
			out.chains = append(out.chains, x.After.Body())
		}
		if moves(x) {
			out.chains = append(out.chains, standInFor(d, x))
		}
	}
	for _, s := range d.Sets {
		if anew(s) {
			out.sets = append(out.sets, s.After.InKernel())
		}
	}
	for _, h := range d.Helpers {
		if h.After != nil {
			out.objects = append(out.objects, helper(h.After))
		}
	}
	return out
}
