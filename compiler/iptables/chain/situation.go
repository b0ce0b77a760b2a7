package chain

import (
	"strings"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// Netfilter is one family's rules with the sets that they name. The rules and sets
// may be shared; a Netfilter is not for concurrent use.
type Netfilter struct {
	Rules *Ruleset
	Sets  *Sets

	uses map[setUse]*ir.Match
}

type setUse struct {
	name   string
	source bool
}

// Situation is where on its way a packet meets the rules: what the packet itself
// does not tell.
type Situation struct {
	Table string // filter, raw
	Hook  string // INPUT, OUTPUT, FORWARD, PREROUTING

	// Bridged is set for a packet that goes from one port of a bridge to another;
	// In and Out are those ports. The node routes all others.
	Bridged bool
	In, Out string
}

// ask answers a test of bridge ports; unknown for the ports of a packet that the
// node routes.
func (s Situation) ask(t *portTest) packet.Answer {
	answer := packet.No
	switch {
	case t.what == isBridged && !s.Bridged:
	case !s.Bridged:
		return packet.Unknown
	case t.what == cameIn && fits(t.name, s.In), t.what == goesOut && fits(t.name, s.Out), t.what != cameIn && t.what != goesOut:
		answer = packet.Yes
	}
	if t.not {
		return packet.Yes + packet.No - answer
	}
	return answer
}

func fits(pattern, name string) bool {
	if start, ok := strings.CutSuffix(pattern, "+"); ok {
		return strings.HasPrefix(name, start)
	}
	return pattern == name
}

// never reports whether no packet in the situation can match the rule.
func (s Situation) never(r *Rule) bool {
	for _, t := range r.tests {
		if t, ok := t.(*portTest); ok && s.ask(t) == packet.No {
			return true
		}
	}
	return false
}

// set is a set test as a match, the same one for each use of a set; nil for a set
// of unknown members or of the other family.
func (n *Netfilter) set(t *setTest) *ir.Match {
	s := n.Sets.Set(t.name)
	if s == nil || s.Unreadable != "" || s.Family != n.Rules.Family {
		return nil
	}
	use := setUse{t.name, t.source}
	if n.uses[use] == nil {
		if n.uses == nil {
			n.uses = map[setUse]*ir.Match{}
		}
		m := ended(&ir.Addr{Text: t.name, Set: s.ir}, t.source)
		n.uses[use] = &m
	}
	return n.uses[use]
}

// Matches gathers what packets must be told apart by in a situation: what a
// universe for Decide is made for.
func (n *Netfilter) Matches(at Situation) []*ir.Match {
	g := gathering{net: n, at: at, table: n.Rules.Table(at.Table), seen: map[*Chain]bool{}}
	g.chain(g.table.Chain(at.Hook))
	return append(g.matches, &marked)
}

// marked asks for the accept mark that a packet comes with.
var marked = ir.Match{AcceptedBySender: true}

type gathering struct {
	net     *Netfilter
	at      Situation
	table   *Table
	seen    map[*Chain]bool
	matches []*ir.Match
}

func (g *gathering) chain(c *Chain) {
	if c == nil || g.seen[c] {
		return
	}
	g.seen[c] = true
	for _, r := range c.Rules {
		if g.at.never(r) {
			continue
		}
		for _, t := range r.tests {
			g.test(t)
		}
		if r.target.kind == toChain {
			g.chain(g.table.Chain(r.target.name))
		}
	}
}

func (g *gathering) test(t test) {
	switch t := t.(type) {
	case *packetTest:
		for i := range t.any {
			g.matches = append(g.matches, &t.any[i])
		}
	case *setTest:
		if m := g.net.set(t); m != nil {
			g.matches = append(g.matches, m)
		}
	}
}
