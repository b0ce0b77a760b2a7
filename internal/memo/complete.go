package memo

import (
	"slices"
	"strings"

	"github.com/pvefw/pvefw/compiler/nft"
)

// Completed is the program of all guests, put together of what was built of some and of
// what is in force of the settled ones. Chains of the latter have no rules, only hashes.
type Completed struct {
	Program *nft.Program // of all guests
	Built   *nft.Program // what was built
	Live    *nft.Program // what is in force, without what belongs to settled guests
	Cards   int          // ports of settled guests, the ends of their cables not counted

	settled map[int]bool
	common  map[string]bool // parts that everybody's packets meet
}

// Complete puts a program together; nil where what was built is not what it would be
// among all guests. Neither program is changed.
func (m *Memo) Complete(built, live *nft.Program, is *Survey, settled map[int]bool) *Completed {
	made := Look(built)
	if made.table == nil || is.table == nil {
		return nil
	}
	for _, p := range m.Shared {
		if made.shared[p.Name] != p.Content {
			return nil
		}
	}
	c := &Completed{Built: built, settled: settled, common: newUsage(made).ofAll()}
	c.Live = replaced(live, c.without(is.table))
	whole := *made.table
	whole.Chains, whole.Sets = slices.Clone(whole.Chains), slices.Clone(whole.Sets)
	for i, s := range whole.Sets {
		if byPort(s) {
			wider := *s
			wider.Elements = merged(s.Elements, c.kept(is.table, s.Name))
			whole.Sets[i] = &wider
		}
	}
	for i := range m.Guests {
		if own := is.guests[m.Guests[i].VMID]; own != nil && settled[m.Guests[i].VMID] {
			c.add(&whole, own)
		}
	}
	c.Program = replaced(built, &whole)
	return c
}

// kept are the elements of settled guests in a map of what is in force.
func (c *Completed) kept(t *nft.Table, name string) []nft.Element {
	var list []nft.Element
	for _, s := range t.Sets {
		if s.Name == name {
			list = slices.Clone(s.Elements)
		}
	}
	return slices.DeleteFunc(list, func(e nft.Element) bool { return !c.isSettled(ownerOfElement(&e)) })
}

func (c *Completed) isSettled(vmid int, own bool) bool { return own && c.settled[vmid] }

// merged are the elements of two lists, in order where both are.
func merged(a, b []nft.Element) []nft.Element {
	list := make([]nft.Element, 0, len(a)+len(b))
	a = slices.SortedFunc(slices.Values(a), nft.CompareElements)
	for len(a) > 0 && len(b) > 0 {
		if nft.CompareElements(a[0], b[0]) < 0 {
			list, a = append(list, a[0]), a[1:]
		} else {
			list, b = append(list, b[0]), b[1:]
		}
	}
	return append(append(list, a...), b...)
}

// add adds chains and sets of a settled guest as they are in force, and counts its cards.
func (c *Completed) add(to, own *nft.Table) {
	for _, chain := range own.Chains {
		to.Chains = append(to.Chains, &nft.Chain{Name: chain.Name, Hash: chain.Hash, Aloof: true})
	}
	cards := map[string]bool{}
	for _, s := range own.Sets {
		if !byPort(s) {
			to.Sets = append(to.Sets, s)
			continue
		}
		for i := range s.Elements {
			if port := s.Elements[i].Key[0].First.Name; !strings.HasPrefix(port, "fwln") {
				cards[port] = true
			}
		}
	}
	c.Cards += len(cards)
}

// without is a table without what belongs to settled guests.
func (c *Completed) without(t *nft.Table) *nft.Table {
	rest := *t
	rest.Chains, rest.Sets = nil, nil
	for _, chain := range t.Chains {
		if !c.isSettled(ownerOfChain(chain.Name)) {
			rest.Chains = append(rest.Chains, chain)
		}
	}
	for _, s := range t.Sets {
		if c.isSettled(ownerOfSet(s.Name)) {
			continue
		}
		if byPort(s) {
			fewer := *s
			fewer.Elements = slices.DeleteFunc(slices.Clone(s.Elements), func(e nft.Element) bool { return c.isSettled(ownerOfElement(&e)) })
			s = &fewer
		}
		rest.Sets = append(rest.Sets, s)
	}
	return &rest
}

// replaced is a program with another table in the place of the guests'.
func replaced(p *nft.Program, guests *nft.Table) *nft.Program {
	out := &nft.Program{Tables: slices.Clone(p.Tables)}
	for i, t := range out.Tables {
		if t.Name == nft.GuestTable {
			out.Tables[i] = guests
		}
	}
	return out
}

// Fits reports whether a change of what is in force into the program needs nothing that is
// not known of settled guests: nothing that everybody's packets meet changes but elements of
// maps by port, and nothing in force leads to a settled guest's lists but that guest's
// elements.
func (c *Completed) Fits(d *nft.Delta) bool {
	for i := range d.Tables {
		t := &d.Tables[i]
		if t.Name != nft.GuestTable || t.Create || t.Remove || len(t.Helpers) > 0 ||
			slices.ContainsFunc(t.Sets, c.sets) || slices.ContainsFunc(t.Chains, c.chains) {
			return false
		}
	}
	return !c.meddled()
}

// sets reports whether a change of a set is one for everybody.
func (c *Completed) sets(x nft.SetDelta) bool {
	return x.Remake || x.After != nil && c.common[setPart(x.After.Name)] && (x.Before == nil || !byPort(x.After))
}

// chains reports whether a change of a chain is one for everybody.
func (c *Completed) chains(x nft.ChainDelta) bool {
	return hooked(x.Before) || hooked(x.After) || x.After != nil && c.common[chainPart(x.After.Name)]
}

func hooked(c *nft.Chain) bool { return c != nil && c.Hook != nil }

// meddled reports whether something in force leads to lists or sets of a settled guest
// that nobody asked for: pvefw makes nothing of the kind.
func (c *Completed) meddled() bool {
	t := c.Live.Table(nft.GuestTable)
	for _, s := range t.Sets {
		if slices.ContainsFunc(ledByElements(s), c.ofSettled) {
			return true
		}
	}
	for _, chain := range t.Chains {
		if slices.ContainsFunc(ledBy(chain), c.ofSettled) {
			return true
		}
	}
	return false
}

// ofSettled reports whether a part belongs to a settled guest.
func (c *Completed) ofSettled(part string) bool { return c.isSettled(ownerOf(part)) }
