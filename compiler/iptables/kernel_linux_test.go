package iptables

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pvefw/pvefw/compiler"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/netns"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
)

// loadScript loads the texts into the namespace it runs in, in the daemon's
// order, each first as a rehearsal. The working directory holds the artifacts.
const loadScript = `set -e
ipset restore < ipset.rules
for tool in iptables ip6tables; do
	$tool-restore -n --test < $tool.rules
	$tool-restore -n < $tool.rules
done
ebtables-restore < ebtables.rules
`

// loadIntoKernel returns the tools' complaint.
func loadIntoKernel(t *testing.T, artifacts []compiler.Artifact) (string, error) {
	t.Helper()
	dir := t.TempDir()
	for _, a := range artifacts {
		if err := os.WriteFile(filepath.Join(dir, a.Name), []byte(a.Text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return netns.Script(dir, loadScript)
}

func TestKernelLoadsEmittedTexts(t *testing.T) {
	netns.NeedIPTables(t, "ebtables-restore")
	for name, p := range map[string]*ir.Policy{
		"plain": plain(), "two cards": twoCards(), "everything": everything(), "off": {Off: true},
	} {
		artifacts, _ := New().Emit(p)
		if out, err := loadIntoKernel(t, artifacts); err != nil {
			t.Errorf("%s: %v: %s", name, err, out)
		}
	}
}

// The example that people copy must load on a node, in both semantics.
func TestKernelLoadsTheExampleDatacenter(t *testing.T) {
	netns.NeedIPTables(t, "ebtables-restore")
	const dir = "../../examples/datacenter"
	loaded, err := load.Load(dir, load.Options{Now: time.Unix(1_700_000_000, 0)})
	if err != nil {
		t.Fatal(err)
	}
	cfg, _ := config.Resolve(loaded.Input)
	if len(cfg.Nodes) == 0 {
		t.Fatal("the example has no node")
	}
	for _, node := range cfg.Nodes {
		for _, semantics := range []lower.Semantics{lower.Reference, lower.Intended} {
			policy, _ := lower.Lower(cfg, node, semantics)
			artifacts, findings := New().Emit(policy)
			for _, d := range findings {
				if d.Rule != ruleCannotExpress { // it has FORWARD rules
					t.Errorf("%s, %s: %s: %s", node.Name, semantics, d.Span, d.Message)
				}
			}
			if out, err := loadIntoKernel(t, artifacts); err != nil {
				t.Errorf("%s, %s: %v: %s", node.Name, semantics, err, out)
			}
		}
	}
}

// The checks above can fail: the kernel refuses what nobody could load.
func TestKernelRefusesWhatItShould(t *testing.T) {
	netns.NeedIPTables(t, "ebtables-restore")
	p := plain(&ir.Rule{Families: ir.Both, Match: ir.Match{Source: &ir.Addr{Text: "10.0.0.1/33"}}, Origin: line(1)})
	artifacts, _ := New().Emit(p)
	out, err := loadIntoKernel(t, artifacts)
	if err == nil || !strings.Contains(out, "33") {
		t.Errorf("a prefix of 33 bits was loaded: %s", out)
	}
}

// everything holds each kind of node and of match once.
func everything() *ir.Policy {
	set := &ir.Set{Name: "averyveryverylongsetname", Declared: 70, Entries: []ir.SetEntry{
		{Text: "192.0.2.0/24"}, {Text: "192.0.2.7", NoMatch: true}, {Text: "2001:db8::/32"}}}
	blacklist := builtin(ir.Blacklist, ir.In)
	blacklist.Set = set
	corosync := builtin(ir.Corosync, ir.In)
	corosync.AnyCast = true
	corosync.Peers = []ir.CorosyncPeer{{Family: ir.V4, Local: "10.20.0.1", Remote: "10.20.0.2"}}
	filter := builtin(ir.IPFilter, ir.Out)
	filter.Set = set
	g := &ir.Group{Name: "web"}
	g.In = bodyOf("web", ir.In, ruleOf(ir.Both, tcp(80, "80")))
	g.Out = bodyOf("web", ir.Out, ruleOf(ir.Both, tcp(80, "80:443")))
	p := plain(append(matches(set), blacklist, builtin(ir.BadTCPFlags, ir.In), corosync,
		&ir.Call{Families: ir.Both, Match: ir.Match{In: "vmbr0"}, Group: g})...)
	p.Sets = append(p.Sets, set)
	p.Groups = []*ir.Group{g}
	p.Forward.Nodes = append([]ir.Node{builtin(ir.IPSEstablished, ir.In)}, p.Forward.Nodes...)
	queue := &ir.Queue{Text: "1:3"}
	nic := guest("veth9i0", 9, "02:00:00:00:00:09",
		[]ir.Node{&ir.Call{Families: ir.Both, Group: g, Verdict: ir.Verdict{Queue: queue}}, builtin(ir.RejectNoise, ir.In), closing(ir.Reject, &ir.Log{Level: 7})},
		[]ir.Node{filter, &ir.Call{Families: ir.Both, Group: g}, closing(ir.Accept, nil)})
	nic.Queue = queue
	nic.Link = &ir.Link{MAC: "02:00:00:00:00:09", ARP: []string{"192.0.2.9"}, Ethertypes: []string{"ARP"}}
	p.NICs = []*ir.Endpoint{nic}
	p.Raw = ir.Raw{SynFlood: &ir.SynFlood{Rate: "200", Burst: "1000", Expire: "60"},
		Helpers: []ir.Helper{{Name: "ftp", Proto: "tcp", Port: 21, Families: ir.Both}}}
	return p
}

func matches(set *ir.Set) []ir.Node {
	udp := &ir.Proto{Text: "udp", Number: 17}
	list := &ir.Ports{Text: "80,90:100", List: true}
	return []ir.Node{
		ruleOf(ir.OnlyV4, ir.Match{In: "vmbr0", Source: &ir.Addr{Text: "10.0.0.0/8,192.0.2.7"}}),
		ruleOf(ir.OnlyV6, ir.Match{Dest: &ir.Addr{Text: "2001:db8::1-2001:db8::f"}}),
		ruleOf(ir.Both, ir.Match{Source: &ir.Addr{Set: set}, Dest: &ir.Addr{Set: set, Negated: true}}),
		ruleOf(ir.Both, ir.Match{Proto: udp, SPort: list, DPort: &ir.Ports{Text: "domain"}}),
		ruleOf(ir.Both, ir.Match{Proto: udp, SPort: list, DPort: list}),
		ruleOf(ir.OnlyV4, ir.Match{Proto: &ir.Proto{Text: "icmp"}, ICMP: &ir.ICMP{Text: "port-unreachable"}}),
		ruleOf(ir.OnlyV6, ir.Match{Proto: &ir.Proto{Text: "ipv6-icmp"}, ICMP: &ir.ICMP{Text: "packet-too-big", V6: true, Option: true}}),
		ruleOf(ir.OnlyV4, ir.Match{Proto: udp, DstType: ir.Multicast}),
	}
}

func ruleOf(fs ir.Families, m ir.Match) *ir.Rule {
	return &ir.Rule{Families: fs, Match: m, Log: &ir.Log{Level: 6}, Verdict: ir.Verdict{Kind: ir.Accept}}
}
