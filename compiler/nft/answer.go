package nft

import "github.com/pvefw/pvefw/ir"

// The answer to a refused packet goes out through the port that the packet came in
// by, and past the list of what comes to that port. No connection is known for it,
// as for packets that connection tracking finds invalid; but unlike those, which
// were on their way to another station, it is the node's own.

// foreignMark is the bit by which packets without a connection that the node routes
// or sends can be told from its answers: a bridge sees all of them as the node's own.
// It is needed only where such packets do not end before.
const foreignMark uint32 = 0x20000000

// dropsInvalid reports whether invalid packets that the node routes or sends end in
// the host's table.
func (b *builder) dropsInvalid() bool {
	for _, f := range families {
		var sent []ir.Node
		if b.policy.Host != nil {
			sent = b.policy.Host.Out.Live(f)
		}
		if !hasDropInvalid(frameNodes(b.policy.Forward, f), f) || !hasDropInvalid(sent, f) {
			return false
		}
	}
	return true
}

func hasDropInvalid(nodes []ir.Node, f ir.Family) bool {
	for _, n := range nodes {
		if b, ok := n.(*ir.Builtin); ok && b.Kind == ir.DropInvalid && b.Families.Has(f) {
			return true
		}
	}
	return false
}

// frameNodes are the nodes of a frame that are in force.
func frameNodes(body *ir.Body, f ir.Family) []ir.Node {
	if body == nil || !body.Build[f].Hooked {
		return nil
	}
	return body.Nodes[:body.Build[f].Nodes]
}

// tellOwn marks, in front of everything else, what is not the node's own answer.
func (t *table) tellOwn() {
	for _, point := range []HookPoint{Forward, Output} {
		c := t.base("foreign-"+point.String(), point, hostPriority-1)
		c.Rules = []*Rule{{Stmts: []Stmt{
			&Masked{Field: State, Not: true, Mask: number(bitInvalid)},
			&SetMark{Keep: ^foreignMark, Flip: foreignMark},
		}, Origins: builtinOrigin("foreign")}}
	}
}

// ownAnswers lets the node's answers out to the guest that is refused something.
func (g *guests) ownAnswers() []*Rule {
	var rules []*Rule
	add := func(stmts ...Stmt) {
		own := []Stmt{
			&Masked{Field: State, Not: true, Mask: number(bitInvalid)},
			&Compare{Field: PacketType, Value: number(0)},
		}
		if !g.dropsInvalid() {
			own = append(own, &Masked{Field: Mark, Mask: number(uint64(foreignMark))})
		}
		rules = append(rules, &Rule{Stmts: append(append(own, stmts...), g.do(accept)), Origins: builtinOrigin("answers")})
	}
	v4, v6 := g.chains[rejectChains[ir.V4]] != nil, g.chains[rejectChains[ir.V6]] != nil
	if v4 || v6 {
		add(&Compare{Field: L4Proto, Value: number(protoTCP)}, &Masked{Field: TCPFlags, Mask: number(rst), Value: number(rst)})
	}
	if v4 {
		add(&Compare{Field: L4Proto, Value: number(protoICMP)}, &Compare{Field: ICMPType, Value: number(unreachable4)})
	}
	if v6 {
		add(&Compare{Field: L4Proto, Value: number(protoICMPv6)}, &Compare{Field: ICMP6Type, Value: number(unreachable6)})
	}
	return rules
}

// Types of unreachable messages.
const (
	unreachable4 = 3
	unreachable6 = 1
)
