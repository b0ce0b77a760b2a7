package lower

import (
	"bytes"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
	"pgregory.net/rapid"
)

var (
	someWords   = []string{"IN", "OUT", "FORWARD", "GROUP", "|IN", "in"}
	someActions = []string{"ACCEPT", "DROP", "REJECT", "SSH(ACCEPT)", "Ping(DROP)", "NeighborDiscovery(ACCEPT)", "DNS(REJECT)",
		"gg", "hh", "Good", "nosuch", "waytoolonggroupname1", "nineteenletters19xx"}
	someParams = []string{"", "-p tcp", "-p udp", "-p icmp", "-p icmpv6", "-p ipv6-icmp", "-p gre", "-p 136", "-p 0", "-p 58",
		"-dport 80", "-dport 0", "-dport http,https", "-dport 00080", "-dport 80:90,443", "-dport 256", "-dport echo-request", "-sport 53",
		"-icmp-type 0", "-icmp-type echo-request", "-source 10.0.0.1", "-source 010.0.0.1", "-source 9.0.0.1-010.0.0.1", "-source 0",
		"-source +ss", "-source +guest/ss", "-source +dc/management", "-source a4", "-source dc/a6", "-source wide", "-dest 2001:db8::/32",
		"-dest 10.0.0.1,10.0.0.2", "-dest 192.0.2.0/25-192.0.2.128/25", "-i net0", "-i net1", "-i eth0", "-i abcdefghijklmnopq", "-i lan0", "-i 0",
		"-log info", "-log nolog"}
	someEntries = []string{"10.0.0.0/24", "10.0.0.5/24", "!10.0.0.9", "2001:db8::1", "10.0.0.1/33", "a4", "!a6", "dc/a4", "guest/a4", "a0", "0.0.0.0/0", "x y"}
	someAliases = []string{"a4 10.1.0.0/16", "a6 2001:db8::1", "a4 2001:db8::2", "a6 10.9.9.9", "wide 10.0.0.1/40", "a0 0.0.0.0/0",
		"local_network 10.5.0.0/16", "local_network 2001:db8::/64", "local_network 10.0.0.0/99"}
	someOptions = []string{"policy_in: ACCEPT", "policy_in: REJECT", "policy_out: DROP", "enable: 1", "enable: 0", "ips: 1", "ips_queues: 9:2",
		"ips_queues: 3", "ipfilter: 1", "dhcp: 0", "ndp: 0", "radv: 1", "macfilter: 0", "layer2_protocols: ARP,", "log_level_in: info",
		"log_level_out: debug", "tcpflags: 1", "nosmurfs: 0", "protection_synflood: 1", "nf_conntrack_helpers: ftp,pptp", "ebtables: 0",
		"log_ratelimit: enable=1,rate=5/minute", "log_ratelimit: rate=3/second", "nf_conntrack_allow_invalid: 1"}
	someSets = []string{"ss", "ipfilter-net0", "ipfilter-net1", "management", "blacklist", "averyveryverylongsetname"}
	someNets = []string{"bridge=vmbr0,firewall=1", "bridge=vmbr1,firewall=1", "bridge=vmbr0"}
)

func lines(t *rapid.T, label, head string, from []string, most int) string {
	picked := rapid.SliceOfN(rapid.SampledFrom(from), 0, most).Draw(t, label)
	return head + "\n" + strings.Join(append(picked, ""), "\n")
}

func ruleLines(t *rapid.T, head string) string {
	var b strings.Builder
	b.WriteString(head + "\n")
	for range rapid.IntRange(0, 6).Draw(t, "rules") {
		b.WriteString(rapid.SampledFrom(someWords).Draw(t, "type") + " " + rapid.SampledFrom(someActions).Draw(t, "action"))
		for range rapid.IntRange(0, 3).Draw(t, "params") {
			b.WriteString(" " + rapid.SampledFrom(someParams).Draw(t, "param"))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func setLines(t *rapid.T) string {
	var b strings.Builder
	for range rapid.IntRange(0, 3).Draw(t, "sets") {
		b.WriteString(lines(t, "set", "[IPSET "+rapid.SampledFrom(someSets).Draw(t, "name")+"]", someEntries, 5))
	}
	return b.String()
}

func fwFile(t *rapid.T) string {
	return "[OPTIONS]\nenable: 1\n" + lines(t, "options", "", someOptions, 4) + lines(t, "aliases", "[ALIASES]", someAliases, 4) +
		setLines(t) + ruleLines(t, "[RULES]")
}

func datacenter(t *rapid.T) map[string]string {
	net := rapid.SampledFrom(someNets)
	return map[string]string{
		"cluster.fw": fwFile(t) + ruleLines(t, "[group gg]") + ruleLines(t, "[group hh]") + ruleLines(t, "[group good]") +
			lines(t, "late aliases", "[ALIASES]", someAliases, 2),
		"host.fw": "[OPTIONS]\n" + lines(t, "options", "", someOptions, 4) + ruleLines(t, "[RULES]"),
		"100.fw":  fwFile(t),
		"200.fw":  fwFile(t),
		"qemu-server/100.conf": "net0: virtio=AA:0B:0C:00:00:01," + net.Draw(t, "net0") + "\n" +
			"net1: virtio=AA:0B:0C:00:00:02," + net.Draw(t, "net1") + "\n",
		"lxc/200.conf": "net0: name=eth0,hwaddr=AA:0B:0C:00:00:03,ip=" + rapid.SampledFrom([]string{"dhcp", "manual", "10.0.0.9/24"}).Draw(t, "ip") +
			"," + net.Draw(t, "net0 of 200") + "\n",
	}
}

// Lower is total: whatever the files, the result is sound, the same every time,
// and shows every rule that concerns a chain. Intended leaves nothing that a
// kernel would refuse, and no guest unfiltered.
func TestLowerIsTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg, node := resolve(datacenter(t))
		for _, sem := range []Semantics{Reference, Intended} {
			p, _ := Lower(cfg, node, sem)
			for _, err := range ir.Verify(p) {
				t.Errorf("%s: %v", sem, err)
			}
			again, _ := Lower(cfg, node, sem)
			if a, b := dump(t, p), dump(t, again); a != b {
				t.Errorf("%s: two runs differ:\n%s\n---\n%s", sem, a, b)
			}
			everyRuleIsShown(t, cfg, node, p)
			if sem == Intended {
				nothingDies(t, p)
			}
		}
	})
}

func dump(t *rapid.T, p *ir.Policy) string {
	var b bytes.Buffer
	if err := ir.Dump(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func nothingDies(t *rapid.T, p *ir.Policy) {
	if p.Fatal != nil || len(p.Refusals) > 0 {
		t.Errorf("intended: fatal %v, refusals %v", p.Fatal, p.Refusals)
	}
	for _, e := range p.NICs {
		for f := ir.V4; f <= ir.V6; f++ {
			if e.In != nil && (!e.In.Filtered(f) || !e.Out.Filtered(f)) {
				t.Errorf("intended: %s is not filtered for %s", e.Name, f)
			}
		}
	}
}

func everyRuleIsShown(t *rapid.T, cfg *config.Config, node *config.Node, p *ir.Policy) {
	for _, e := range append([]*ir.Endpoint{p.Host}, p.NICs...) {
		if e == nil || e.In == nil {
			continue
		}
		files := []*config.FW{cfg.Cluster, node.Host}
		for _, g := range node.Guests {
			if g.VMID == e.VMID {
				files = []*config.FW{g.FW}
			}
		}
		for _, fw := range files {
			for _, r := range rulesOf(fw) {
				if concerns(r, ir.In) && !shown(e.In, r) || concerns(r, ir.Out) && !shown(e.Out, r) {
					t.Errorf("%s does not show %s", e.Name, r.Span())
				}
			}
		}
	}
}

func shown(c *ir.Chain, r *config.Rule) bool {
	for _, n := range c.Nodes {
		var o ir.Origin
		switch n := n.(type) {
		case *ir.Rule:
			o = n.Origin
		case *ir.Call:
			o = n.Origin
		case *ir.Skipped:
			o = n.Origin
		}
		if o.Span == r.Span() {
			return true
		}
	}
	return false
}
