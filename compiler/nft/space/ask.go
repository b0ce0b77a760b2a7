package space

import (
	"strings"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// asking is a program on one way in one family: its rules as tests of packets, made
// when first met.
type asking struct {
	*reading
	ip      ir.Family
	way     *way
	made    map[ruleAt][]move
	order   []ruleAt // of made
	unread  bool     // of some chain nobody read the rules
	chains  map[chainAt]bool
	met     map[Part]bool // behind the lead
	matches []*ir.Match
	begins  []*test
}

type ruleAt struct {
	rule  *nft.Rule
	stop  int
	chain string
}

type chainAt struct {
	chain *nft.Chain
	stop  int
}

// ask translates all rules that packets may meet on the way.
func (r *reading) ask(f ir.Family, w *way) *asking {
	a := &asking{reading: r, ip: f, way: w, made: map[ruleAt][]move{}, chains: map[chainAt]bool{}, met: map[Part]bool{}}
	for i := range w.stops {
		p := &place{w.stops[i], f}
		t := r.tables[p.family]
		for _, base := range t.bases[p.point] {
			a.chain(t, base, p, i)
		}
	}
	return a
}

func (a *asking) chain(t *tableIndex, c *nft.Chain, p *place, stop int) {
	if c == nil || a.chains[chainAt{c, stop}] {
		return
	}
	a.chains[chainAt{c, stop}] = true
	a.meet(stop, Part{Table: tableName(t.family), Chain: c.Name})
	rules, read := a.rules(t, c)
	a.unread = a.unread || !read
	for _, r := range rules {
		moves, upTo := a.moves(t, p, r)
		at := ruleAt{r, stop, c.Name}
		a.made[at], a.order = moves, append(a.order, at)
		for i := range moves {
			a.move(t, &moves[i], p, stop)
		}
		for _, s := range r.Stmts[:upTo] {
			if set := setIn(s); set != nil && set.Name != "" {
				a.meet(stop, Part{Table: tableName(t.family), Set: set.Name})
			}
		}
	}
}

func (a *asking) meet(stop int, p Part) {
	if stop >= a.way.lead {
		a.met[p] = true
	}
}

// setIn is the set that a statement looks into, nil for none.
func setIn(s nft.Stmt) *nft.Set {
	switch s := s.(type) {
	case *nft.Lookup:
		return s.Set
	case *nft.Dispatch:
		return s.Map
	case *nft.Overrun:
		return s.Set
	}
	return nil
}

// move gathers what packets must be told apart by, and goes where it leads to.
func (a *asking) move(t *tableIndex, m *move, p *place, stop int) {
	for _, one := range m.tests {
		a.test(one)
	}
	if len(m.marks) > 0 {
		a.matches = append(a.matches, &accepted)
	}
	for i := range m.forks {
		if m.forks[i].test != nil {
			a.test(m.forks[i].test)
		}
		a.chain(t, t.chains[m.forks[i].verdict.Chain], p, stop)
	}
	if v, ok := m.act.(*nft.Verdict); ok {
		a.chain(t, t.chains[v.Chain], p, stop)
	}
}

func (a *asking) test(t *test) {
	a.matches = append(append(a.matches, t.any...), t.when...)
	if t.begins != "" {
		a.begins = append(a.begins, t)
	}
}

// complete adds what the programs ask for to what else packets are told apart by. Tests
// of the beginning of an interface's name come to hold for all names that anybody asks
// for and that begin so; one that ends in + stands for those that nobody asks for.
func complete(matches []*ir.Match, asked ...*asking) []*ir.Match {
	var begins []*test
	for _, a := range asked {
		matches, begins = append(matches, a.matches...), append(begins, a.begins...)
	}
	for _, t := range begins {
		matches = append(matches, t.interfaceNamed(t.begins+"+"))
	}
	for _, t := range begins {
		for _, m := range matches {
			for _, name := range []string{m.In, m.Out} {
				if strings.HasPrefix(name, t.begins) {
					t.any = append(t.any, t.interfaceNamed(name))
				}
			}
		}
	}
	for _, t := range begins {
		matches = append(matches, t.any...)
	}
	return matches
}

func (t *test) interfaceNamed(name string) *ir.Match {
	if t.out {
		return &ir.Match{Out: name}
	}
	return &ir.Match{In: name}
}

// packets is what passes a test.
func (t *test) packets(u *packet.Universe) packet.Set {
	if t == nil {
		return u.All()
	}
	if t.vague {
		return maybe(u.All())
	}
	s := u.None()
	for _, m := range t.any {
		s = s.Union(u.Match(m))
	}
	if t.not {
		s = s.Complement()
	}
	if len(t.when) == 0 {
		return s
	}
	some := u.All()
	for _, m := range t.when {
		some = some.Intersect(u.Match(m))
	}
	sure := s.Intersect(some)
	return packet.Between(sure.Lower(), sure.Union(some.Complement()).Upper())
}
