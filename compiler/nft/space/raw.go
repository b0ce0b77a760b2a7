package space

import (
	"strconv"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
)

// effect is what happens to packets beside their verdict.
type effect struct {
	match ir.Match
	what  string
}

// rawEffects is what happens around connection tracking to all that come in.
func rawEffects(r *ir.Raw, f ir.Family) []effect {
	var out []effect
	if r.SynFlood != nil {
		opening := &ir.TCPFlags{Mask: 1 | 2 | 4 | 16, Want: 2}
		out = append(out, effect{ir.Match{Proto: tcp.Proto, Flags: opening}, nft.Drop.String() + " " + floodOf(flood(r.SynFlood, f))})
	}
	for _, h := range r.Helpers {
		if proto, ok := facts.ProtocolByName(h.Proto); ok && h.Families.Has(f) {
			port := &ir.Ports{Ranges: []ir.PortRange{{First: h.Port, Last: h.Port}}}
			out = append(out, effect{ir.Match{Proto: &ir.Proto{Number: uint8(proto.Number)}, DPort: port}, "helper " + h.Name})
		}
	}
	return out
}

// flood counts per address in IPv4, per /64 in IPv6 (reference/pve-firewall §6.10).
func flood(s *ir.SynFlood, f ir.Family) *nft.Overrun {
	field, mask := nft.IPSource, nft.Value{Lo: 0xffffffff}
	if f == ir.V6 {
		field, mask = nft.IP6Source, nft.Value{Hi: ^uint64(0)}
	}
	limit := nft.Limit{Rate: count(s.Rate, 200, 1<<31), Unit: nft.Second, Burst: uint32(count(s.Burst, 1000, 1<<31))}
	return &nft.Overrun{Set: &nft.Set{Timeout: uint32(count(s.Expire, 60, 1<<20))}, Field: field, Mask: mask, Limit: limit}
}

// count reads a positive number up to most; of anything else the default counts.
func count(text string, standard, most uint64) uint64 {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n == 0 {
		return standard
	}
	return min(n, most)
}
