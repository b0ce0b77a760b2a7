package lower

import (
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
)

// rawTable makes what happens before connection tracking: the flood protection
// and the conntrack helpers of host.fw (reference/pve-firewall §6.10). It does
// not ask whether the host's own firewall is on.
func (l *lowering) rawTable() {
	host := l.node.Host
	opts := options(host)
	if opts.Bool("protection_synflood", false) {
		l.policy.Raw.SynFlood = &ir.SynFlood{
			Rate:   l.floodNumber("protection_synflood_rate", "200", mostFloodRate),
			Burst:  l.floodNumber("protection_synflood_burst", "1000", mostFloodBurst),
			Expire: l.floodNumber("nf_conntrack_tcp_timeout_syn_recv", "60", mostFloodExpire),
			Origin: optionOrigin(host, "protection_synflood"),
		}
	}
	for _, name := range strings.Split(opts.Text("nf_conntrack_helpers", ""), ",") {
		h, ok := facts.HelperByName(name)
		if !ok {
			continue
		}
		fams := ir.NoFamily
		if h.V4 {
			fams |= ir.OnlyV4
		}
		if h.V6 {
			fams |= ir.OnlyV6
		}
		l.policy.Raw.Helpers = append(l.policy.Raw.Helpers, ir.Helper{Name: h.Name, Proto: h.Proto, Port: h.Port,
			Families: fams, Origin: optionOrigin(host, "nf_conntrack_helpers")})
	}
}

// numberOr returns a number as written, or def where it is missing or zero: the
// daemon takes 0 for unset.
func numberOr(text, def string) string {
	if strings.Trim(text, "0") == "" {
		return def
	}
	return text
}
