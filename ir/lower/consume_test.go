package lower

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pvefw/pvefw/ir"
)

// consumable has what lowering comes back to behind a guest's chains: a VM and a
// container of one number, sets for the ethernet filter, an alias in one of them.
var consumable = map[string]string{
	"cluster.fw": "[OPTIONS]\nenable: 1\n[group web]\nIN HTTP(ACCEPT)\n",
	"100.fw": "[OPTIONS]\nenable: 1\nipfilter: 1\n[ALIASES]\nmine 10.0.0.1\n[IPSET ipfilter-net0]\nmine\n10.0.0.300\n! 10.0.0.9\n" +
		"[RULES]\nGROUP web\nIN ACCEPT -source mine -p tcp -dport 080\nOUT DROP -i net1\n",
	"101.fw":               "[OPTIONS]\nenable: 1\n[IPSET ipfilter-net0]\n10.0.0.0/24\n10.0.0.1/33\n[RULES]\nIN SSH(ACCEPT) -log info\n",
	"qemu-server/100.conf": "net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1\nnet1: virtio=BC:24:11:00:00:02,bridge=vmbr0,firewall=1\n",
	"lxc/101.conf":         "net0: name=eth0,bridge=vmbr0,firewall=1,ip=manual,hwaddr=BC:24:11:00:00:03,type=veth\n",
}

// Consume gives what Lower gives, and leaves no rules of guests behind.
func TestConsume(t *testing.T) {
	for _, sem := range []Semantics{Reference, Intended} {
		cfg, node := resolve(consumable)
		guests := node.Guests
		twin := *guests[0]
		twin.VMID = 200 // lowered later, of the same file
		node.Guests = append(guests, &twin)
		whole, found := Lower(cfg, node, sem)
		want := dumped(t, whole)
		rest, foundToo := Consume(cfg, node, sem)
		if diff := cmp.Diff(want, dumped(t, rest)); diff != "" || len(found) != len(foundToo) {
			t.Errorf("%s: %d findings, then %d (-Lower +Consume):\n%s", sem, len(found), len(foundToo), diff)
		}
		for _, g := range guests {
			if len(g.FW.Rules) > 0 || len(g.FW.File.Lines) > 0 {
				t.Errorf("%s: the rules of guest %d are still there", sem, g.VMID)
			}
		}
		if len(cfg.Cluster.Groups["web"].Rules) == 0 {
			t.Errorf("%s: a group of the datacenter is gone", sem)
		}
	}
}

// Rules that say the same share what they are made of, but not their places, and a
// text that is refused is refused at each of them.
func TestShared(t *testing.T) {
	cfg, node := resolve(map[string]string{
		"cluster.fw":           "[OPTIONS]\nenable: 1\n",
		"100.fw":               "[OPTIONS]\nenable: 1\n[RULES]\nIN DROP -source 10.0.0.1 -p tcp -dport 22,80\nIN DROP -source 10.0.0.1 -p tcp -dport 22,80\nIN DROP -p udplite -dport 7\nIN DROP -p udplite -dport 7\n",
		"qemu-server/100.conf": "net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1\n",
	})
	p, found := Lower(cfg, node, Reference)
	var rules []*ir.Rule
	for _, n := range p.NICs[0].In.Nodes {
		if r, ok := n.(*ir.Rule); ok && len(r.Origin.Steps) == 1 {
			rules = append(rules, r)
		}
	}
	if len(rules) != 4 {
		t.Fatalf("%d rules", len(rules))
	}
	a, b := rules[0], rules[1]
	if a.Match != b.Match || a.Origin.Span == b.Origin.Span || &a.Origin.Steps[0] != &b.Origin.Steps[0] {
		t.Errorf("not shared: %+v, %+v", a, b)
	}
	if refused := strings.Count(codes(found), kernelWouldRefuse.Code+"@"); refused != 2 {
		t.Errorf("%d lines refused, want 2: %v", refused, found)
	}
}
