package config

import (
	"testing"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// A value that the daemon does not take costs the card of a VM and the whole
// firewall of a container (reference/pve-firewall §14.4).
func TestOddPropertyStrings(t *testing.T) {
	const ct = "name=eth0,bridge=vmbr0,firewall=1"
	for _, c := range []struct {
		env   facts.Env
		value string
		good  bool
	}{
		{facts.VM, "virtio=AA:0B:0C:00:00:01,firewall=on", true},
		{facts.VM, "virtio=ac:0b:0c:00:00:01,,firewall=1,", true},
		{facts.VM, "model=vmxnet3,macaddr=AA:0B:0C:00:00:01,firewall=1,trunks=1;3-5,mtu=1,queues=64", true},
		{facts.VM, "firewall=1,virtio", true},
		{facts.VM, "virtio=AB:CD:EF:00:00:01,e1000=AA:0B:0C:00:00:01,firewall=1", false},
		{facts.VM, "virtio=A1:0B:0C:00:00:01,firewall=1", false},
		{facts.VM, "virtio=AA:0B:0C:00:00,firewall=1", false},
		{facts.VM, "virtio,firewall=2", false},
		{facts.VM, "virtio,firewall=1,firewall=1", false},
		{facts.VM, "virtio,firewall=1,tag=0", false},
		{facts.VM, "virtio,firewall=1,tag=+5", false},
		{facts.VM, "virtio,firewall=1,queues=65", false},
		{facts.VM, "virtio,firewall=1,trunks=1;", false},
		{facts.VM, "virtio,firewall=1,hwaddr=AA:0B:0C:00:00:01", false},
		{facts.VM, "bridge=vmbr0,firewall=1", false},
		{facts.CT, ct + ",ip=10.0.0.5/24,gw=10.0.0.1,ip6=auto,mtu=64,type=veth", true},
		{facts.CT, ct + ",ip=manual,ip6=2001:db8::1/64,gw6=fe80::1", true},
		{facts.CT, ct + ",ip=10.0.0.5", false},
		{facts.CT, ct + ",ip=10.0.0.5/33", false},
		{facts.CT, ct + ",ip=auto", false},
		{facts.CT, ct + ",ip6=10.0.0.5/24", false},
		{facts.CT, ct + ",gw=10.0.0.1/24", false},
		{facts.CT, ct + ",mtu=63", false},
		{facts.CT, ct + ",type=phys", false},
		{facts.CT, "bridge=vmbr0,firewall=1", false},
	} {
		g := &Guest{VMID: 100, Env: c.env}
		list := g.readConf(source.NewFile("100.conf", []byte("net0: "+c.value+"\n")))
		if good := len(list) == 0 && g.NICs[0].Firewall && !g.Broken; good != c.good {
			t.Errorf("%s: good %v, want %v: %v", c.value, good, c.good, codesOf(list))
		}
		if lost := c.env == facts.CT && !c.good; g.Broken != lost {
			t.Errorf("%s: broken %v, want %v", c.value, g.Broken, lost)
		}
	}
}
