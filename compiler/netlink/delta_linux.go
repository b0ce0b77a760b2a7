package netlink

import (
	"fmt"

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
type change struct {
	ready, swap, clean, undo *encoder
	bodies                   map[string]*nft.Chain // in force that no entry leads to, by name
}

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
	}
	switch {
	case d.Remove:
		c.swap.deleteTable()
		return nil
	case d.Create:
		c.ready.create(c.ready.table)
		c.undo.deleteTable()
	case remakes(d):
		return c.swap.remake(d)
	}
	c.bodies = map[string]*nft.Chain{}
	for _, x := range d.Chains {
		if _, _, body := nft.BodyOf(nameOf(x)); body {
			c.bodies[nameOf(x)] = x.Before
		}
	}
	if err := c.prepare(d); err != nil {
		return err
	}
	if err := c.turn(d); err != nil {
		return err
	}
	c.clean.remove(left(d))
	if !d.Create {
		c.undo.remove(left(reversed(d)))
	}
	return nil
}

func nameOf(x nft.ChainDelta) string {
	if x.After != nil {
		return x.After.Name
	}
	return x.Before.Name
}

// fresh reports whether a chain gets a body that is not there yet.
func (c *change) fresh(x nft.ChainDelta) bool {
	return x.After != nil && c.bodies[x.After.Body()] == nil && (x.Before == nil || x.Before.Hash != x.After.Hash)
}

// comes reports whether an entry is made before anything leads to it. Base chains are
// led to by the kernel.
func comes(x nft.ChainDelta) bool { return x.Before == nil && x.After.Hook == nil }

// prepare makes what comes: chains first, because elements and rules name them, then
// sets, then rules.
func (c *change) prepare(d *nft.TableDelta) error {
	for _, x := range d.Chains {
		if x.After == nil {
			continue
		}
		c.ready.own(owner{table: c.ready.table, chain: x.After})
		if comes(x) {
			c.ready.chain(x.After.Name, nil)
		}
		if c.fresh(x) {
			c.ready.chain(x.After.Body(), nil)
		}
	}
	c.ready.own(owner{table: c.ready.table})
	for _, h := range d.Helpers {
		if h.Before == nil {
			c.ready.helper(h.After)
		}
	}
	for _, s := range d.Sets {
		if s.Before == nil {
			if err := c.ready.named(s.After); err != nil {
				return err
			}
		}
	}
	for _, x := range d.Chains {
		if c.fresh(x) {
			if err := c.ready.body(x.After); err != nil {
				return err
			}
		}
		if x.After != nil && comes(x) {
			if err := c.ready.entry(x.After); err != nil {
				return err
			}
		}
	}
	return nil
}

// turn leads packets another way: entries to their new bodies, elements to their chains.
func (c *change) turn(d *nft.TableDelta) error {
	e := c.swap
	for _, x := range d.Chains {
		if err := c.turnChain(x); err != nil {
			return err
		}
	}
	for _, s := range d.Sets {
		if s.Before != nil && s.After != nil {
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
	if !c.fresh(x) { // others have been at the body, or left it behind
		e.flush(x.After.Body())
		if err := e.body(x.After); err != nil {
			return err
		}
	}
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

// left is what a change leaves behind: nothing leads to it any more.
func left(d *nft.TableDelta) waste {
	var out waste
	needed := map[string]bool{}
	for _, x := range d.Chains {
		if x.After != nil {
			needed[x.After.Body()] = true
		}
	}
	for _, x := range d.Chains {
		for _, name := range gone(x) {
			if !needed[name] {
				out.chains = append(out.chains, name)
			}
		}
	}
	for _, s := range d.Sets {
		if s.After == nil {
			out.sets = append(out.sets, s.Before.Name)
		}
	}
	for _, h := range d.Helpers {
		if h.After == nil {
			out.objects = append(out.objects, helper(h.Before))
		}
	}
	return out
}

// gone are a chain's entry and body, as far as the chain does not have them any more.
// A base chain comes and goes with the swap.
func gone(x nft.ChainDelta) []string {
	var names []string
	b := x.Before
	if b != nil && x.After == nil && b.Hook == nil {
		names = append(names, b.Name)
	}
	if b != nil && b.Hash != "" && (x.After == nil || x.After.Hash != b.Hash) {
		names = append(names, b.Body())
	}
	return names
}

// reversed is the way back: what it leaves behind is what the way there prepares.
func reversed(d *nft.TableDelta) *nft.TableDelta {
	back := &nft.TableDelta{Family: d.Family, Name: d.Name}
	for _, x := range d.Chains {
		back.Chains = append(back.Chains, nft.ChainDelta{Before: x.After, After: x.Before})
	}
	for _, s := range d.Sets {
		back.Sets = append(back.Sets, nft.SetDelta{Before: s.After, After: s.Before})
	}
	for _, h := range d.Helpers {
		back.Helpers = append(back.Helpers, nft.HelperDelta{Before: h.After, After: h.Before})
	}
	return back
}

// remakes reports whether something must be made anew that is used under the same name.
func remakes(d *nft.TableDelta) bool {
	for _, s := range d.Sets {
		if s.Remake {
			return true
		}
	}
	for _, h := range d.Helpers {
		if h.Before != nil && h.After != nil {
			return true
		}
	}
	return false
}
