package plan

import (
	"cmp"
	"slices"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/compiler/nft/listing"
)

// Live is what is in force on a node in pvefw's tables.
type Live struct {
	Name    string // where it was read: the kernel, or a file
	Program *nft.Program
	Unread  map[netlink.ChainID]bool // chains of which only the hash is known

	// Generation is the kernel's number of the ruleset that was read; zero where no
	// kernel was asked.
	Generation uint32

	Foreign []Foreign
	Others  []string // tables of others, with their families
}

// FromKernel is what a kernel told.
func FromKernel(i *netlink.Image, others []string) *Live {
	l := &Live{Name: "the kernel", Program: i.Program, Unread: i.Unread, Generation: i.Generation, Others: others}
	for _, s := range i.Strange {
		l.foreign(s.Table, Foreign{Chain: s.Chain, Handle: s.Handle, What: s.Reason})
	}
	l.sort()
	return l
}

// FromListing is what a listing of nft says.
func FromListing(name string, in *listing.Listing) *Live {
	l := &Live{Name: name, Program: in.Program}
	for _, s := range in.Strange {
		l.foreign(s.Table, Foreign{Chain: s.Chain, Handle: s.Handle, What: s.Reason})
	}
	for _, t := range in.Others {
		l.Others = append(l.Others, t.Family+" "+t.Name)
	}
	l.sort()
	return l
}

func (l *Live) foreign(table string, f Foreign) {
	f.Table = table
	if t := l.Program.Table(table); t != nil {
		f.Table = nameOf(t)
	}
	l.Foreign = append(l.Foreign, f)
}

// sort brings into order what has none.
func (l *Live) sort() {
	slices.Sort(l.Others)
	slices.SortFunc(l.Foreign, func(a, b Foreign) int {
		return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Chain, b.Chain), cmp.Compare(a.Handle, b.Handle), cmp.Compare(a.What, b.What))
	})
}

// in are the foreign rules of a chain.
func (l *Live) in(table, chain string) []Foreign {
	var list []Foreign
	for _, f := range l.Foreign {
		if f.Table == table && f.Chain == chain && chain != "" {
			list = append(list, f)
		}
	}
	return list
}

// Forget takes back what was read of the rules of chains that are known by their hashes,
// as if they had not been read. It reports whether the rules of all others were.
func (l *Live) Forget(known func(netlink.ChainID, string) bool) bool {
	for _, t := range l.Program.Tables {
		for i, c := range t.Chains {
			switch at := (netlink.ChainID{Table: t.Name, Chain: c.Name}); {
			case c.Hash == "":
			case !known(at, c.Hash):
				if l.Unread[at] {
					return false
				}
			case !l.Unread[at]:
				t.Chains[i] = &nft.Chain{Name: c.Name, Hook: c.Hook, Hash: c.Hash}
				l.Unread[at] = true
				l.Foreign = slices.DeleteFunc(l.Foreign, func(f Foreign) bool { return f.Table == nameOf(t) && f.Chain == c.Name && f.Handle != 0 })
			}
		}
	}
	return true
}

// Altered reports whether the rules of some chain are not those of its hash.
func (l *Live) Altered() bool {
	return slices.ContainsFunc(l.Program.Tables, func(t *nft.Table) bool {
		return slices.ContainsFunc(t.Chains, func(c *nft.Chain) bool { return c.Altered })
	})
}

func nameOf(t *nft.Table) string { return t.Family.String() + " " + t.Name }

// AtItsWord is the program for those who take chains of the same hash for the same: one
// that was changed by hand has none.
func (l *Live) AtItsWord() *nft.Program {
	out := &nft.Program{}
	for _, t := range l.Program.Tables {
		table := *t
		table.Chains = slices.Clone(t.Chains)
		for i, c := range table.Chains {
			if c.Altered {
				changed := *c
				changed.Hash = ""
				table.Chains[i] = &changed
			}
		}
		out.Tables = append(out.Tables, &table)
	}
	return out
}
