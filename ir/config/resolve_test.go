package config

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

func TestGeneratorSeesTheLastDefinition(t *testing.T) {
	cfg, _ := Resolve(inputOf(map[string]string{
		"cluster.fw":           "[ALIASES]\nsrv 10.0.0.1\n[RULES]\nIN ACCEPT -source srv\nGROUP late\n[ALIASES]\nSRV 2001:db8::1\n[group late]\n",
		"100.fw":               "[ALIASES]\nsrv 10.9.9.9\n[RULES]\nIN ACCEPT -source srv -dest dc/srv\nIN ACCEPT -source guest/srv\n",
		"qemu-server/100.conf": "",
	}))
	rules := cfg.Cluster.Rules
	if r := rules[0]; r.Family != IPv4 || r.Source.Alias.Target.Text != "2001:db8::1" {
		t.Errorf("family %d, target %+v; want the family of the first and the address of the last", r.Family, r.Source.Alias.Target)
	}
	if rules[1].Group.Target != cfg.Cluster.Groups["late"] {
		t.Error("a group may be defined below its use")
	}
	guest := cfg.Nodes[0].Guests[0].FW
	// An alias of the other family makes the daemon drop the line.
	if len(guest.Rules) != 1 {
		t.Fatalf("%d rules, want 1", len(guest.Rules))
	}
	if ref := guest.Rules[0].Source.Alias; ref.Owner != 100 || ref.Target.Text != "10.9.9.9" {
		t.Errorf("guest/srv found %+v of %d", ref.Target, ref.Owner)
	}
}

// The generator first misses a group whose name the reader refused, then cannot
// name the chain: two texts about one word.
func TestOverlongGroupHasBothRuntimeTexts(t *testing.T) {
	_, found := Resolve(inputOf(map[string]string{
		"cluster.fw":           "[group waytoolonggroupname1]\nIN DROP\n",
		"100.fw":               "[RULES]\nGROUP waytoolonggroupname1\n",
		"qemu-server/100.conf": "",
	}))
	want := "no such security group 'waytoolonggroupname1'\nInvalid chain name 'GROUP-waytoolonggroupname1-IN' (28 char max)"
	for _, d := range found {
		if d.Rule == nameTooLong && d.ProxmoxRuntimeMessage == want {
			return
		}
	}
	t.Errorf("no finding says %q: %v", want, found)
}

func TestNamesOfScopes(t *testing.T) {
	cfg, _ := Resolve(inputOf(map[string]string{
		"cluster.fw":           "[ALIASES]\nboth 10.0.0.1\n[IPSET set]\n[IPSET dcset]\n[RULES]\nIN ACCEPT -source guest/both\n",
		"100.fw":               "[ALIASES]\nown 10.0.0.2\n[IPSET set]\n[RULES]\nIN ACCEPT -source +set -dest +dc/set\nIN ACCEPT -source +guest/dcset -dest dc/own\nIN ACCEPT -source +sdn/set\n",
		"qemu-server/100.conf": "",
	}))
	rules := cfg.Nodes[0].Guests[0].FW.Rules
	if a, b := rules[0].Source.Set, rules[0].Dest.Set; a.Owner != 100 || b.Owner != 0 || a.Target == b.Target {
		t.Errorf("owners %d and %d, want 100 and 0", a.Owner, b.Owner)
	}
	runtime := []string{
		rules[1].Source.Set.Runtime, rules[1].Dest.Alias.Runtime, rules[2].Source.Set.Runtime,
		cfg.Cluster.Rules[0].Source.Alias.Runtime,
	}
	want := []string{"no such ipset 'dcset'", "no such alias 'dc/own'", "no such ipset 'set'", "no such alias 'guest/both'"}
	if diff := cmp.Diff(want, runtime); diff != "" {
		t.Error(diff)
	}
	for _, r := range rules {
		if !r.Live() {
			t.Errorf("%s is dead: the reader is content with a name of any scope", r.Span().Text())
		}
	}
}

func TestEmptyFilesAreNoFiles(t *testing.T) {
	for text, present := range map[string]bool{"": false, "0": false, "0\n": true, "\n": true} {
		cfg, list := Resolve(inputOf(map[string]string{"cluster.fw": text}))
		if cfg.Cluster.Present != present {
			t.Errorf("%q: present %v", text, cfg.Cluster.Present)
		}
		if !present && len(list) > 0 {
			t.Errorf("%q: %v", text, codesOf(list))
		}
	}
}

func TestWithoutClusterFileNamesAreMissingFacts(t *testing.T) {
	fw := source.NewFile("100.fw", []byte("[RULES]\nIN DROP -source lan -dest +web\nGROUP ssh\nIN DROP -source guest/lan\n"))
	in := Input{Nodes: []NodeInput{{Guests: []GuestInput{{VMID: 100, Env: facts.VM, FW: fw, Unknown: true}}}}}
	cfg, list := Resolve(in)
	rules := cfg.Nodes[0].Guests[0].FW.Rules
	if !rules[0].Live() || rules[0].Source.Alias.Runtime != "unknown" || rules[0].Dest.Set.Runtime != "unknown" || rules[1].Group.Runtime != "unknown" {
		t.Errorf("names of the datacenter are neither found nor refused: %v", codesOf(list))
	}
	if len(list) != 1 || list[0].Rule != scopeUnresolvable {
		t.Errorf("only guest/lan is certain to fail: %v", codesOf(list))
	}
	if !slices.Contains(cfg.Missing, clusterMissing) || len(cfg.Missing) != 1 {
		t.Errorf("missing facts %q", cfg.Missing)
	}
}

func TestSharedFilesAreJudgedOnce(t *testing.T) {
	fw := source.NewFile("host.fw", []byte("[RULES]\nbad\n"))
	_, list := Resolve(Input{Nodes: []NodeInput{{HostFW: fw}, {HostFW: fw}}})
	if len(list) != 1 {
		t.Errorf("%d findings, want 1: %v", len(list), codesOf(list))
	}
}

func TestGuestConfs(t *testing.T) {
	vm := &Guest{VMID: 100, Env: facts.VM}
	list := vm.readConf(source.NewFile("100.conf", []byte(
		"name: web1\ntags: prod;dmz\nnet1: e1000,bridge=vmbr1,macaddr=BC:24:11:00:0A:02,firewall=yes,link_down=1\n"+
			"net0: virtio=BC:24:11:00:0A:01,bridge=vmbr0,firewall=1,tag=12,trunks=1;5-9\nnet01: virtio\nnet40: virtio\n"+
			"net2: bridge=vmbr0,firewall=1\n[snap]\nnet0: virtio,firewall=0\n")))
	want := []*NIC{
		{Index: 0, Model: "virtio", MAC: "BC:24:11:00:0A:01", Bridge: "vmbr0", Firewall: true, Tag: 12, Trunks: "1;5-9"},
		{Index: 1, Model: "e1000", MAC: "BC:24:11:00:0A:02", Bridge: "vmbr1", Firewall: true, LinkDown: true},
		{Index: 2, Bridge: "vmbr0"},
	}
	for _, n := range vm.NICs {
		n.Span = source.Span{}
	}
	if diff := cmp.Diff(want, vm.NICs); diff != "" {
		t.Error(diff)
	}
	if vm.Name != "web1" || !slices.Equal(vm.Tags, []string{"dmz", "prod"}) || vm.Broken || len(list) != 1 {
		t.Errorf("%+v %v", vm, codesOf(list))
	}

	ct := &Guest{VMID: 200, Env: facts.CT}
	list = ct.readConf(source.NewFile("200.conf", []byte(
		"hostname: db\nnet0: name=eth0,bridge=vmbr0,hwaddr=02:00:0F:00:0B:01,firewall=1,ip=10.0.0.2/24,ip6=auto,type=veth\n")))
	if n := ct.NICs[0]; ct.Broken || len(list) > 0 || ct.Name != "db" || n.IP != "10.0.0.2/24" || n.IP6 != "auto" || !n.Firewall {
		t.Errorf("%+v %+v %v", ct, n, codesOf(list))
	}
	list = ct.readConf(source.NewFile("200.conf", []byte("net0: name=eth0,ip=10.0.0\n")))
	if !ct.Broken || len(list) != 1 {
		t.Errorf("a bad address ends the container's firewall: %v", codesOf(list))
	}
}

func TestCorosync(t *testing.T) {
	got := parseCorosync(source.NewFile("corosync.conf", []byte(
		"# comment\ntotem {\n  transport: udp\n  interface {\n    linknumber: 0\n  }\n}\nnodelist {\n  node {\n    name: a\n"+
			"    ring0_addr: 10.0.0.1\n    ring1_addr: fd00::1\n  }\n  node {\n    name: b\n  }\n}\n}\nring0_addr: 9.9.9.9\n")))
	want := &Corosync{Transport: "udp", Nodes: []CorosyncNode{
		{Name: "a", Links: map[int]string{0: "10.0.0.1", 1: "fd00::1"}},
		{Name: "b", Links: map[int]string{}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNearest(t *testing.T) {
	r := &resolver{}
	names := oneOf("accept", "drop", "reject")
	for word, want := range map[string]string{"dorp": "drop", "acept": "accept", "xyz": "", "drop": "", "re": ""} {
		if got := r.nearest(word, names); got != want {
			t.Errorf("nearest(%q) = %q, want %q", word, got, want)
		}
	}
	r.guesses = mostGuesses
	if got := r.nearest("dorp", names); got != "" {
		t.Errorf("guessing goes on beyond its limit: %q", got)
	}
}

// FuzzResolve: any bytes give a config without a panic, findings point into
// their file, every kept rule is filed once, and the same bytes read the same.
func FuzzResolve(f *testing.F) {
	f.Add(header, "[RULES]\nIN DROP -source +web -dest guest/lan\n", "net0: virtio=BC:24:11:00:0A:01,firewall=1\n")
	for _, x := range faults {
		f.Add(header+x.above+x.line, x.above+x.line, x.line)
	}
	f.Add("[RULES]\nIN ACCEPT -source 1:2:3:4:5:6:7:8:9,::1/999,/,-,1-\n", "[IPSET a1]\n/0\n!\n", "nodelist {\nnode {\n}\n}\n}\nring0_addr")
	f.Fuzz(func(t *testing.T, cluster, guest, conf string) {
		files := map[string]string{
			"cluster.fw": cluster, "host.fw": guest, "100.fw": guest, "vnet/v.fw": guest,
			"qemu-server/100.conf": conf, "lxc/200.conf": conf, "corosync.conf": conf,
		}
		cfg, list := Resolve(inputOf(files))
		for _, d := range list {
			if d.Span.IsZero() || d.Span.Start > d.Span.End || int(d.Span.End) > len(d.Span.File.Bytes()) || d.Message == "" {
				t.Fatalf("finding %+v", d)
			}
		}
		again, listAgain := Resolve(inputOf(files))
		if diff := cmp.Diff(ParseJSON(cfg, cfg.Nodes[0]), ParseJSON(again, again.Nodes[0])); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(codesOf(list), codesOf(listAgain)); diff != "" {
			t.Fatal(diff)
		}
	})
}
