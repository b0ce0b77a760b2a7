package analysis

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// Probe is new traffic that one asks about: first packets of flows. Zero fields stand
// for any; without a source port it is one that clients use.
type Probe struct {
	Proto        string // tcp or udp
	First, Last  uint16 // destination ports
	SPort        uint16
	Source, Dest netip.Prefix
	Beyond       netip.Prefix // the source is outside of it
}

const (
	numberTCP = 6
	numberUDP = 17
	allFlags  = 63
	flagSYN   = 2
)

// clientPorts are those that operating systems choose from.
var clientPorts = ir.PortRange{First: 49152, Last: 60999}

// Match is the packets of a probe, whatever interface they come in by.
func (p *Probe) Match() ir.Match {
	m := ir.Match{Proto: &ir.Proto{Text: p.Proto, Number: numberUDP}, State: ir.New,
		DPort: &ir.Ports{Ranges: []ir.PortRange{{First: p.First, Last: p.Last}}}, SPort: &ir.Ports{Ranges: []ir.PortRange{clientPorts}}}
	if p.Proto == "tcp" {
		m.Proto.Number = numberTCP
		m.Flags = &ir.TCPFlags{Mask: allFlags, Want: flagSYN}
	}
	if p.SPort != 0 {
		m.SPort.Ranges[0] = ir.PortRange{First: p.SPort, Last: p.SPort}
	}
	m.Source, m.Dest = addrOf(p.Source), addrOf(p.Dest)
	if p.Beyond.IsValid() {
		m.Source = &ir.Addr{Negated: true, Set: &ir.Set{Entries: []ir.SetEntry{{Prefix: p.Beyond}}}}
	}
	return m
}

func addrOf(p netip.Prefix) *ir.Addr {
	if !p.IsValid() {
		return nil
	}
	return &ir.Addr{Text: p.String(), Prefixes: []netip.Prefix{p.Masked()}}
}

// Single is the network of one address.
func Single(a netip.Addr) netip.Prefix { return netip.PrefixFrom(a, a.BitLen()) }

// FamilyOf is the family of an address.
func FamilyOf(a netip.Addr) ir.Family {
	if a.Is4() {
		return ir.V4
	}
	return ir.V6
}

// families that the probe's addresses leave.
func (p *Probe) families() []ir.Family {
	for _, x := range []netip.Prefix{p.Source, p.Dest} {
		if x.IsValid() {
			return []ir.Family{FamilyOf(x.Addr())}
		}
	}
	return []ir.Family{ir.V4, ir.V6}
}

// Ask sends a probe. Of two families the one that lets more through speaks.
func (r *Reach) Ask(p Probe) Reached { return p.Best(r.AskIn) }

// Best is the answer of the family that lets more through, and unknown where one is.
func (p *Probe) Best(ask func(ir.Family, Probe) Reached) Reached {
	var best Reached
	for i, f := range p.families() {
		got := ask(f, *p)
		if got.Extent == UnknownExtent {
			return got
		}
		if i == 0 || got.Extent > best.Extent {
			best = got
		}
	}
	return best
}

// AskIn sends a probe in one family.
func (r *Reach) AskIn(f ir.Family, p Probe) Reached { return r.Of(f, p.Match()) }

// Shut reports whether nothing of a probe gets through.
func (r *Reach) Shut(p Probe) bool { return r.Ask(p).Extent == NoneThrough }

// Witness is a stopped packet of the probe in words: "TCP from 192.0.2.1 to port 8006".
// An address that was not asked for is left out.
func (p *Probe) Witness(stopped *packet.Packet) string {
	if stopped == nil {
		return ""
	}
	text := strings.ToUpper(p.Proto)
	if p.Source.IsValid() || p.Beyond.IsValid() || !p.Dest.IsValid() {
		text += " from " + stopped.Source.String()
	}
	text += " to"
	if p.Dest.IsValid() {
		text += " " + stopped.Dest.String()
	}
	return fmt.Sprintf("%s port %d", text, stopped.DPort)
}
