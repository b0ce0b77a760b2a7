package lower

import (
	"net"
	"net/netip"
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// guestSets makes a guest's sets. Each firewalled NIC adds its own addresses to
// its set ipfilter-netN; with the option ipfilter a set that is not declared is
// made of them alone, which for a VM allows no IPv4 at all (reference/pve-firewall
// §7.5). A net line that ends a container ends its sets too.
func (l *lowering) guestSets(g *guest) {
	if g.Broken {
		return
	}
	extra := map[string][]ir.SetEntry{}
	for _, nic := range g.nics {
		if nic.Firewall {
			extra[ipfilterName(nic)] = l.deviceAddresses(g, nic)
		}
	}
	defined := setsOf(g.FW)
	for _, name := range sortedNames(defined) {
		l.addSet(setKey{g.VMID, name}, defined[name], extra[name], ir.Origin{Span: wholeFile(g.FW)})
	}
	if !options(g.FW).Bool("ipfilter", false) {
		return
	}
	for _, nic := range g.nics {
		name := ipfilterName(nic)
		if defined[name] == nil && nic.Firewall && !g.Unknown {
			l.addSet(setKey{g.VMID, name}, nil, extra[name], optionOrigin(g.FW, "ipfilter"))
		}
	}
}

func ipfilterName(nic *config.NIC) string { return "ipfilter-" + nicName(nic) }

// missingMACs is what is unknown when a NIC has no MAC: the daemon invents one
// (reference/pve-firewall §14.2).
const missingMACs = "the MAC addresses of guests without a configured one"

// ipfilterSet is the set that a NIC's sources must be in, nil for no filter.
// What an undeclared set of a guest without conf holds is unknown, so such a
// guest has no filter here.
func (l *lowering) ipfilterSet(g *guest, nic *config.NIC) *ir.Set {
	return l.sets[setKey{g.VMID, ipfilterName(nic)}]
}

// deviceAddresses are what a NIC adds: the link-local address of its MAC, no
// other link-local one, and a container's static addresses.
func (l *lowering) deviceAddresses(g *guest, nic *config.NIC) []ir.SetEntry {
	origin := ir.Origin{Span: nic.Span}.With(ir.ByBuiltin, ir.IPFilter.String())
	var out []ir.SetEntry
	if text, ok := linkLocal(nic.MAC); ok {
		out = append(out, ir.SetEntry{Text: text, Origin: origin})
	} else if nic.MAC == "" && !g.Unknown {
		l.miss(missingMACs)
	}
	out = append(out, ir.SetEntry{Text: "fe80::/10", NoMatch: true, Origin: origin})
	if g.Env != facts.CT {
		return out
	}
	for _, text := range []string{nic.IP, nic.IP6} {
		if host, ok := hostPart(text); ok {
			out = append(out, ir.SetEntry{Text: printedEntry(host), Origin: origin})
		}
	}
	return out
}

// hostPart returns the address of a CIDR; dhcp, auto and manual have none.
func hostPart(text string) (string, bool) {
	host, _, _ := strings.Cut(text, "/")
	a, err := netip.ParseAddr(host)
	return host, err == nil && a.Zone() == ""
}

// linkLocal is the EUI-64 address of a MAC: ff:fe in its middle, the
// universal/local bit flipped.
func linkLocal(mac string) (string, bool) {
	m, err := net.ParseMAC(mac)
	if err != nil || len(m) != 6 {
		return "", false
	}
	return compress(netip.AddrFrom16([16]byte{0: 0xfe, 1: 0x80,
		8: m[0] ^ 2, 9: m[1], 10: m[2], 11: 0xff, 12: 0xfe, 13: m[3], 14: m[4], 15: m[5]})), true
}
