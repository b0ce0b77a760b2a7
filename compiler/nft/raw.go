package nft

import (
	"slices"
	"strconv"

	"github.com/pvefw/pvefw/ir"
)

// raw makes what happens around connection tracking: too many new connections of
// one source, and helpers. It holds for what comes to the node and, by the same
// rules in the other table, for what only passes a bridge.
func (t *table) raw() {
	r := &t.policy.Raw
	if r.SynFlood != nil {
		c := t.base("synflood", Prerouting, rawPriority)
		for _, f := range families {
			c.Rules = append(c.Rules, t.synFlood(r.SynFlood, f))
		}
	}
	if len(r.Helpers) > 0 {
		c := t.base("helpers", Prerouting, helperPriority)
		for i := range r.Helpers {
			c.Rules = append(c.Rules, t.helper(&r.Helpers[i])...)
		}
	}
}

const (
	fin = 1
	syn = 2
	rst = 4
	ack = 16
)

// synFlood counts the openings of each source, of an IPv6 network of 64 bits as
// one (reference/pve-firewall §6.10).
func (t *table) synFlood(s *ir.SynFlood, f ir.Family) *Rule {
	field, mask := IPSource, leading(32, 32)
	if f == ir.V6 {
		field, mask = IP6Source, leading(64, 128)
	}
	set := &Set{Name: "synflood" + suffix(f), Key: []Field{field}, Dynamic: true, Size: 65536,
		Timeout: uint32(count(s.Expire, 60, 1<<20)), Origin: s.Origin}
	t.out.Sets = append(t.out.Sets, set)
	limit := Limit{Rate: count(s.Rate, 200, 1<<31), Unit: Second, Burst: uint32(count(s.Burst, 1000, 1<<31))}
	opening := &Masked{Field: TCPFlags, Mask: number(fin | syn | rst | ack), Value: number(syn)}
	return &Rule{Origins: []ir.Origin{s.Origin}, Stmts: []Stmt{
		t.familyIs(f), &Compare{Field: L4Proto, Value: number(protoTCP)}, opening,
		&Overrun{Set: set, Field: field, Mask: mask, Limit: limit}, t.do(drop),
	}}
}

// count reads a positive number; what is none, or zero, is the default.
func count(text string, standard, most uint64) uint64 {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n == 0 {
		return standard
	}
	return min(n, most)
}

// helper attaches a helper to new connections to its port.
func (t *table) helper(h *ir.Helper) []*Rule {
	proto := uint8(protoTCP)
	if h.Proto == "udp" {
		proto = protoUDP
	}
	object := &Helper{Name: "helper-" + clean(h.Name), Type: h.Name, Proto: proto, L3: helperL3(h.Families), Origin: h.Origin}
	if known := slices.IndexFunc(t.out.Helpers, func(o *Helper) bool { return o.Name == object.Name }); known >= 0 {
		return nil
	}
	t.out.Helpers = append(t.out.Helpers, object)
	stmts := []Stmt{&Compare{Field: L4Proto, Value: number(uint64(proto))}, &Compare{Field: DestPort, Value: number(uint64(h.Port))}, &SetHelper{Helper: object}}
	if h.Families == ir.OnlyV4 {
		stmts = append([]Stmt{t.familyIs(ir.V4)}, stmts...)
	}
	return []*Rule{{Stmts: stmts, Origins: []ir.Origin{h.Origin}}}
}

func helperL3(fs ir.Families) HelperL3 {
	switch fs {
	case ir.OnlyV4:
		return OnlyIP
	case ir.OnlyV6:
		return OnlyIP6
	}
	return AnyL3
}
