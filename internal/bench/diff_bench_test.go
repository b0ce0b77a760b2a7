package bench

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
)

// diffInput is a node of guests with 50 rules each, after change has seen the text
// of each.
func diffInput(guests int, change func(guest int, text []byte) []byte) config.Input {
	cluster := "[OPTIONS]\n\nenable: 1\n\n[ALIASES]\n\nweb 10.9.0.0/16\n\n[IPSET mgmt]\n\n10.8.0.0/24\n10.7.0.1\n\n[group web]\n\nIN HTTP(ACCEPT)\nIN HTTPS(ACCEPT)\n"
	node := config.NodeInput{Facts: config.Host{Name: "pve1", Address: "10.0.0.11", LocalNetwork: "10.0.0.0/24"},
		HostFW: source.NewFile("host.fw", []byte("[OPTIONS]\n\nenable: 1\n"))}
	for i, text := range ownCorpus(guests, 50) {
		id := 100 + i
		node.Guests = append(node.Guests, config.GuestInput{VMID: id, Env: facts.VM, FW: source.NewFile(fmt.Sprintf("%d.fw", id), change(i, text)),
			Conf: source.NewFile(fmt.Sprintf("%d.conf", id), fmt.Appendf(nil, "net0: virtio=AA:0B:0C:%02X:%02X:01,bridge=vmbr0,firewall=1\n", i>>8, i&255))})
	}
	return config.Input{Datacenter: true, Cluster: source.NewFile("cluster.fw", []byte(cluster)), Nodes: []config.NodeInput{node}}
}

func diffPolicy(in config.Input) (*ir.Policy, time.Duration, time.Duration) {
	start := time.Now()
	cfg, _ := config.Resolve(in)
	resolved := time.Now()
	p, _ := lower.Lower(cfg, cfg.Nodes[0], lower.Reference)
	return p, resolved.Sub(start), time.Since(resolved)
}

// A datacenter of 10,000 guests of which one has one other rule: what comes behind
// parsing.
func BenchmarkDiffDatacenter(b *testing.B) {
	const guests = 10_000
	before, _, _ := diffPolicy(diffInput(guests, func(_ int, text []byte) []byte { return text }))
	after, resolving, lowering := diffPolicy(diffInput(guests, func(i int, text []byte) []byte {
		if i != guests/2 {
			return text
		}
		return bytes.Replace(text, []byte("[RULES]\n\n"), []byte("[RULES]\n\nIN ACCEPT -p tcp -dport 9999\n"), 1)
	}))
	b.ReportMetric(resolving.Seconds(), "s-resolve")
	b.ReportMetric(lowering.Seconds(), "s-lower")
	b.ResetTimer()
	b.ReportMetric(resolving.Seconds(), "s-resolve")
	b.ReportMetric(lowering.Seconds(), "s-lower")
	for range b.N {
		if c := analysis.Compare(before, after, analysis.Budget{}); c.Class() != analysis.Wider || len(c.Endpoints) != 2 {
			b.Fatalf("%s, %d endpoints", c.Class(), len(c.Endpoints))
		}
	}
}
