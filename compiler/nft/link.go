package nft

import (
	"net/netip"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
)

// ethernetARP is the head of an ARP packet between Ethernet and IPv4: only behind
// it is the sender's address where it is looked for.
const ethernetARP = 0x0001_0800_06_04

// linkChain makes the filter of what a NIC sends besides IP (reference/pve-firewall
// §7.7): source address of the frame, sender of ARP, protocols.
func (g *guests) linkChain(nic *ir.Endpoint) string {
	l := nic.Link
	pl := &place{table: g.table}
	lines := g.take()
	add := func(stmts ...Stmt) {
		lines = append(lines, line{rest: g.stmts.keep(stmts), act: drop, origin: l.Origin})
	}
	if l.MAC != "" {
		frame := line{stock: &g.stock}
		if pl.source(&frame, l.MAC, l.Origin) {
			add(frame.rest...)
		}
	}
	if len(l.ARP) > 0 {
		arp := g.compares.put(Compare{Field: Protocol, Value: etherARP})
		add(arp, g.compares.put(Compare{Field: ARPHead, Not: true, Value: number(ethernetARP)}))
		add(arp, g.outside(ARPSource, l))
	}
	if len(l.Ethertypes) > 0 {
		add(g.otherProtocol(l))
	}
	if len(lines) == 0 {
		g.give(lines)
		return ""
	}
	return g.shared(nic.Device+"-link", func(c *Chain) {
		c.Origin = l.Origin
		pl.emit(c, lines)
	})
}

// outside matches senders that are not in the list.
func (g *guests) outside(f Field, l *ir.Link) Stmt {
	var spans []Span
	for _, text := range l.ARP {
		p, err := netip.ParsePrefix(text)
		if a, single := netip.ParseAddr(text); single == nil {
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil || !p.Addr().Is4() {
			g.complain(ruleCannotExpress, l.Origin, "an ARP sender that is no IPv4 address", "ARP from it is dropped.")
			continue
		}
		spans = append(spans, prefixSpan(p.Masked()))
	}
	return g.except(f, spans)
}

// except matches every value but those; of none, it matches all.
func (g *guests) except(f Field, spans []Span) Stmt {
	spans = merge(spans)
	c := cond{f, spans}
	if len(spans) == 0 {
		return &Lookup{Fields: []Field{f}, Not: true, Set: &Set{Key: []Field{f}, Elements: []Element{{Key: []Span{{}}}}}}
	}
	s := g.test(&c)
	switch s := s.(type) {
	case *Compare:
		s.Not = true
	case *Masked:
		s.Not = true
	case *Between:
		s.Not = true
	case *Lookup:
		s.Not = true
	}
	return s
}

// otherProtocol matches frames that the list does not allow.
func (g *guests) otherProtocol(l *ir.Link) Stmt {
	var spans []Span
	for _, name := range l.Ethertypes {
		n, ok := facts.EtherNumber(name)
		if !ok {
			g.complain(ruleCannotExpress, l.Origin, "a layer-2 protocol without a known number", "Its frames are dropped.")
			continue
		}
		spans = append(spans, single(uint64(n)))
	}
	return g.except(Protocol, spans)
}
