package lower

import (
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// layer2 ends the ethernet filters: the daemon loads them behind all chains, so
// that is where its refusals stand.
func (l *lowering) layer2() {
	l.policy.Layer2 = l.filtersLinks()
	l.policy.Refusals = append(l.policy.Refusals, l.linkRefusals...)
}

func (l *lowering) filtersLinks() bool { return options(l.cfg.Cluster).Bool("ebtables", true) }

// links makes the ethernet filters of a filtered guest's NICs. IPv4 and IPv6 frames
// pass them anyway, so they concern ARP and the like (reference/pve-firewall
// §7.7).
func (l *lowering) links(g *guest) {
	if !l.filtersLinks() {
		return
	}
	p, before := l.policy, l.policy.Refusals
	p.Refusals = l.linkRefusals
	l.guestLinks(g)
	p.Refusals, l.linkRefusals = before, p.Refusals
}

func (l *lowering) guestLinks(g *guest) {
	for i, nic := range g.nics {
		if !nic.Firewall {
			continue
		}
		if l.aliasKillsLink(g, nic) {
			return
		}
		g.endpoints[i].Link = l.link(g, nic)
	}
}

func (l *lowering) link(g *guest, nic *config.NIC) *ir.Link {
	opts := options(g.FW)
	link := &ir.Link{ARP: l.arpAddresses(g, nic), Origin: ir.Origin{Span: nic.Span}.With(ir.ByBuiltin, "layer2")}
	if opts.Bool("macfilter", true) {
		link.MAC = nic.MAC
	}
	for name := range strings.SplitSeq(opts.Text("layer2_protocols", ""), ",") {
		if name != "" {
			link.Ethertypes = append(link.Ethertypes, name)
		}
	}
	return link
}

// arpAddresses are the IPv4 addresses that a NIC may claim: those of its set in
// the order of the file, then a container's own with the option ipfilter.
func (l *lowering) arpAddresses(g *guest, nic *config.NIC) []string {
	var out []string
	if set := setsOf(g.FW)[ipfilterName(nic)]; set != nil {
		for _, e := range set.Entries {
			if text, ok := l.arpEntry(e); ok {
				out = append(out, text)
			}
		}
	}
	if g.Env == facts.CT && options(g.FW).Bool("ipfilter", false) && nic.IP != "" && nic.IP != "dhcp" {
		if text, ok := l.containerARP(nic); ok {
			out = append(out, text)
		}
	}
	l.judgeARP(out, g, nic)
	return out
}

// containerARP is a container's configured address. The daemon copies the word
// manual too, which ebtables refuses (reference/pve-firewall §7.7).
func (l *lowering) containerARP(nic *config.NIC) (string, bool) {
	host, _, _ := strings.Cut(nic.IP, "/")
	if _, ok := hostPart(nic.IP); !ok && !l.reference() {
		return "", false
	}
	return host, true
}

// judgeARP blames addresses that ebtables would refuse.
func (l *lowering) judgeARP(texts []string, g *guest, nic *config.NIC) {
	for _, text := range texts {
		_, fault := readNet(text, false)
		if fault == "" {
			continue
		}
		origin := ir.Origin{Span: nic.Span}.With(ir.ByBuiltin, "layer2")
		if set := setsOf(g.FW)[ipfilterName(nic)]; set != nil {
			for _, e := range set.Entries {
				if e.Text == text {
					origin = ir.Origin{Span: e.Span()}.With(ir.ByBuiltin, "layer2")
				}
			}
		}
		l.wouldRefuse(origin.Span, fault)
		if l.reference() {
			l.refuseText(ir.EBTables, fault, origin)
		}
	}
}
