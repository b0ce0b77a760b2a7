package lower

import (
	"path"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// resolve reads a set of files as one node, proxself. Guests are those with a
// conf.
func resolve(files map[string]string) (*config.Config, *config.Node) {
	cfg, node, _ := resolved(files)
	return cfg, node
}

// resolved is resolve with what the reader finds.
func resolved(files map[string]string) (*config.Config, *config.Node, diag.List) {
	in := config.Input{Datacenter: true, Cluster: file(files, "cluster.fw")}
	node := config.NodeInput{
		Facts: config.Host{Name: "proxself", LocalNetwork: "172.16.1.0/24",
			AltNames: map[string]string{"lan0": "eth3"}},
		HostFW: file(files, "host.fw"), Corosync: file(files, "corosync.conf"),
	}
	for name := range files {
		dir, base := path.Split(name)
		if dir == "vnet/" {
			in.VNets = append(in.VNets, config.VNetInput{Name: strings.TrimSuffix(base, ".fw"), FW: file(files, name)})
		}
		id, err := strconv.Atoi(strings.TrimSuffix(base, ".conf"))
		if err != nil {
			continue
		}
		env := facts.VM
		if dir == "lxc/" {
			env = facts.CT
		}
		node.Guests = append(node.Guests, config.GuestInput{VMID: id, Env: env,
			FW: file(files, strconv.Itoa(id)+".fw"), Conf: file(files, name)})
	}
	sort.Slice(node.Guests, func(i, j int) bool { return node.Guests[i].VMID < node.Guests[j].VMID })
	sort.Slice(in.VNets, func(i, j int) bool { return in.VNets[i].Name < in.VNets[j].Name })
	in.SDN, in.IPAM = file(files, "sdn/.running-config"), file(files, "sdn/pve-ipam-state.json")
	in.Nodes = []config.NodeInput{node}
	cfg, found := config.Resolve(in)
	return cfg, cfg.Nodes[0], found
}

func file(files map[string]string, name string) *source.File {
	text, ok := files[name]
	if !ok {
		return nil
	}
	return source.NewFile(name, []byte(text))
}

// lowered lowers files and fails the test where the result is not sound.
func lowered(t *testing.T, files map[string]string, sem Semantics) (*ir.Policy, diag.List) {
	t.Helper()
	cfg, node := resolve(files)
	p, findings := Lower(cfg, node, sem)
	for _, err := range ir.Verify(p) {
		t.Errorf("%s: %v", sem, err)
	}
	return p, findings
}

const vm100 = "net0: virtio=AA:0B:0C:00:00:01,bridge=vmbr0,firewall=1\n"

func texts(messages []ir.Message) string {
	var out []string
	for _, m := range messages {
		out = append(out, m.Text)
	}
	return strings.Join(out, "; ")
}

func codes(findings diag.List) string {
	var out []string
	for _, d := range findings {
		out = append(out, d.Rule.Code+"@"+d.Span.String())
	}
	return strings.Join(out, " ")
}

// A group that dies ends the guest in that family, and the guest's later NICs.
func TestGroupDeathLeavesGuestUnfiltered(t *testing.T) {
	files := map[string]string{
		"cluster.fw":           "[OPTIONS]\nenable: 1\n[group gg]\nIN ACCEPT -p tcp -dport 22\nIN ACCEPT -p icmp -dport 256\nIN DROP\n",
		"100.fw":               "[OPTIONS]\nenable: 1\n[RULES]\nGROUP gg\n",
		"101.fw":               "[OPTIONS]\nenable: 1\n[RULES]\nGROUP gg\n",
		"qemu-server/100.conf": vm100 + "net1: virtio=AA:0B:0C:00:00:02,bridge=vmbr0,firewall=1\n",
		"qemu-server/101.conf": "net0: virtio=AA:0B:0C:00:00:03,bridge=vmbr0,firewall=1\n",
	}
	p, findings := lowered(t, files, Reference)
	first, second, other := p.NICs[0], p.NICs[1], p.NICs[2]
	if first.In.Build[ir.V4].Hooked || !first.In.Build[ir.V4].Exists || first.Out.Build[ir.V4].Exists || second.In.Build[ir.V4].Exists {
		t.Errorf("IPv4 of 100: %+v %+v %+v", first.In.Build, first.Out.Build, second.In.Build)
	}
	if !first.In.Filtered(ir.V6) || !second.Out.Filtered(ir.V6) {
		t.Error("IPv6 of 100 does not survive")
	}
	// 101 finds the half-built IN chain and dies of the missing OUT chain.
	if !other.In.Filtered(ir.V4) || other.Out.Filtered(ir.V4) {
		t.Errorf("IPv4 of 101: %+v %+v", other.In.Build, other.Out.Build)
	}
	if got, want := texts(p.Runtime), "invalid icmp-type '256'; chain 'GROUP-gg-IN' already exists"; got != want {
		t.Errorf("messages %q, want %q", got, want)
	}
	if g := p.Groups[0]; g.In.Build[ir.V4].Nodes != 2 || g.In.Build[ir.V6] != ir.Whole(len(g.In.Nodes)) || g.Out.Build[ir.V4].Exists {
		t.Errorf("group: IN %+v OUT %+v", g.In.Build, g.Out.Build)
	}
	if got := codes(findings); !strings.Contains(got, "guest-unfiltered@100.fw:4") || !strings.Contains(got, "reference-hazard@cluster.fw:5") {
		t.Errorf("findings: %s", got)
	}
	p, _ = lowered(t, files, Intended)
	for _, nic := range p.NICs {
		if !nic.In.Filtered(ir.V4) || !nic.Out.Filtered(ir.V4) {
			t.Errorf("intended: %s is not filtered", nic.Name)
		}
	}
}

// Without a guest whose packets could carry the mark nothing leaks, and nothing is said.
func TestGroupMarkLeakNeedsAFilteredGuest(t *testing.T) {
	for fw, want := range map[string]int{"": 0, "[OPTIONS]\nenable: 0\n": 0, "[OPTIONS]\nenable: 1\n": 1} {
		files := map[string]string{
			"cluster.fw":           "[OPTIONS]\nenable: 1\n[group gg]\nOUT ACCEPT\n",
			"host.fw":              "[RULES]\nGROUP gg -i vmbr0\n",
			"qemu-server/100.conf": vm100,
			"100.fw":               fw,
		}
		_, findings := lowered(t, files, Reference)
		if n := len(findings); n != want {
			t.Errorf("100.fw %q: %d findings, want %d: %v", fw, n, want, findings)
		}
	}
}

// The daemon tests the accept mark without the interface of a host GROUP rule.
func TestGroupMarkLeak(t *testing.T) {
	files := map[string]string{
		"cluster.fw": "[OPTIONS]\nenable: 1\n[group gg]\nIN ACCEPT\n",
		"host.fw":    "[RULES]\nGROUP gg -i lan0\nGROUP gg\n",
	}
	leaks := func(sem Semantics) (int, string) {
		p, _ := lowered(t, files, sem)
		n, iface := 0, ""
		for _, node := range p.Host.In.Nodes {
			switch node := node.(type) {
			case *ir.Rule:
				if node.Match.AcceptedBySender {
					n++
				}
			case *ir.Call:
				iface += node.Match.In + ";"
			}
		}
		return n, iface
	}
	for sem, want := range map[Semantics]int{Reference: 1, Intended: 0} {
		if n, iface := leaks(sem); n != want || iface != "eth3;;" {
			t.Errorf("%s: %d leaks, want %d; interfaces %q", sem, n, want, iface)
		}
	}
}

func TestRefusalIsTheRuleOrTheText(t *testing.T) {
	files := map[string]string{
		"cluster.fw": "[OPTIONS]\nenable: 1\n[ALIASES]\nwide 192.0.2.1/40\n[IPSET ss]\n10.0.0.0/33\n10.7.0.0/24\n10.7.0.9/24\n" +
			"[RULES]\nIN ACCEPT -source wide -p tcp -dport 1\nIN ACCEPT -p udp -dport http,https\nIN ACCEPT -source 010.0.0.1\n",
	}
	p, findings := lowered(t, files, Reference)
	var got []string
	for _, r := range p.Refusals {
		got = append(got, r.Carrier.String()+"@"+strconv.Itoa(r.Origin.Span.From().Line))
	}
	want := "ipset@6 ipset@8 iptables@10 iptables@11 ip6tables@11"
	if strings.Join(got, " ") != want {
		t.Errorf("refused %s, want %s", strings.Join(got, " "), want)
	}
	if n := strings.Count(codes(findings), "kernel-would-refuse"); n != 4 {
		t.Errorf("findings: %s", codes(findings))
	}
	p, _ = lowered(t, files, Intended)
	if len(p.Refusals) > 0 || rulesIn(p.Host.In) != 1 {
		t.Errorf("intended: refusals %v, %d rules beside the policy and built-ins", p.Refusals, rulesIn(p.Host.In)-1)
	}
	if live := liveEntries(p, "ss"); live != "10.7.0.9/24" {
		t.Errorf("intended: set s holds %s", live)
	}
}

func rulesIn(c *ir.Chain) int {
	n := 0
	for _, node := range c.Nodes {
		if _, ok := node.(*ir.Rule); ok {
			n++
		}
	}
	return n
}

func liveEntries(p *ir.Policy, name string) string {
	var out []string
	for _, s := range p.Sets {
		for _, e := range s.Entries {
			if s.Name == name && e.Skipped == "" {
				out = append(out, e.Text)
			}
		}
	}
	return strings.Join(out, " ")
}

func TestZeroRestrictsNothing(t *testing.T) {
	files := map[string]string{
		"cluster.fw": "[OPTIONS]\nenable: 1\n[RULES]\nIN ACCEPT -p tcp -dport 0\nIN ACCEPT -source 0\nIN ACCEPT -i 0\nIN ACCEPT -p icmp -dport 0\nIN ACCEPT -p gre -dport 0\n",
	}
	p, _ := lowered(t, files, Reference)
	open := 0
	for _, n := range p.Host.In.Nodes {
		if r, ok := n.(*ir.Rule); ok && r.Verdict.Kind == ir.Accept && (r.Match.IsAny() || r.Match == ir.Match{Proto: r.Match.Proto}) {
			open++
		}
	}
	if open != 3 {
		t.Errorf("%d rules are open, want 3", open)
	}
	if got, want := texts(p.Runtime), "protocol gre does not have ports; protocol gre does not have ports"; got != want {
		t.Errorf("messages %q, want %q", got, want)
	}
	p, _ = lowered(t, files, Intended)
	if n := rulesIn(p.Host.In); n != 2 {
		t.Errorf("intended: %d rules, want echo-reply and the policy", n)
	}
}

func TestIPFilter(t *testing.T) {
	files := map[string]string{
		"cluster.fw":           "[OPTIONS]\nenable: 1\n[ALIASES]\nfront 192.0.2.80\n",
		"100.fw":               "[OPTIONS]\nenable: 1\n[IPSET ipfilter-net0]\n10.0.0.1\n!10.0.0.2\ndc/front\n",
		"200.fw":               "[OPTIONS]\nenable: 1\nipfilter: 1\n",
		"qemu-server/100.conf": vm100,
		"lxc/200.conf":         "net0: name=eth0,bridge=vmbr0,firewall=1,hwaddr=BC:24:11:0B:03:05,ip=10.30.0.5/24,ip6=2001:db8:30::5/64\n",
	}
	p, _ := lowered(t, files, Reference)
	if got, want := liveEntries(p, "ipfilter-net0"), "10.0.0.1 10.0.0.2 192.0.2.80 fe80::a80b:cff:fe00:1 fe80::/10 "+
		"fe80::be24:11ff:fe0b:305 fe80::/10 10.30.0.5 2001:db8:30::5"; got != want {
		t.Errorf("sets hold\n%s, want\n%s", got, want)
	}
	vm, ct := p.NICs[0], p.NICs[1]
	if vm.Link != nil || texts(p.Runtime) != "value does not look like a valid IP address or CIDR network" {
		t.Errorf("the alias does not end layer 2: %+v, %q", vm.Link, texts(p.Runtime))
	}
	if got := strings.Join(ct.Link.ARP, " "); got != "10.30.0.5" {
		t.Errorf("ARP of the container: %s", got)
	}
	p, _ = lowered(t, files, Intended)
	if got := strings.Join(p.NICs[0].Link.ARP, " "); got != "10.0.0.1 192.0.2.80" {
		t.Errorf("intended: ARP of the VM: %s", got)
	}
}

func TestOffAndFatal(t *testing.T) {
	p, _ := lowered(t, map[string]string{"cluster.fw": "[OPTIONS]\nenable: 0\n", "100.fw": "[OPTIONS]\nenable: 1\n", "qemu-server/100.conf": vm100}, Reference)
	if !p.Off || len(p.NICs) != 1 || !p.NICs[0].Plugged || p.NICs[0].In != nil {
		t.Errorf("off %v, NICs %+v", p.Off, p.NICs)
	}
	files := map[string]string{"cluster.fw": "[OPTIONS]\nenable: 1\nlog_ratelimit: rate=3/second\n"}
	p, _ = lowered(t, files, Reference)
	if p.Fatal == nil || p.Fatal.Message != "format error\nenable: property is missing and it is not optional\n  enable: property is missing and it is not optional" {
		t.Errorf("fatal: %+v", p.Fatal)
	}
	p, _ = lowered(t, files, Intended)
	if p.Fatal != nil || p.Limit != (ir.LogLimit{Rate: "1/sec"}) {
		t.Errorf("intended: %+v %+v", p.Fatal, p.Limit)
	}
}

// The order of generation compares ids and NIC names as text, VMs first.
func TestOrderOfNICs(t *testing.T) {
	nic := func(n string) string { return "net" + n + ": virtio=AA:0B:0C:00:00:01,bridge=vmbr0,firewall=1\n" }
	p, _ := lowered(t, map[string]string{
		"cluster.fw":            "[OPTIONS]\nenable: 1\n",
		"qemu-server/101.conf":  nic("0"),
		"qemu-server/1000.conf": nic("2") + nic("10"),
		"lxc/100.conf":          "net0: name=eth0,bridge=vmbr0,firewall=1,hwaddr=BC:24:11:0B:03:05\n",
	}, Reference)
	var got []string
	for _, e := range p.NICs {
		got = append(got, e.Name+"="+e.Device)
	}
	if s := strings.Join(got, " "); s != "vm1000/net10=tap1000i10 vm1000/net2=tap1000i2 vm101/net0=tap101i0 ct100/net0=veth100i0" {
		t.Error(s)
	}
}

// The host loses the GROUP rule only, and says so again for OUT; a guest then
// finds half a group.
func TestGroupDeathAtTheHost(t *testing.T) {
	p, _ := lowered(t, map[string]string{
		"cluster.fw":           "[OPTIONS]\nenable: 1\n[group gg]\nIN ACCEPT -p icmp -dport 256\n[RULES]\nGROUP gg\nIN ACCEPT -p tcp -dport 1\n",
		"100.fw":               "[OPTIONS]\nenable: 1\n[RULES]\nGROUP gg\n",
		"qemu-server/100.conf": vm100,
	}, Reference)
	if !p.Host.In.Filtered(ir.V4) || !p.Host.Out.Filtered(ir.V4) {
		t.Error("the host is not filtered")
	}
	if vm := p.NICs[0]; !vm.In.Filtered(ir.V4) || vm.Out.Filtered(ir.V4) || !vm.Out.Filtered(ir.V6) {
		t.Errorf("the guest: IN %+v OUT %+v", vm.In.Build, vm.Out.Build)
	}
	want := "invalid icmp-type '256'; chain 'GROUP-gg-IN' already exists; chain 'GROUP-gg-IN' already exists"
	if got := texts(p.Runtime); got != want {
		t.Errorf("messages %q, want %q", got, want)
	}
}

// A name of 19 characters fits the IN chain and not the OUT chain.
func TestGroupNameOfNineteen(t *testing.T) {
	p, _ := lowered(t, map[string]string{
		"cluster.fw":           "[OPTIONS]\nenable: 1\n",
		"host.fw":              "[OPTIONS]\nenable: 0\n",
		"100.fw":               "[OPTIONS]\nenable: 1\n[RULES]\nGROUP nineteenletters19xx\n",
		"qemu-server/100.conf": vm100,
	}, Reference)
	one := "no such security group 'nineteenletters19xx'; Invalid chain name 'GROUP-nineteenletters19xx-OUT' (28 char max)"
	if got := texts(p.Runtime); got != one+"; "+one {
		t.Errorf("messages %q", got)
	}
	if g := p.Groups[0]; !g.In.Build[ir.V4].Exists || g.Out.Build[ir.V4].Exists {
		t.Errorf("group: IN %+v OUT %+v", g.In.Build, g.Out.Build)
	}
}

// ipset stops at the first bad line; rules that name later sets do not load.
func TestRefusedSetTakesLaterOnesAlong(t *testing.T) {
	p, _ := lowered(t, map[string]string{
		"cluster.fw": "[OPTIONS]\nenable: 1\n[IPSET aa]\n10.0.0.0/33\n[IPSET bb]\n10.0.0.1\n[RULES]\nIN ACCEPT -source +aa\nOUT ACCEPT -dest +bb\n",
	}, Reference)
	refused := map[string]string{}
	for _, r := range p.Refusals {
		refused[r.Carrier.String()] += r.Reason + "; "
	}
	if got := refused["iptables"]; strings.Contains(got, "PVEFW-0-aa-v4") || !strings.Contains(got, "Set PVEFW-0-bb-v4 doesn't exist.") {
		t.Errorf("iptables: %s", got)
	}
	if got := refused["ip6tables"]; !strings.Contains(got, "PVEFW-0-aa-v6") || !strings.Contains(got, "PVEFW-0-management-v6") {
		t.Errorf("ip6tables: %s", got)
	}
}

// A guest without conf has the NICs that its rules name; nothing is guessed
// about their addresses.
func TestGuestWithoutConf(t *testing.T) {
	cfg, _ := config.Resolve(config.Input{NoGuestConfs: true, Nodes: []config.NodeInput{{Facts: config.Host{Name: "n", NoDir: true},
		Guests: []config.GuestInput{{VMID: 100, Unknown: true, FW: source.NewFile("100.fw",
			[]byte("[OPTIONS]\nenable: 1\nipfilter: 1\n[RULES]\nIN ACCEPT -i net2 -p tcp -dport 22\nIN DROP -source +lan\n"))}}}}})
	p, _ := Lower(cfg, cfg.Nodes[0], Reference)
	if p.Off || len(p.NICs) != 2 || p.NICs[0].Name != "vm100/net0" || p.NICs[1].Name != "vm100/net2" {
		t.Fatalf("off %v, NICs %v", p.Off, p.NICs)
	}
	for _, n := range p.NICs[1].Out.Nodes {
		if b, ok := n.(*ir.Builtin); ok && (b.Kind == ir.MACFilter || b.Kind == ir.IPFilter) {
			t.Errorf("a filter of unknown addresses: %s", b.Kind)
		}
	}
	if len(p.Runtime) > 0 {
		t.Errorf("the daemon would not say %q: lan may be defined in cluster.fw", texts(p.Runtime))
	}
}
