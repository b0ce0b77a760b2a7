package assist

import (
	"fmt"
	"strings"

	"github.com/pvefw/pvefw/ir/config"
)

// What is said about sets.

func (f File) describeSet(p *page, s *config.Set, in *config.FW) {
	p.add("IPSet **%s**, %s", plain(s.Name), setSize(s))
	p.add("%s", plain(s.Comment))
	if in != nil && in.ActsByName(s.Name) {
		p.add("%s", byName(s.Name))
	}
	p.block(rows(s.Entries, entryLine))
	p.add("%s", inEffect(s))
	if in == nil {
		p.add("Made by Proxmox from the software-defined network.")
		return
	}
	f.symbolFooter(p, Symbol{Kind: SetName, Home: in, Name: s.Name}, s.Span)
}

// inEffect says how many addresses a set holds.
func inEffect(s *config.Set) string {
	v4, v6, ok := effective(s)
	var parts []string
	if ok && v4.Sign() > 0 {
		parts = append(parts, grouped(v4)+" IPv4")
	}
	if ok && v6.Sign() > 0 {
		parts = append(parts, grouped(v6)+" IPv6")
	}
	switch {
	case !ok:
		return ""
	case len(parts) == 0:
		return "It holds no address."
	}
	return "Addresses in it: " + strings.Join(parts, ", ") + "."
}

// byName is what Proxmox does with a set without a rule (reference/pve-firewall §4.9).
func byName(set string) string {
	switch nic, filter := strings.CutPrefix(set, "ipfilter-"); {
	case filter:
		return "Proxmox drops what " + nic + " sends from other addresses."
	case set == "blacklist":
		return "Proxmox drops what comes from these addresses, before any rule."
	}
	return "Proxmox lets these addresses reach the web interface, SSH and the consoles of every node."
}

// setSize counts what is in a set, by family.
func setSize(s *config.Set) string {
	var v4, v6, not, dead int
	for _, e := range s.Entries {
		address, ok := entryAddress(e)
		switch {
		case e.IsDead() || !ok:
			dead++
		case e.NoMatch:
			not++
		case strings.Contains(address, ":"):
			v6++
		default:
			v4++
		}
	}
	text := entries(len(s.Entries))
	for _, part := range []struct {
		n    int
		what string
	}{{v4, "IPv4"}, {v6, "IPv6"}, {not, "left out by !"}, {dead, "without effect"}} {
		switch {
		case part.n == 0:
		case part.n == len(s.Entries):
			text += ", all " + part.what
		default:
			text += fmt.Sprintf(", %d %s", part.n, part.what)
		}
	}
	return text
}

// entryAddress is the address of an entry behind its alias.
func entryAddress(e config.SetEntry) (string, bool) {
	if e.Alias == nil {
		return e.Text, true
	}
	if a := e.Alias.Target; a != nil {
		return a.Text, true
	}
	return "", false
}

func entryLine(e config.SetEntry) string {
	text := e.Text
	if e.NoMatch {
		text = "!" + text
	}
	if address, ok := entryAddress(e); e.Alias != nil && ok {
		text += " = " + address
	}
	if e.IsDead() {
		text += "  (without effect)"
	}
	if comment := e.Comment(); comment != "" {
		text += "  # " + comment
	}
	return text
}
