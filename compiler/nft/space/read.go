package space

import (
	"slices"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir"
)

// reading is a program and what was found out about it. It is not for concurrent use.
type reading struct {
	tables [2]*tableIndex // by nft.Family; one without chains where there is no table
	other  *reading       // another program, whose rules stand in for unread ones of the same content; may be nil
	lists  map[listUse]*ir.Addr
}

// tableIndex finds parts of a table by name.
type tableIndex struct {
	family nft.Family
	chains map[string]*nft.Chain
	sets   map[string]*nft.Set
	bases  map[nft.HookPoint][]*nft.Chain // by priority
	named  map[*nft.Set]map[string][]*nft.Element
}

// listUse is a list of elements as the addresses of a family.
type listUse struct {
	first  *nft.Element
	length int
	family ir.Family
}

func read(p *nft.Program) *reading {
	r := &reading{lists: map[listUse]*ir.Addr{}}
	for f := range r.tables {
		r.tables[f] = &tableIndex{family: nft.Family(f), chains: map[string]*nft.Chain{}, sets: map[string]*nft.Set{},
			bases: map[nft.HookPoint][]*nft.Chain{}, named: map[*nft.Set]map[string][]*nft.Element{}}
	}
	for _, t := range p.Tables {
		if int(t.Family) < len(r.tables) {
			r.tables[t.Family].add(t)
		}
	}
	return r
}

// add indexes a table. Base chains of the same priority keep their order, as the
// kernel calls them.
func (t *tableIndex) add(in *nft.Table) {
	for _, s := range in.Sets {
		t.sets[s.Name] = s
	}
	for _, c := range in.Chains {
		t.chains[c.Name] = c
		if c.Hook != nil {
			t.bases[c.Hook.Point] = append(t.bases[c.Hook.Point], c)
		}
	}
	for _, list := range t.bases {
		slices.SortStableFunc(list, func(a, b *nft.Chain) int { return int(a.Hook.Priority) - int(b.Hook.Priority) })
	}
}

// rules are those of a chain; false where nobody read them.
func (r *reading) rules(t *tableIndex, c *nft.Chain) ([]*nft.Rule, bool) {
	if c.Rules != nil || c.Hash == "" {
		return c.Rules, true
	}
	if r.other != nil {
		if twin := r.other.tables[t.family].chains[c.Name]; twin != nil && twin.Hash == c.Hash && twin.Rules != nil {
			return twin.Rules, true
		}
	}
	return nil, false
}

// set is the table's own set of the name: a rule may be another program's.
func (t *tableIndex) set(s *nft.Set) *nft.Set {
	if own := t.sets[s.Name]; own != nil && s.Name != "" {
		return own
	}
	return s
}

// index is the elements of a set by the name in their first field.
func (t *tableIndex) index(s *nft.Set) map[string][]*nft.Element {
	index := t.named[s]
	if index == nil {
		index = make(map[string][]*nft.Element, len(s.Elements))
		for i := range s.Elements {
			e := &s.Elements[i]
			if len(e.Key) > 0 {
				index[e.Key[0].First.Name] = append(index[e.Key[0].First.Name], e)
			}
		}
		t.named[s] = index
	}
	return index
}
