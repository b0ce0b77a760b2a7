package memo

import (
	"maps"
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
	c := &Completed{Built: built, settled: settled}
	c.Live = replaced(live, c.without(is.table))
	whole := *made.table
	whole.Chains, whole.Sets = slices.Clone(whole.Chains), slices.Clone(whole.Sets)
	maps := map[string]*nft.Set{}
	for i, s := range whole.Sets {
		if byPort(s) {
			wider := *s
			wider.Elements = slices.Clone(s.Elements)
			whole.Sets[i], maps[s.Name] = &wider, &wider
		}
	}
	for i := range m.Guests {
		if vmid := m.Guests[i].VMID; settled[vmid] && !c.add(&whole, maps, is.guests[vmid]) {
			return nil
		}
	}
	c.Program = replaced(built, &whole)
	return c
}

// add adds what is in force of a settled guest.
func (c *Completed) add(to *nft.Table, byName map[string]*nft.Set, own *nft.Table) bool {
	if own == nil {
		return true
	}
	for _, chain := range own.Chains {
		to.Chains = append(to.Chains, &nft.Chain{Name: chain.Name, Hash: chain.Hash})
	}
	cards := map[string]bool{}
	for _, s := range own.Sets {
		if !byPort(s) {
			to.Sets = append(to.Sets, s)
			continue
		}
		all := byName[s.Name]
		if all == nil {
			return false
		}
		all.Elements = append(all.Elements, s.Elements...)
		for i := range s.Elements {
			cards[s.Elements[i].Key[0].First.Name] = true
		}
	}
	maps.DeleteFunc(cards, func(port string, _ bool) bool { return strings.HasPrefix(port, "fwln") })
	c.Cards += len(cards)
	return true
}

// without is a table without what belongs to settled guests.
func (c *Completed) without(t *nft.Table) *nft.Table {
	rest := *t
	rest.Chains, rest.Sets = nil, nil
	for _, chain := range t.Chains {
		if vmid, own := ownerOfChain(chain.Name); !own || !c.settled[vmid] {
			rest.Chains = append(rest.Chains, chain)
		}
	}
	for _, s := range t.Sets {
		if vmid, own := ownerOfSet(s.Name); own && c.settled[vmid] {
			continue
		}
		if byPort(s) {
			fewer := *s
			fewer.Elements = nil
			for i := range s.Elements {
				if vmid, own := ownerOfElement(&s.Elements[i]); !own || !c.settled[vmid] {
					fewer.Elements = append(fewer.Elements, s.Elements[i])
				}
			}
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
// not known of settled guests: nothing that all guests' packets meet changes, and nothing
// in force leads to a settled guest's lists but that guest's elements.
func (c *Completed) Fits(d *nft.Delta) bool {
	for i := range d.Tables {
		t := &d.Tables[i]
		if t.Name != nft.GuestTable || t.Create || t.Remove || len(t.Helpers) > 0 ||
			slices.ContainsFunc(t.Sets, func(s nft.SetDelta) bool { return s.Remake }) ||
			slices.ContainsFunc(t.Chains, func(x nft.ChainDelta) bool { return hooked(x.Before) || hooked(x.After) }) {
			return false
		}
	}
	return !c.meddled()
}

func hooked(c *nft.Chain) bool { return c != nil && c.Hook != nil }

// meddled reports whether something in force leads to lists or sets of a settled guest
// that nobody asked for: pvefw makes nothing of the kind.
func (c *Completed) meddled() bool {
	t := c.Live.Table(nft.GuestTable)
	for _, s := range t.Sets {
		if slices.ContainsFunc(s.Elements, func(e nft.Element) bool { return c.ofSettled(chainPart(e.Verdict.Chain)) }) {
			return true
		}
	}
	for _, chain := range t.Chains {
		for _, r := range chain.Rules {
			if slices.ContainsFunc(named(r), c.ofSettled) {
				return true
			}
		}
	}
	return false
}

// ofSettled reports whether a part belongs to a settled guest.
func (c *Completed) ofSettled(part string) bool {
	vmid, own := ownerOf(part)
	return own && c.settled[vmid]
}
