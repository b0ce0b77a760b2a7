package config_test

import (
	"testing"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

func TestUnknownEtherTypes(t *testing.T) {
	for value, want := range map[string][3]string{
		"ARP,IPv6,IPX": {"IPv6", `pve-firewall knows no ethernet protocol 'IPv6'; IPv6 always passes and need not be named`, "ARP,IPX"},
		"ARP,arp":      {"arp", `pve-firewall knows no ethernet protocol 'arp', did you mean ARP?`, "ARP"},
		"LLDP":         {"LLDP", `pve-firewall knows no ethernet protocol 'LLDP'`, ""},
		"IPv6":         {"IPv6", `pve-firewall knows no ethernet protocol 'IPv6'; IPv6 always passes and need not be named`, ""},
	} {
		f := source.NewFile("100.fw", []byte("[OPTIONS]\nlayer2_protocols: "+value+"\n"))
		_, list := config.Resolve(config.Input{Nodes: []config.NodeInput{{Guests: []config.GuestInput{{VMID: 100, Env: facts.VM, FW: f, Unknown: true}}}}})
		if len(list) != 1 || list[0].Rule.Code != "layer2-unknown-ethertype" {
			t.Errorf("%s: %v", value, list)
			continue
		}
		d, fix := list[0], ""
		if len(d.Fixes) > 0 {
			fix = d.Fixes[0].Edits[0].Text
		}
		if got := [3]string{d.Span.Text(), d.Message, fix}; got != want {
			t.Errorf("%s: got %q", value, got)
		}
	}
}
