package nft

import (
	"net/netip"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/pvefw/pvefw/ir/packet"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// What files say about forwarded packets is what the program does to them, and what
// the IR says.
func TestProgramAgreesOnForwardedPackets(t *testing.T) {
	a, err := txtar.ParseFile("../../testdata/nft/forward.txtar")
	if err != nil {
		t.Fatal(err)
	}
	p := forwardingOf(a)
	if p.Forwarding == nil || len(p.VNets) != 1 {
		t.Fatalf("the files make no lists: %+v", p)
	}
	programs := build(t, "forward", p)
	asked := map[string]int{}
	zones := []string{"outside", "nfvm", "host", "vm100", "vm101", "vm102", "blue/eth7", "vmbr1/eth1"}
	for _, from := range zones {
		for _, to := range zones {
			for _, port := range []uint16{22, 53, 80, 443} {
				for _, source := range []string{"10.7.0.1", "10.7.0.9", "198.51.100.7", "2001:db8::7"} {
					for _, state := range []ir.State{ir.New, ir.EstablishedState, ir.Invalid} {
						q := asking(from, to, port, source, state)
						agree(t, "forward", p, programs, q)
						r, _ := packet.Walk(p, q)
						asked[r.Verdict]++
					}
				}
			}
		}
	}
	if asked[packet.Accepted] < 500 || asked[packet.Dropped] < 500 {
		t.Errorf("verdicts: %v", asked)
	}
}

func asking(from, to string, port uint16, from0 string, state ir.State) packet.Query {
	q := packet.Query{From: from, To: to, Proto: protoTCP, DPort: port, SPort: 20000, State: state,
		Source: netip.MustParseAddr(from0), Dest: netip.MustParseAddr("203.0.113.5")}
	if port == 53 {
		q.Proto = protoUDP
	}
	if q.Source.Is6() {
		q.Dest = netip.MustParseAddr("2001:db8:5::5")
	}
	return q
}

// forwardingOf lowers an archive with three guests: one on vmbr0, two on the VNet of
// which one has no firewall.
func forwardingOf(a *txtar.Archive) *ir.Policy {
	file := func(name string) *source.File {
		for _, f := range a.Files {
			if f.Name == name {
				return source.NewFile(name, f.Data)
			}
		}
		return nil
	}
	guest := func(vmid int, mac, bridge, firewall string) config.GuestInput {
		return config.GuestInput{VMID: vmid, Env: facts.VM,
			FW:   source.NewFile("guest.fw", []byte("[OPTIONS]\nenable: 1\npolicy_in: ACCEPT\n")),
			Conf: source.NewFile("guest.conf", []byte("net0: virtio=BC:24:11:00:00:"+mac+",bridge="+bridge+firewall+"\n"))}
	}
	cfg, _ := config.Resolve(config.Input{Datacenter: true, Cluster: file("cluster.fw"), SDN: file("sdn/.running-config"),
		VNets: []config.VNetInput{{Name: "blue", FW: file("vnet/blue.fw")}},
		Nodes: []config.NodeInput{{Facts: config.Host{Name: "pve1", LocalNetwork: "192.0.2.0/24"}, HostFW: file("host.fw"),
			Guests: []config.GuestInput{guest(100, "01", "vmbr0", ",firewall=1"), guest(101, "02", "blue", ",firewall=1"), guest(102, "03", "blue", "")}}}})
	p, _ := lower.Lower(cfg, cfg.Nodes[0], lower.Intended)
	return p
}
