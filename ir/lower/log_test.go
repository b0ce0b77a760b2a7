package lower

import (
	"strings"
	"testing"

	"github.com/pvefw/pvefw/ir"
)

// A macro that only IPv6 has is met by the IPv4 pass, unless the rule itself is
// bound to IPv6; that pass replaces its action without printing it.
func TestRuleLog(t *testing.T) {
	again := map[string]bool{
		"IN NeighborDiscovery(ACCEPT) -log info":                 true,
		"IN DHCPv6(ACCEPT) -p udp -log info":                     true,
		"IN NeighborDiscovery(ACCEPT) -p icmpv6 -log info":       false,
		"IN NeighborDiscovery(ACCEPT) -source fe80::1 -log info": false,
		"IN Ping(ACCEPT) -log info":                              false,
		"IN REJECT -p tcp -log info":                             false,
	}
	fw := "[OPTIONS]\nenable: 1\n[RULES]\n"
	for line := range again {
		fw += line + "\n"
	}
	for _, sem := range []Semantics{Reference, Intended} {
		p, _ := lowered(t, map[string]string{"cluster.fw": fw}, sem)
		if p.LogTargets != (sem == Reference) {
			t.Errorf("%s: LogTargets is %v", sem, p.LogTargets)
		}
		seen := map[string]bool{}
		for _, n := range p.Host.In.Nodes {
			r, ok := n.(*ir.Rule)
			if !ok || r.Log == nil {
				continue
			}
			line := strings.TrimSpace(r.Origin.Span.Text())
			seen[line] = true
			if want := again[line] && sem == Reference; r.Log.Again != want {
				t.Errorf("%s: %s: again %v, want %v", sem, line, r.Log.Again, want)
			}
		}
		if len(seen) != len(again) {
			t.Errorf("%s: %d of %d lines log", sem, len(seen), len(again))
		}
	}
}
