package iptables

import (
	"sort"
	"strings"

	"github.com/pvefw/pvefw/ir"
)

// ebtablesText is the layer-2 filter of what guests send. IPv4 and IPv6 pass
// before anything else, so it only touches other protocols
// (reference/pve-firewall §7.7).
func ebtablesText(p *ir.Policy) string {
	t := linkTable{}
	if !p.Off && p.Layer2 {
		t.add("PVEFW-FORWARD", "-p IPv4 -j ACCEPT", "-p IPv6 -j ACCEPT", "-o fwln+ -j PVEFW-FWBR-OUT")
		t.add("PVEFW-FWBR-OUT")
		for _, nic := range p.NICs {
			if nic.Link != nil {
				t.nic(nic.Device, nic.Link)
			}
		}
	}
	return t.String()
}

// linkTable holds the rules of each chain, without "-A NAME".
type linkTable map[string][]string

func (t linkTable) add(chain string, rules ...string) {
	t[chain] = append(t[chain], rules...)
}

func (t linkTable) nic(device string, l *ir.Link) {
	out := device + "-OUT"
	if l.MAC != "" {
		t.add(out, "-s ! "+linkMAC(l.MAC)+" -j DROP")
	}
	if len(l.ARP) > 0 {
		t.add(out, "-p ARP -j "+out+"-ARP")
		for _, address := range l.ARP {
			t.add(out+"-ARP", "-p ARP --arp-ip-src "+address+" -j RETURN")
		}
		t.add(out+"-ARP", "-j DROP")
	}
	if len(l.Ethertypes) > 0 {
		t.add(out, "-j "+out+"-PROTO")
		for _, name := range l.Ethertypes {
			t.add(out+"-PROTO", "-p "+name+" -j RETURN")
		}
		t.add(out+"-PROTO", "-j DROP")
	}
	t.add(out, "-j ACCEPT")
	t.add("PVEFW-FWBR-OUT", "-i "+device+" -j "+out)
}

// linkMAC writes an address as ebtables lists it: lower case, each pair without
// its leading zero.
func linkMAC(mac string) string {
	pairs := strings.Split(strings.ToLower(mac), ":")
	for i, p := range pairs {
		if len(p) == 2 {
			pairs[i] = strings.TrimPrefix(p, "0")
		}
	}
	return strings.Join(pairs, ":")
}

// String lists chains, then rules, both by chain name; the hook comes last, and
// there is no COMMIT.
func (t linkTable) String() string {
	names := make([]string, 0, len(t))
	for name := range t {
		names = append(names, name)
	}
	sort.Strings(names)
	var b strings.Builder
	b.WriteString("*filter\n")
	for _, name := range names {
		b.WriteString(":" + name + " ACCEPT\n")
	}
	for _, name := range names {
		for _, rule := range t[name] {
			b.WriteString("-A " + name + " " + rule + "\n")
		}
	}
	if t["PVEFW-FORWARD"] != nil {
		b.WriteString("-A FORWARD -j PVEFW-FORWARD\n")
	}
	return b.String()
}
