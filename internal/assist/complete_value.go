package assist

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// Completion of the values of a rule's flags.

func (c *completion) value(at slot, slots []slot) {
	span := c.span(at.at)
	switch at.param {
	case grammar.Iface:
		c.interfaces(span)
	case grammar.Source, grammar.Dest:
		if typed := c.typed(int(span.Start)); !strings.Contains(typed, ",") {
			c.sets(span)
			c.aliases(span)
		}
	case grammar.Proto:
		c.protocols(span)
	case grammar.DPort, grammar.SPort:
		c.ports(span, paramText(c.FW.File, slots, grammar.Proto), at.param)
	case grammar.Log:
		for i, level := range facts.LogLevels() {
			c.add(Item{Label: level, Kind: ValueItem, Span: span, Sort: fmt.Sprint(i)})
		}
	case grammar.ICMPType:
		c.icmpTypes(span, paramText(c.FW.File, slots, grammar.Proto))
	}
}

// interfaces are the guest's own, else those that the file names elsewhere: the
// node's are not known here.
func (c *completion) interfaces(at source.Span) {
	if c.FW.Env.IsGuest() {
		if c.Guest == nil {
			return
		}
		for _, nic := range c.Guest.NICs {
			c.add(Item{Label: nicName(nic), Kind: NICItem, Detail: strings.ReplaceAll(strings.Join(nicFacts(nic), ", "), "`", ""), Span: at, Key: "nic " + nicName(nic)})
		}
		return
	}
	names := map[string]bool{}
	for _, r := range c.FW.Rules {
		if p, ok := r.Line.Param(grammar.Iface); ok && !holds(p.Value, c.Offset) {
			names[r.Iface] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		c.add(Item{Label: name, Kind: ValueItem, Detail: "used in this file", Span: at})
	}
}

// inOrder are definitions by name.
func inOrder[T any](table map[string]*T) []*T {
	list := make([]*T, 0, len(table))
	for _, name := range slices.Sorted(maps.Keys(table)) {
		list = append(list, table[name])
	}
	return list
}

// scoped is a file whose definitions a name may lead to, and the scope that has to
// be written.
type scoped struct {
	fw     *config.FW
	prefix string
}

// scopes are the files whose names can be written here: own before the
// datacenter's. Of what is typed the scope decides.
func (c *completion) scopes(typed string) []scoped {
	prefix, _ := config.SplitScope(strings.TrimPrefix(typed, "+"))
	var all []scoped
	if c.FW.Env.IsGuest() && prefix != "dc/" {
		all = append(all, scoped{c.FW, prefix})
	}
	if c.Config.Cluster != nil && prefix != "guest/" {
		all = append(all, scoped{c.Config.Cluster, prefix})
	}
	if prefix == "sdn/" {
		return nil
	}
	return all
}

// late is why a definition cannot be used in the line of the cursor: it stands
// below it (reference/pve-firewall §1.9).
func (c *completion) late(in *config.FW, defined source.Span) string {
	if in == c.FW && int(defined.Start) > c.Offset {
		return "defined only below, in line " + fmt.Sprint(defined.From().Line)
	}
	return ""
}

func (c *completion) aliases(at source.Span) {
	for _, s := range c.scopes(c.typed(int(at.Start))) {
		for _, a := range inOrder(s.fw.Aliases) {
			if !config.IsName(a.Name) {
				continue
			}
			ref := s.prefix + a.Name
			if found, _ := c.Config.FindAlias(c.FW, ref); found != a {
				ref = "dc/" + a.Name // the guest has one of its own
			}
			c.add(Item{Label: ref, Kind: AliasItem, Detail: a.Text + note(a.Comment), Useless: c.late(s.fw, a.Span), Span: at, Sort: "3" + ref, Key: "alias " + ref})
		}
	}
}

func (c *completion) sets(at source.Span) {
	typed := c.typed(int(at.Start))
	for _, s := range c.scopes(typed) {
		for _, set := range inOrder(s.fw.Sets) {
			ref := s.prefix + set.Name
			if found, _ := c.Config.FindSet(c.FW, ref); found != set {
				ref = "dc/" + set.Name
			}
			c.add(Item{Label: "+" + ref, Kind: SetItem, Detail: entries(len(set.Entries)) + note(set.Comment), Useless: c.late(s.fw, set.Span), Span: at, Sort: "2" + ref, Key: "set " + ref})
		}
	}
	if prefix, _ := config.SplitScope(strings.TrimPrefix(typed, "+")); prefix == "" || prefix == "sdn/" {
		for _, set := range inOrder(c.Config.SDN.Sets) {
			c.add(Item{Label: "+sdn/" + set.Name, Kind: SetItem, Detail: entries(len(set.Entries)) + " of the software-defined network", Span: at, Sort: "4" + set.Name, Key: "set sdn/" + set.Name})
		}
	}
}

// note is a comment behind a detail.
func note(comment string) string {
	if comment == "" {
		return ""
	}
	return ", " + clipped(comment, 60)
}

// usual are the protocols that most rules name.
var usual = []string{"tcp", "udp", "icmp", "icmpv6", "sctp", "gre", "esp", "ah", "igmp", "vrrp", "ospf"}

func (c *completion) protocols(at source.Span) {
	for _, name := range facts.ProtocolNames() {
		p, _ := facts.ProtocolByName(name)
		sort := "5" + name
		if i := slices.Index(usual, name); i >= 0 {
			sort = fmt.Sprintf("1%02d", i)
		}
		c.add(Item{Label: name, Kind: ValueItem, Detail: fmt.Sprintf("protocol %d", p.Number), Span: at, Sort: sort, Key: "proto " + name})
	}
}

// ports offers the services of the protocol; in a list of names the kernel's tools
// want each to exist for it (reference/pve-firewall §5.8).
func (c *completion) ports(at source.Span, proto string, k grammar.ParamKind) {
	if isICMP(proto) && k == grammar.DPort {
		c.icmpTypes(at, proto)
		return
	}
	at = c.listItem(at)
	if strings.Contains(at.Text(), ":") {
		return
	}
	for _, name := range facts.ServiceNames() {
		for _, on := range []string{"tcp", "udp", "sctp"} {
			if port, ok := facts.ServicePort(name, on); ok && (proto == on || proto == "") {
				c.add(Item{Label: name, Kind: ValueItem, Detail: fmt.Sprintf("%s port %d", on, port), Span: at, Sort: fmt.Sprintf("5%05d%s", port, name), Key: "service " + name})
				break
			}
		}
	}
}

// icmpTypes offers the names of the protocol's family.
func (c *completion) icmpTypes(at source.Span, proto string) {
	for _, v6 := range []bool{false, true} {
		if proto != "" && v6 != (proto != "icmp") {
			continue
		}
		for i, name := range facts.ICMPTypeNames(v6) {
			t, _ := facts.ICMPTypeByName(name, v6)
			detail := fmt.Sprintf("type %d", t.Type)
			switch {
			case t.Any:
				detail = "every type"
			case t.Code >= 0:
				detail += fmt.Sprintf(", code %d", t.Code)
			}
			c.add(Item{Label: name, Kind: ValueItem, Detail: detail, Span: at, Sort: fmt.Sprintf("%d%02d", map[bool]int{false: 4, true: 6}[v6], i)})
		}
	}
}
