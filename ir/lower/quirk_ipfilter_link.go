package lower

import (
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// notAnAddress is the generator's word when it reads an alias as an address.
const notAnAddress = "value does not look like a valid IP address or CIDR network"

// aliasKillsLink reports whether the NIC's ipfilter set holds something that is
// no literal address: the daemon then gives up the layer-2 filter of this NIC
// and of the guest's further ones (reference/pve-firewall §7.7). Intended
// resolves the alias.
func (l *lowering) aliasKillsLink(g *guest, nic *config.NIC) bool {
	set := setsOf(g.FW)[ipfilterName(nic)]
	if set == nil {
		return false
	}
	for _, e := range set.Entries {
		if isLiteral(e.Text) {
			continue
		}
		origin := ir.Origin{Span: e.Span()}.With(ir.ByBuiltin, "layer2")
		l.linkFilterDies(origin, nic)
		if !l.reference() {
			return false
		}
		l.sayLast(notAnAddress, origin)
		return true
	}
	return false
}

func (l *lowering) linkFilterDies(origin ir.Origin, nic *config.NIC) {
	d := diag.New(ipfilterAlias, origin.Span,
		"an entry that is no literal address ends the ethernet filter of "+nicName(nic)+" and of the guest's further NICs")
	d.Effect = "The guest can then send ARP for any address and from any MAC on these NICs."
	d.Effects.PVEFirewall = d.Effect
	d.ProxmoxRuntimeMessage = notAnAddress
	l.report(d)
}

// isLiteral reports whether the text is an address with an optional prefix
// length, as the reader tests it (reference/pve-firewall §3.3).
func isLiteral(text string) bool {
	_, mask, masked := strings.Cut(text, "/")
	_, ok := hostPart(text)
	return ok && (!masked || isDigits(mask))
}

// arpEntry returns the IPv4 address that a set entry lets the guest claim in
// ARP. The reference takes dead and nomatch entries for allowances too
// (reference/pve-firewall §11.10); Intended leaves them out.
func (l *lowering) arpEntry(e config.SetEntry) (string, bool) {
	text := e.Text
	if !l.reference() {
		if e.IsDead() || e.NoMatch {
			return "", false
		}
		if e.Alias != nil {
			resolved, ok := l.aliasText(e.Alias)
			if !ok {
				return "", false
			}
			text = resolved
		}
		if _, fault := readNet(text, false); fault != "" {
			return "", false
		}
	}
	if e.NoMatch && !strings.Contains(text, ":") {
		l.hazard(ir.Origin{Span: e.Span()}, "the excluded address "+text+" is allowed in ARP",
			"The ethernet filter takes nomatch entries of this set for allowed ones.")
	}
	return text, !strings.Contains(text, ":")
}
