package load

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// tree writes the files of an archive below a new directory, which is made the
// current one, so that files are shown by the paths in the archive.
func tree(t *testing.T, archive string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, f := range txtar.Parse([]byte(archive)).Files {
		write(t, f.Name, string(f.Data))
	}
	if err := os.Mkdir(".git", 0o755); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// describe lists what was loaded, a line each.
func describe(out *Loaded) string {
	var b strings.Builder
	in := &out.Input
	if in.Cluster != nil {
		fmt.Fprintln(&b, "cluster", in.Cluster.Name())
	}
	for _, v := range in.VNets {
		fmt.Fprintln(&b, "vnet", v.Name, v.FW.Name())
	}
	for _, n := range in.Nodes {
		fmt.Fprint(&b, "node ", n.Facts.Name, " address=", n.Facts.Address, " net=", n.Facts.LocalNetwork)
		if n.Facts.NoDir {
			fmt.Fprint(&b, " nodir")
		}
		if n.HostFW != nil {
			fmt.Fprint(&b, " ", n.HostFW.Name())
		}
		if n.Corosync != nil {
			fmt.Fprint(&b, " ", n.Corosync.Name())
		}
		fmt.Fprintln(&b)
		for _, g := range n.Guests {
			fmt.Fprint(&b, " ", g.Env, " ", g.VMID)
			if g.Unknown {
				fmt.Fprint(&b, " unknown")
			}
			if g.Conf != nil {
				fmt.Fprint(&b, " ", g.Conf.Name())
			}
			if g.FW != nil {
				fmt.Fprint(&b, " ", g.FW.Name())
			}
			fmt.Fprintln(&b)
		}
	}
	for _, f := range in.Orphans {
		fmt.Fprintln(&b, "orphan", f.Name())
	}
	for _, m := range in.Missing {
		fmt.Fprintln(&b, "missing", m)
	}
	for _, d := range out.Findings {
		fmt.Fprintln(&b, d.Rule.Code, d.Span)
	}
	for _, n := range out.Notes {
		fmt.Fprintln(&b, "note", n)
	}
	return b.String()
}

const cluster = `
-- pve/.pvefw.yaml --
node: {name: pve2, address: 192.0.2.12}
nodes:
  pve1: {address: 192.0.2.11, local_network: 192.0.2.0/24, altnames: {lan0: eth3}}
admin_networks: [198.51.100.0/24, 2001:db8::1]
-- pve/corosync.conf --
-- pve/.vmlist --
{"ids":{"100":{"node":"pve1","type":"qemu"},"102":{"node":"pve2","type":"lxc"},"103":{"node":"pve2","type":"lxc"}}}
-- pve/firewall/cluster.fw --
-- pve/firewall/100.fw --
-- pve/firewall/101.fw --
-- pve/firewall/102.fw --
-- pve/firewall/900.fw --
-- pve/firewall/host.fw --
-- pve/groups.fw --
-- pve/nodes/pve1/host.fw --
-- pve/nodes/pve1/qemu-server/100.conf --
-- pve/nodes/pve1/qemu-server/1000.conf --
-- pve/nodes/pve2/lxc/101.conf --
-- pve/nodes/pve2/lxc/notes.conf --
-- pve/sdn/firewall/front.fw --
`

func TestEtcPVELayout(t *testing.T) {
	tree(t, cluster)
	check(t, "pve", Options{}, `
cluster pve/firewall/cluster.fw
vnet front pve/sdn/firewall/front.fw
node pve1 address=192.0.2.11 net=192.0.2.0/24 pve/nodes/pve1/host.fw pve/corosync.conf
 vm 100 pve/nodes/pve1/qemu-server/100.conf pve/firewall/100.fw
 vm 1000 pve/nodes/pve1/qemu-server/1000.conf
node pve2 address=192.0.2.12 net= pve/corosync.conf
 ct 101 pve/nodes/pve2/lxc/101.conf pve/firewall/101.fw
 ct 102 unknown pve/firewall/102.fw
 ct 103 unknown
orphan pve/firewall/900.fw
missing config of guest 102 (pve/nodes/pve2/lxc/102.conf)
file-never-read pve/firewall/host.fw
file-never-read pve/groups.fw
`)
}

func TestOneNode(t *testing.T) {
	tree(t, cluster)
	opt := Options{OneNode: true, Node: "pve1", LocalNetwork: "10.0.0.0/8"}
	check(t, "pve/", opt, `
cluster pve/firewall/cluster.fw
vnet front pve/sdn/firewall/front.fw
node pve1 address=192.0.2.11 net=10.0.0.0/8 pve/nodes/pve1/host.fw pve/corosync.conf
 vm 100 pve/nodes/pve1/qemu-server/100.conf pve/firewall/100.fw
 vm 1000 pve/nodes/pve1/qemu-server/1000.conf
orphan pve/firewall/900.fw
file-never-read pve/firewall/host.fw
file-never-read pve/groups.fw
`)
	out, err := Load("pve", Options{OneNode: true})
	if err != nil || len(out.Input.Nodes) != 1 || out.Input.Nodes[0].Facts.Name != "pve2" {
		t.Errorf("node.name of the settings file does not choose the node: %v", err)
	}
}

func TestFlatLayout(t *testing.T) {
	tree(t, `
-- cluster.fw --
-- host.fw --
-- 100.fw --
-- 201.fw --
-- ipset.fw --
-- 100.conf --
net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1
[snap]
rootfs: local:1
-- 200.conf --
net0: name=eth0,hwaddr=BC:24:11:00:00:02,bridge=vmbr0
-- lxc/201.conf --
-- vnet/back.fw --
-- README.md --
`)
	check(t, "", Options{}, `
cluster cluster.fw
vnet back vnet/back.fw
node localnode address= net= nodir host.fw
 vm 100 100.conf 100.fw
 ct 200 200.conf
 ct 201 lxc/201.conf 201.fw
file-never-read ipset.fw
`)
	check(t, ".", Options{OneNode: true, Node: "alpha", NodeAddress: "192.0.2.1"}, `
cluster ./cluster.fw
vnet back ./vnet/back.fw
node alpha address=192.0.2.1 net= nodir ./host.fw
 vm 100 ./100.conf ./100.fw
 ct 200 ./200.conf
 ct 201 ./lxc/201.conf ./201.fw
file-never-read ./ipset.fw
`)
}

func TestGuestsWithoutConfs(t *testing.T) {
	tree(t, `
-- r/firewall/cluster.fw --
-- r/firewall/101.fw --
-- r/firewall/100.fw --
-- r/nodes/a/host.fw --
-- r/nodes/b/host.fw --
`)
	check(t, "r", Options{Node: "b"}, `
cluster r/firewall/cluster.fw
node b address= net= r/nodes/b/host.fw
 vm 100 unknown r/firewall/100.fw
 vm 101 unknown r/firewall/101.fw
missing guest configs (no <vmid>.conf in r): kinds and NICs of guests are unknown
`)
}

func TestSingleFiles(t *testing.T) {
	tree(t, `
-- d/100.fw --
-- d/cluster.fw --
-- vnet/x.fw --
-- odd.fw --
[group web]
IN ACCEPT
-- host-rules.txt --
[OPTIONS]
nosmurfs: 1
-- .pvefw.yaml --
node: {name: z, local_network: fd00::/64}
`)
	node := "node z address= net=fd00::/64 nodir"
	check(t, "d/100.fw", Options{}, node+`
 vm 100 unknown d/100.fw
missing config of the guest of d/100.fw: its kind and NICs are unknown
`)
	check(t, "d/cluster.fw", Options{}, "cluster d/cluster.fw\n"+node+"\n")
	check(t, "vnet/x.fw", Options{}, "vnet x vnet/x.fw\n"+node+"\n")
	check(t, "odd.fw", Options{}, "cluster odd.fw\n"+node+`
note the name odd.fw does not tell what it is; by its sections it was taken for the datacenter's (cluster.fw) file
`)
	check(t, "host-rules.txt", Options{}, node+` host-rules.txt
note the name host-rules.txt does not tell what it is; by its sections it was taken for a node's (host.fw) file
`)
	stdin := func(name string) Options { return Options{Stdin: strings.NewReader("[RULES]\n"), StdinName: name} }
	check(t, "-", stdin("d/host.fw"), node+" d/host.fw\n")
	check(t, "-", stdin(""), node+`
 vm 100 unknown <stdin>
missing config of the guest of <stdin>: its kind and NICs are unknown
note the name <stdin> does not tell what it is; by its sections it was taken for a guest's (<vmid>.fw) file
`)
}

func check(t *testing.T, path string, opt Options, want string) {
	t.Helper()
	out, err := Load(path, opt)
	if err != nil {
		t.Fatalf("Load(%q): %v", path, err)
	}
	if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), describe(out)); diff != "" {
		t.Errorf("Load(%q) (-want +got):\n%s", path, diff)
	}
}

// refuse checks the error of a Load and whether it blames the caller.
func refuse(t *testing.T, path string, opt Options, usage bool, want string) {
	t.Helper()
	_, err := Load(path, opt)
	var e *Error
	if !errors.As(err, &e) {
		t.Errorf("Load(%q): error is %v, want %q", path, err, want)
		return
	}
	if e.Text != want || e.Usage != usage {
		t.Errorf("Load(%q):\n got %q usage=%v\nwant %q usage=%v", path, e.Text, e.Usage, want, usage)
	}
}
