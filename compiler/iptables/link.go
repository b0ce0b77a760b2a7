package iptables

import (
	"slices"
	"sort"
	"strings"

	"github.com/pvefw/pvefw/ir"
)

// ebtablesText is the layer-2 filter of what guests send. IPv4 and IPv6 pass
// before anything else, so it only touches other protocols
// (reference/pve-firewall §7.7).
func ebtablesText(p *ir.Policy) *lines {
	t := linkTable{}
	if !p.Off && p.Layer2 {
		t.add(ir.Origin{}, "PVEFW-FORWARD", "-p IPv4 -j ACCEPT", "-p IPv6 -j ACCEPT", "-o fwln+ -j PVEFW-FWBR-OUT")
		t.add(ir.Origin{}, "PVEFW-FWBR-OUT")
		for _, nic := range p.NICs {
			if nic.Link != nil {
				t.nic(nic.Device, nic.Link)
			}
		}
	}
	return t.text()
}

// linkTable holds the rules of each chain, without "-A NAME".
type linkTable map[string][]linkRule

type linkRule struct {
	text string
	from ir.Origin
}

func (t linkTable) add(from ir.Origin, chain string, rules ...string) {
	t[chain] = slices.Grow(t[chain], len(rules)) // there is a chain even of no rules
	for _, text := range rules {
		t[chain] = append(t[chain], linkRule{text, from})
	}
}

func (t linkTable) nic(device string, l *ir.Link) {
	out := device + "-OUT"
	add := func(chain, rule string) { t.add(l.Origin, chain, rule) }
	if l.MAC != "" {
		add(out, "-s ! "+linkMAC(l.MAC)+" -j DROP")
	}
	if len(l.ARP) > 0 {
		add(out, "-p ARP -j "+out+"-ARP")
		for _, address := range l.ARP {
			add(out+"-ARP", "-p ARP --arp-ip-src "+address+" -j RETURN")
		}
		add(out+"-ARP", "-j DROP")
	}
	if len(l.Ethertypes) > 0 {
		add(out, "-j "+out+"-PROTO")
		for _, name := range l.Ethertypes {
			add(out+"-PROTO", "-p "+name+" -j RETURN")
		}
		add(out+"-PROTO", "-j DROP")
	}
	add(out, "-j ACCEPT")
	add("PVEFW-FWBR-OUT", "-i "+device+" -j "+out)
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

// text lists chains, then rules, both by chain name; the hook comes last, and there is
// no COMMIT.
func (t linkTable) text() *lines {
	names := make([]string, 0, len(t))
	for name := range t {
		names = append(names, name)
	}
	sort.Strings(names)
	out := &lines{}
	out.add("*filter", ir.Origin{})
	for _, name := range names {
		out.add(":"+name+" ACCEPT", ir.Origin{})
	}
	for _, name := range names {
		for _, rule := range t[name] {
			out.add("-A "+name+" "+rule.text, rule.from)
		}
	}
	if t["PVEFW-FORWARD"] != nil {
		out.add("-A FORWARD -j PVEFW-FORWARD", ir.Origin{})
	}
	return out
}
