package packet

import (
	"fmt"

	"github.com/pvefw/pvefw/ir"
)

// Evaluator decides packets of one policy, which must not change meanwhile. It
// keeps what it derives from the policy (set indexes, expanded built-ins), so
// one Evaluator for many packets is fast. It is not for concurrent use.
type Evaluator struct {
	policy   *ir.Policy
	nics     map[string]*ir.Endpoint
	sets     map[*ir.Set]*setIndex
	expanded map[expansionKey][]*ir.Rule
}

type expansionKey struct {
	builtin *ir.Builtin
	family  ir.Family
}

// NewEvaluator returns an evaluator of p. It owns none of p.
func NewEvaluator(p *ir.Policy) *Evaluator {
	e := &Evaluator{policy: p, nics: make(map[string]*ir.Endpoint, len(p.NICs)),
		sets: map[*ir.Set]*setIndex{}, expanded: map[expansionKey][]*ir.Rule{}}
	for _, nic := range p.NICs {
		e.nics[nic.Name] = nic
	}
	return e
}

// Decision is what a list said about a packet.
type Decision struct {
	Decided bool // false: the packet fell off the end
	Verdict ir.Verdict
	Node    ir.Node    // *ir.Rule or *ir.Builtin that decided
	Rule    *ir.Rule   // the deciding rule: Node itself, or one that Node expands to
	Calls   []*ir.Call // groups that were entered, in order, also without a hit
	Within  *ir.Call   // the group that holds Node; nil outside groups
	Mark    int        // what the connection was marked with on the way; 0 for nothing
}

// Chain decides a packet by a chain; undecided where the chain is not in force
// for the packet's family.
func (e *Evaluator) Chain(c *ir.Chain, p *Packet) Decision {
	if c == nil {
		return Decision{}
	}
	r := run{Evaluator: e, packet: p, dir: c.Dir}
	r.list(c.Live(p.Family))
	return r.Decision
}

// Frame decides a packet by a frame body: Policy.Forward or Policy.BridgeIn.
func (e *Evaluator) Frame(b *ir.Body, p *Packet) Decision {
	if b == nil || !b.Build[p.Family].Hooked {
		return Decision{}
	}
	r := run{Evaluator: e, packet: p, dir: b.Dir}
	r.list(made(b, p.Family))
	return r.Decision
}

// made returns the nodes of a body that exist in a family. A group that was
// given up half-way is jumped to as far as it got (reference/pve-firewall §9.5).
func made(b *ir.Body, f ir.Family) []ir.Node {
	if b == nil || !b.Build[f].Exists {
		return nil
	}
	return b.Nodes[:b.Build[f].Nodes]
}

// run is one packet on its way through one list and the groups it calls.
type run struct {
	*Evaluator
	Decision
	packet *Packet
	dir    ir.Direction
}

// list runs nodes in order until one decides.
func (r *run) list(nodes []ir.Node) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *ir.Rule:
			if n.Families.Has(r.packet.Family) && r.Matches(&n.Match, r.packet) {
				r.decide(n, n)
			}
		case *ir.Builtin:
			r.builtin(n)
		case *ir.Call:
			r.call(n)
		case *ir.Skipped:
		default:
			panic(fmt.Sprintf("unreachable: %T", n))
		}
		if r.Decided {
			return
		}
	}
}

func (r *run) decide(n ir.Node, rule *ir.Rule) {
	r.Decided, r.Verdict, r.Node, r.Rule = true, rule.Verdict, n, rule
}

func (r *run) builtin(b *ir.Builtin) {
	if b.Kind == ir.ClearMark && b.Families.Has(r.packet.Family) {
		r.packet.Marked = false
	}
	if b.Kind == ir.ConnMark && b.Families.Has(r.packet.Family) {
		r.Mark = b.Mark
	}
	for _, rule := range r.expand(b, r.packet.Family) {
		if !r.Matches(&rule.Match, r.packet) {
			continue
		}
		if rule.Verdict.Kind != ir.Leave {
			r.decide(b, rule)
		}
		return
	}
}

// call enters a group. The mark is cleared on entry whatever the group holds;
// an Accept inside is the caller's, with the verdict that the call carries.
func (r *run) call(c *ir.Call) {
	if !c.Families.Has(r.packet.Family) || !r.Matches(&c.Match, r.packet) || c.Group == nil {
		return
	}
	r.packet.Marked = false
	r.Calls = append(r.Calls, c)
	r.list(made(c.Group.Body(r.dir), r.packet.Family))
	if !r.Decided {
		return
	}
	r.Within = c
	if r.Verdict.Kind == ir.Accept {
		r.Verdict = c.Verdict
	}
}

// expand is ir.Expand, kept.
func (e *Evaluator) expand(b *ir.Builtin, f ir.Family) []*ir.Rule {
	key := expansionKey{b, f}
	if known, ok := e.expanded[key]; ok {
		return known
	}
	rules := ir.Expand(b, f)
	e.expanded[key] = rules
	return rules
}
