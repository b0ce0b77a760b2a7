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
	chains  map[chainAt]bool
	matches []*ir.Match
	begins  []*test
}

type ruleAt struct {
	rule *nft.Rule
	stop int
}

type chainAt struct {
	chain *nft.Chain
	stop  int
}

// ask translates all rules that packets may meet on the way.
func (r *reading) ask(f ir.Family, w *way) *asking {
	a := &asking{reading: r, ip: f, way: w, made: map[ruleAt][]move{}, chains: map[chainAt]bool{}}
	for i := range w.stops {
		p := &place{w.stops[i], f}
		t := r.tables[p.family]
		for _, base := range t.bases[p.point] {
			a.chain(t, base, p, i)
		}
	}
	a.names()
	return a
}

// visit tells the chains that packets may meet behind the lead.
func (a *asking) visit(tell func(Place)) {
	for c := range a.chains {
		if c.stop >= a.way.lead {
			tell(Place{tableName(a.way.stops[c.stop].family), c.chain.Name})
		}
	}
}

func (a *asking) chain(t *tableIndex, c *nft.Chain, p *place, stop int) {
	if c == nil || a.chains[chainAt{c, stop}] {
		return
	}
	a.chains[chainAt{c, stop}] = true
	rules, _ := a.rules(t, c)
	for _, r := range rules {
		moves := a.moves(t, p, r)
		a.made[ruleAt{r, stop}] = moves
		for i := range moves {
			a.move(t, &moves[i], p, stop)
		}
	}
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
	a.matches = append(a.matches, t.any...)
	if t.when != nil {
		a.matches = append(a.matches, t.when)
	}
	if t.begins != "" {
		a.begins = append(a.begins, t)
	}
}

// names completes the tests that ask for the beginning of an interface's name: those
// that are named begin so or not, and one that begins so stands for all others.
func (a *asking) names() {
	named := a.matches
	for _, t := range a.begins {
		a.take(t, t.begins+"+")
		for _, m := range named {
			for _, name := range []string{m.In, m.Out} {
				if strings.HasPrefix(name, t.begins) {
					a.take(t, name)
				}
			}
		}
	}
}

func (a *asking) take(t *test, name string) {
	m := &ir.Match{In: name}
	if t.out {
		m = &ir.Match{Out: name}
	}
	t.any = append(t.any, m)
	a.matches = append(a.matches, m)
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
	if t.when == nil {
		return s
	}
	some := u.Match(t.when)
	sure := s.Intersect(some)
	return packet.Between(sure.Lower(), sure.Union(some.Complement()).Upper())
}
