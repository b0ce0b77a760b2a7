package assist

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// Most rows of a list that an explanation shows.
const mostRows = 12

// Templates lists the rules that a macro stands for; those of one family alone say
// so.
func Templates(m *facts.Macro) []string {
	var list []string
	write := func(prefix string, rules []facts.MacroRule) {
		for _, t := range rules {
			text := prefix + "-p " + t.Proto
			for _, p := range [][2]string{{"dport", t.DPort}, {"sport", t.SPort}} {
				if p[1] != "" {
					text += fmt.Sprintf(" -%s %s", p[0], p[1])
				}
			}
			list = append(list, text)
		}
	}
	if m.V6 == nil {
		write("", m.V4)
		return list
	}
	write("IPv4 ", m.V4)
	write("IPv6 ", m.V6)
	return list
}

// ports are a macro's protocols and ports in short: tcp/22, udp/53.
func ports(m *facts.Macro) string {
	var list []string
	for _, t := range slices.Concat(m.V4, m.V6) {
		text := t.Proto
		switch {
		case t.DPort != "":
			text += "/" + t.DPort
		case t.SPort != "":
			text += " from " + t.SPort
		}
		if !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return strings.Join(list, ", ")
}

func describeMacro(p *page, m *facts.Macro) {
	p.add("macro **%s**: %s", m.Name, m.Description)
	p.block(Templates(m))
}

// home names the file that something is defined in, for people.
func home(fw *config.FW) string {
	switch {
	case fw == nil:
		return "the software-defined network"
	case fw.Env == facts.Cluster:
		return "the datacenter"
	case fw.Env.IsGuest() && fw.Name != "":
		return "guest " + fw.Name
	}
	return "this file"
}

// symbolFooter says where a name is defined and how often it is used.
func (f File) symbolFooter(p *page, s Symbol, at source.Span) {
	text := fmt.Sprintf("Defined in %s, %s", home(s.Home), where(at))
	if x := f.everyone(); x != nil {
		text += "; " + count(x.Uses(s), "use", "uses")
	}
	p.add("%s.", text)
}

func (f File) describeAlias(p *page, a *config.Alias, in *config.FW) {
	p.add("alias **%s** = %s", plain(a.Name), code(a.Text))
	p.add("%s", plain(a.Comment))
	p.list(addressFacts(a.Text))
	f.symbolFooter(p, Symbol{Kind: AliasName, Home: in, Name: config.Lower(a.Name)}, a.Span)
}

func (f File) describeGroup(p *page, g *config.Group) {
	p.add("security group **%s**, %s", plain(g.Name), rules(len(g.Rules)))
	p.add("%s", plain(g.Comment))
	p.block(rows(g.Rules, func(r *config.Rule) string { return strings.TrimSpace(f.Config.Cluster.File.Text(r.Line.Body())) }))
	f.symbolFooter(p, Symbol{Kind: GroupName, Home: f.Config.Cluster, Name: g.Name}, g.Span)
}

// rows are a line for each thing of a list, of a long one for the first.
func rows[T any](list []T, line func(T) string) []string {
	var lines []string
	for _, x := range list[:min(len(list), mostRows)] {
		lines = append(lines, line(x))
	}
	if more := len(list) - mostRows; more > 0 {
		lines = append(lines, fmt.Sprintf("… and %d more", more))
	}
	return lines
}

func describeOption(p *page, o *facts.Option) {
	p.add("option **%s**", plain(o.Name))
	p.add("%s.", o.Description)
	var points []string
	if values := o.Values(); values != nil {
		points = append(points, "values: "+codes(values))
	} else {
		points = append(points, "value: "+shape(o))
	}
	switch {
	case o.Default != "":
		points = append(points, "without the line: "+code(o.Default))
	default:
		points = append(points, "without the line: nothing")
	}
	if o.Documented != "" {
		points = append(points, "the manual says "+code(o.Documented)+", which is not how it acts")
	}
	p.list(points)
}

// shape describes the values of an option that are no closed list.
func shape(o *facts.Option) string {
	switch o.Type {
	case facts.HelpersType:
		return "a comma list of conntrack helpers without blanks"
	case facts.EtherTypesType:
		return "a comma list of ethernet protocols without blanks"
	case facts.QueuesType:
		return "a queue number, or a range `N:M`"
	case facts.RateLimitType:
		return "`enable=1,rate=N/second,burst=N` without blanks"
	}
	switch {
	case o.Max != 0:
		return fmt.Sprintf("a number from %d to %d", o.Min, o.Max)
	case o.Min != 0:
		return fmt.Sprintf("a number from %d", o.Min)
	}
	return "a number"
}

func codes(words []string) string {
	var list []string
	for _, w := range words {
		list = append(list, code(w))
	}
	return strings.Join(list, ", ")
}

func (f File) describeNIC(p *page, nic *config.NIC) {
	p.add("network device **%s** of guest %d", nicName(nic), f.Guest.VMID)
	p.list(nicFacts(nic))
}

func nicFacts(nic *config.NIC) []string {
	points := []string{"bridge " + code(nic.Bridge)}
	if nic.MAC != "" {
		points = append(points, "MAC "+code(nic.MAC))
	}
	if nic.Tag != 0 {
		points = append(points, fmt.Sprintf("VLAN %d", nic.Tag))
	}
	for _, ip := range []string{nic.IP, nic.IP6} {
		if ip != "" {
			points = append(points, "address "+code(ip))
		}
	}
	if !nic.Firewall {
		points = append(points, "without firewall=1: its traffic is not filtered")
	}
	return points
}

// flags are the parameters of a rule for people, in the order of Proxmox's writer.
var flags = [...]struct{ flag, value, meaning string }{
	{"-i", "INTERFACE", "only on this interface: netN in a guest's file, else one of the node"},
	{"-source", "ADDRESS", "only from these addresses: an address, a network, a range, a comma list, an alias or +IPSET"},
	{"-dest", "ADDRESS", "only to these addresses: an address, a network, a range, a comma list, an alias or +IPSET"},
	{"-p", "PROTOCOL", "only of this protocol, by name or number"},
	{"-dport", "PORTS", "only to these ports: numbers, ranges FIRST:LAST and service names, separated by commas"},
	{"-sport", "PORTS", "only from these ports: numbers, ranges FIRST:LAST and service names, separated by commas"},
	{"-log", "LEVEL", "also write matching packets to the firewall's log"},
	{"-icmp-type", "TYPE", "only ICMP packets of this type, by name"},
}

// findingPoints lists findings with what each daemon does.
func findingPoints(list diag.List) []string {
	var points []string
	for i, d := range list {
		if i == mostRows {
			points = append(points, fmt.Sprintf("and %d more", len(list)-i))
			break
		}
		text := fmt.Sprintf("**%s** %s: %s", d.Severity, d.Rule.Code, plain(d.Message))
		for _, e := range [][2]string{{"pve-firewall", d.Effects.PVEFirewall}, {"proxmox-firewall", d.Effects.ProxmoxFirewall}} {
			if e[1] != "" {
				text += fmt.Sprintf("\n  - %s: %s", e[0], plain(e[1]))
			}
		}
		points = append(points, text)
	}
	return points
}
