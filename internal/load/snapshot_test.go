package load

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// A node with a secret in every file that may have one: nothing that begins with
// hunter may leave it.
const secretNode = `
-- etc/hostname --
pve1.example.org
-- etc/hosts --
127.0.0.1 localhost hunterhosts
192.0.2.11 pve1.example.org pve1
192.0.2.12 pve2.example.org pve2
192.0.2.99 hunterpeer
-- etc/network/interfaces --
iface vmbr0 inet static
	address 192.0.2.11/24
	wpa-psk hunter2
iface vmbr1 inet static
	address 10.9.0.11
	netmask 255.255.0.0
-- etc/pve/firewall/cluster.fw --
[OPTIONS]
enable: 1
-- etc/pve/firewall/100.fw --
[OPTIONS]
enable: 1
-- etc/pve/firewall/200.fw --
[OPTIONS]
enable: 1
-- etc/pve/firewall/stray.fw --
[RULES]
-- etc/pve/nodes/pve1/host.fw --
[OPTIONS]
enable: 1
-- etc/pve/nodes/pve1/pve-ssl.key --
hunter2
-- etc/pve/nodes/pve1/qemu-server/100.conf --
#password hunter2
name: web
cipassword: hunter2
sshkeys: hunter2
description: hunter2
args: -vnc hunter2
tags: prod;b~hunter2
template: 0
net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1,hunterkey=hunter2
net1: e1000=hunter2,hunterword
ipconfig0: ip=192.0.2.50/24,gw=hunter2
net2 hunter2
[snapshot]
name: hunter2
net3: virtio=BC:24:11:00:00:09,bridge=hunter2
-- etc/pve/nodes/pve2/lxc/200.conf --
hostname: db
rootfs: local:hunter2
lxc.environment: PASS=hunter2
net0: name=eth0,bridge=vmbr0,firewall=1,hwaddr=BC:24:11:00:00:02,ip=dhcp,type=veth
-- etc/pve/corosync.conf --
totem {
  cluster_name: hunter2
  secret: hunter2
  transport: udpu
}
nodelist {
  node {
    name: pve1
    ring0_addr: 10.9.0.11
    hunterkey: hunter2
  }
}
hunterblock {
  ring0_addr hunter2
}
-- etc/pve/datacenter.cfg --
description: hunter2
migration: secure,network=10.9.0.0/16,hunterkey=hunter2
u2f: appid=hunter2
-- etc/pve/storage.cfg --
pbs: backup
	server 192.0.2.40
	username hunter2
	password hunter2
	fingerprint hunter2
cifs: share
	server 192.0.2.41 hunter.example.org
	options hunter2
dir: hunter2
	path hunter2
-- etc/pve/sdn/.running-config --
{"zones":{"ids":{"z":{"type":"vxlan","peers":"10.9.0.12 hunter2","password":"hunter2"}}},
 "vnets":{"ids":{"blue":{"zone":"z","alias":"hunter2"}}},
 "subnets":{"ids":{"z-10.7.0.0-24":{"vnet":"blue","gateway":"10.7.0.1","dhcp-range":["start-address=10.7.0.5,end-address=10.7.0.6,x=hunter2"],"dnszoneprefix":"hunter2"}}},
 "ipams":{"ids":{"netbox":{"token":"hunter2"}}}}
-- etc/pve/priv/ipam.db --
{"zones":{"z":{"subnets":{"10.7.0.0/24":{"ips":{"10.7.0.5":{"vmid":"100","hostname":"hunter2"},"10.7.0.9":{"hostname":"hunter2"}}}}}},"key":"hunter2"}
-- etc/pve/.vmlist --
{"version":3,"key":"hunter2","ids":{"100":{"node":"pve1","type":"qemu","version":2,"secret":"hunter2"}}}
-- etc/pve/user.cfg --
token:hunter2
-- etc/pve/.pvefw.yaml --
nodes: {pve2: {local_network: 192.0.2.0/24}}
`

func TestSnapshotTakesNoSecrets(t *testing.T) {
	tree(t, secretNode)
	data, err := WriteSnapshot(".")
	if err != nil {
		t.Fatal(err)
	}
	files := unzipped(t, data)
	var all bytes.Buffer
	for _, f := range files {
		all.WriteString("-- " + f.Name + " --\n" + string(f.Data))
		if strings.Contains(f.Name+string(f.Data), "hunter") {
			t.Errorf("a secret is in %s:\n%s", f.Name, f.Data)
		}
	}
	const golden = "testdata/snapshot.txt"
	t.Chdir(origin)
	if os.Getenv("PVEFW_UPDATE") == "1" {
		if err := os.WriteFile(golden, all.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), all.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// origin is the package's own directory.
var origin, _ = os.Getwd()

func unzipped(t *testing.T, data []byte) []txtar.File {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var out []txtar.File
	for in := tar.NewReader(zip); ; {
		head, err := in.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, txtar.File{Name: head.Name, Data: text})
	}
}

// A snapshot is loaded like the directory it was made of, and gives the same bytes
// when it is made again.
func TestSnapshotIsAConfig(t *testing.T) {
	tree(t, secretNode)
	data, err := WriteSnapshot(".")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := WriteSnapshot("."); err != nil || !bytes.Equal(data, again) {
		t.Errorf("other bytes the second time: %v", err)
	}
	write(t, "snap", string(data))
	out, err := Load("snap", Options{})
	if err != nil {
		t.Fatal(err)
	}
	const want = `cluster snap/firewall/cluster.fw
node pve1 address=192.0.2.11 net=192.0.2.0/24 snap/nodes/pve1/host.fw snap/corosync.conf
 vm 100 snap/nodes/pve1/qemu-server/100.conf snap/firewall/100.fw
node pve2 address=192.0.2.12 net=192.0.2.0/24 snap/corosync.conf
 ct 200 snap/nodes/pve2/lxc/200.conf snap/firewall/200.fw
`
	if got := describe(out); !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s", got)
	}
	if !out.Snapshot || !out.Input.Datacenter || out.Input.IPAM == nil || out.Files != 5 || len(out.Findings) != 1 {
		t.Errorf("loaded %+v", out)
	}
	one, err := Load("snap", Options{OneNode: true})
	if err != nil || len(one.Input.Nodes) != 1 || one.Input.Nodes[0].Facts.Name != "pve1" {
		t.Errorf("the node that it was taken on is not meant: %v", err)
	}
	if f := one.Input.Nodes[0].Facts; cmp.Diff([]string{"192.0.2.11", "10.9.0.11"}, f.Addresses) != "" {
		t.Errorf("addresses %v", f.Addresses)
	}
	stdin, err := Load("-", Options{Stdin: bytes.NewReader(data)})
	if err != nil || len(stdin.Input.Nodes) != 2 || stdin.Input.Cluster.Name() != "firewall/cluster.fw" {
		t.Errorf("from standard input: %v", err)
	}
}

// zipped makes an archive of headers; the content of each is its link name.
func zipped(t *testing.T, heads ...tar.Header) string {
	t.Helper()
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	to := tar.NewWriter(zip)
	for _, h := range heads {
		text := h.Linkname
		if h.Typeflag == tar.TypeReg {
			h.Linkname, h.Size = "", int64(len(text))
		}
		if err := to.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			_, _ = io.WriteString(to, text)
		}
	}
	if to.Close() != nil || zip.Close() != nil {
		t.Fatal("cannot write the archive")
	}
	return out.String()
}

func plainFile(name, text string) tar.Header {
	return tar.Header{Typeflag: tar.TypeReg, Name: name, Linkname: text, Mode: 0o644}
}

var goodFacts = plainFile(factsFile, `{"version":1,"node":"pve1","nodes":{"pve1":{"address":"x","local_network":"10.0.0.0/8"}}}`)

func TestForeignArchivesAreRefused(t *testing.T) {
	cluster := plainFile("firewall/cluster.fw", "[OPTIONS]\n")
	whole := zipped(t, goodFacts, cluster)
	for name, c := range map[string]struct{ data, want string }{
		"another archive":    {zipped(t, cluster), "pvefw snapshot did not make it"},
		"no archive":         {whole[:len(whole)/2], "it is damaged"},
		"only the beginning": {"\x1f\x8b", "it is damaged"},
		"a newer version":    {zipped(t, plainFile(factsFile, `{"version":2}`), cluster), "of a version that this pvefw does not know"},
		"a name twice":       {zipped(t, goodFacts, cluster, cluster), "it is damaged"},
		"a file as folder":   {zipped(t, goodFacts, cluster, plainFile("firewall", "")), "it is damaged"},
		"a bad node":         {zipped(t, plainFile(factsFile, `{"version":1,"node":"../x"}`), cluster), "is damaged"},
		"nothing in it":      {zipped(t, goodFacts), "there is no firewall configuration"},
	} {
		tree(t, "")
		write(t, "snap", c.data)
		if _, err := Load("snap", Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// What leads out of a snapshot, and what is no file, is not there.
func TestArchivesCannotReachOut(t *testing.T) {
	tree(t, "")
	write(t, "secret.fw", "[RULES]\nIN ACCEPT\n")
	write(t, "snap", zipped(t, goodFacts, plainFile("firewall/cluster.fw", "[OPTIONS]\n"),
		plainFile("../secret.fw", "x"), plainFile("/firewall/100.fw", "x"), plainFile("firewall/../101.fw", "x"), plainFile("firewall//102.fw", "x"),
		tar.Header{Typeflag: tar.TypeSymlink, Name: "firewall/103.fw", Linkname: "../../secret.fw"},
		tar.Header{Typeflag: tar.TypeLink, Name: "firewall/104.fw", Linkname: "secret.fw"},
		tar.Header{Typeflag: tar.TypeSymlink, Name: "nodes", Linkname: ".."}))
	out, err := Load("snap", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if out.Files != 1 || len(out.Input.Orphans) > 0 || out.Input.Nodes[0].Facts.Address != "" {
		t.Errorf("loaded %d files: %s", out.Files, describe(out))
	}
}

// A few bytes that unpack to more than a CONFIG may hold end the reading.
func TestArchiveBombs(t *testing.T) {
	tree(t, "")
	var out bytes.Buffer
	zip, _ := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	to := tar.NewWriter(zip)
	if err := to.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "firewall/cluster.fw", Size: MaxFileSize + 1}); err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(to, zeros{}, MaxFileSize+1); err != nil || to.Close() != nil || zip.Close() != nil {
		t.Fatal("cannot write the archive")
	}
	write(t, "snap", out.String())
	if _, err := Load("snap", Options{}); err == nil || !strings.Contains(err.Error(), "it holds too much") {
		t.Errorf("got %v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestSnapshotOfNothing(t *testing.T) {
	tree(t, "-- notes --\n")
	for root, want := range map[string]string{".": "there is no firewall configuration", "notes": "is not a directory", "gone": "there is no such file or directory"} {
		var e *Error
		if _, err := WriteSnapshot(root); !errors.As(err, &e) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", root, err)
		}
	}
}

// A directory of another layout keeps its layout and the facts of its settings.
func TestSnapshotOfAFlatDirectory(t *testing.T) {
	tree(t, "-- .pvefw.yaml --\nnode: {name: pve9, address: 192.0.2.9}\n-- cluster.fw --\n[OPTIONS]\n-- 100.fw --\n[OPTIONS]\n-- 100.conf --\nrootfs: x\n-- vnet/blue.fw --\n[RULES]\n")
	data, err := WriteSnapshot(".")
	if err != nil {
		t.Fatal(err)
	}
	write(t, "sub/snap", string(data))
	write(t, "sub/.pvefw.yaml", "")
	out, err := Load("sub/snap", Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := "cluster sub/snap/cluster.fw\nvnet blue sub/snap/vnet/blue.fw\nnode pve9 address=192.0.2.9 net= nodir\n ct 100 sub/snap/100.conf sub/snap/100.fw\n"
	if got := describe(out); !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s", got)
	}
}
