package config

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

func sdnInput(running, ipam, rule string) Input {
	in := Input{Datacenter: true, Cluster: named("cluster.fw", "[RULES]\n"+rule+"\n"), Nodes: []NodeInput{{Facts: Host{Name: "pve1"}}}}
	if running != "" {
		in.SDN = named("sdn/.running-config", running)
	}
	if ipam != "" {
		in.IPAM = named("sdn/pve-ipam-state.json", ipam)
	}
	return in
}

// Without the file that would tell, a name is neither there nor wrong; with it, it is
// one of them.
func TestSDNNamesNeedTheirFile(t *testing.T) {
	const running, ipam = `{"vnets":{"ids":{"blue":{}}}}`, `{"zones":{"z":{"subnets":{"10.0.0.0/8":{"ips":{"10.0.0.1":{"vmid":7}}}}}}}`
	for _, c := range []struct{ running, ipam, name, finds, missing string }{
		{"", "", "sdn/blue-all", "unknown", "SDN sets (there is no sdn/.running-config)"},
		{"", "", "sdn/guest-ipam-7", "unknown", "SDN sets of guests' addresses (there is no sdn/pve-ipam-state.json)"},
		{"", "", "sdn/blue", "sdn-set-unknown", ""},
		{"", "", "blue-all", "ipset-unknown", ""},
		{running, "", "sdn/blue-all", "found", ""},
		{running, "", "blue-all", "found", ""},
		{running, "", "dc/blue-all", "scope-unresolvable", ""},
		{running, "", "sdn/red-all", "sdn-set-unknown", ""},
		{running, "", "sdn/guest-ipam-7", "unknown", "SDN sets of guests' addresses (there is no sdn/pve-ipam-state.json)"},
		{running, ipam, "sdn/guest-ipam-7", "found", ""},
		{running, ipam, "sdn/guest-ipam-8", "sdn-set-unknown", ""},
		{"", ipam, "sdn/blue-dhcp", "unknown", "SDN sets (there is no sdn/.running-config)"},
		{"[]", "", "sdn/blue-all", "unknown", "SDN sets (sdn/.running-config is not of the form that is known); the peers of the software-defined network (sdn/.running-config is not its JSON)"},
		{running, "7", "sdn/guest-ipam-7", "unknown", "SDN sets of guests' addresses (sdn/pve-ipam-state.json is not of the form that is known)"},
	} {
		cfg, found := Resolve(sdnInput(c.running, c.ipam, "IN ACCEPT -source +"+c.name))
		got := "found"
		ref := cfg.Cluster.Rules[0].Source.Set
		if ref.Target == nil {
			got = ref.Runtime
		}
		for _, d := range found {
			if !strings.HasPrefix(d.Rule.Code, "proxmox-firewall") && d.Span.Start > 8 && (d.Rule.Category == "reference" || d.Rule == scopeUnresolvable) {
				got = d.Rule.Code
			}
		}
		if got != c.finds || strings.Join(cfg.Missing, "; ") != c.missing {
			t.Errorf("%s with %q and %q: %s, missing %q", c.name, c.running, c.ipam, got, cfg.Missing)
		}
	}
}

func TestSDNNamesAreSuggested(t *testing.T) {
	_, found := Resolve(sdnInput(`{"vnets":{"ids":{"office":{}}}}`, "", "IN ACCEPT -source +sdn/ofice-all"))
	i := slices.IndexFunc(found, func(d diag.Diagnostic) bool { return d.Rule == sdnSetUnknown })
	if i < 0 || !strings.HasSuffix(found[i].Message, "did you mean office-all?") || found[i].Fixes[0].Edits[0].Span.Text() != "ofice-all" {
		t.Errorf("findings %+v", found)
	}
}

// A file that would make more entries than are sensible makes none.
func TestSDNSetsAreBounded(t *testing.T) {
	ranges := strings.TrimSuffix(strings.Repeat(`"start-address=::1,end-address=7fff:ffff:ffff:ffff:ffff:ffff:ffff:fffe",`, 2000), ",")
	cfg, _ := Resolve(sdnInput(fmt.Sprintf(`{"vnets":{"ids":{"v":{}}},"subnets":{"ids":{"z-fd00::-64":{"vnet":"v","dhcp-range":[%s]}}}}`, ranges), "", "IN ACCEPT -source +sdn/v-all"))
	if len(cfg.SDN.Sets) != 0 || cfg.SDN.VNets || len(cfg.Missing) != 1 {
		t.Errorf("%d sets, missing %q", len(cfg.SDN.Sets), cfg.Missing)
	}
}

func FuzzSDN(f *testing.F) {
	f.Add(`{"vnets":{"ids":{"v":{}}},"subnets":{"ids":{"z-10.0.0.0-24":{"vnet":"v","gateway":"10.0.0.1","dhcp-range":"start-address=10.0.0.5,end-address=10.0.0.9"}}}}`)
	f.Add(`{"zones":{"z":{"subnets":{"10.0.0.0/8":{"ips":{"10.0.0.1":{"vmid":7}}}}}}}`)
	f.Add(`{"vnets":{"ids":{"v":null}},"subnets":{"ids":{"a-b-c":null}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		file := source.NewFile("x", []byte(text))
		first, _ := Resolve(Input{SDN: file, IPAM: file})
		// What is kept of the file says the same as the file.
		second, _ := Resolve(Input{SDN: source.NewFile("x", ReduceSDN(file)), IPAM: source.NewFile("x", ReduceIPAM(file))})
		if a, b := setTexts(first), setTexts(second); a != b && first.SDN.VNets && second.SDN.VNets && plainNames(first) {
			t.Errorf("%s\nreduced to\n%s", a, b)
		}
	})
}

func plainNames(c *Config) bool {
	for name := range c.SDN.Sets {
		if !isPlain(name) {
			return false
		}
	}
	return true
}

func setTexts(c *Config) string {
	var lines []string
	for name, s := range c.SDN.Sets {
		line := name
		for _, e := range s.Entries {
			line += fmt.Sprint(" ", e.Text, e.NoMatch)
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
