package config

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/source"
)

func named(name, text string) *source.File { return source.NewFile(name, []byte(text)) }

func TestMigration(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "",
		"migration: secure":          "",
		"migration: network=nowhere": "",
		"migration: secure,network=10.1.2.3/24\n":                  "10.1.2.0/24 false 1",
		"keyboard: de\nmigration: type=insecure,network=fd00::/64": "fd00::/64 true 2",
		"migration: insecure,network=10.0.0.0/8\r\n":               "10.0.0.0/8 true 1",
		"migration: network=10.0.0.0/8\nmigration: secure\n":       "",
		"#migration: network=10.0.0.0/8":                           "",
	} {
		got := ""
		if m := parseMigration(named("datacenter.cfg", text)); m != nil {
			got = fmt.Sprintf("%s %t %d", m.Network, m.Insecure, m.Span.From().Line)
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

const storages = `# comment
dir: local
	path /var/lib/vz
	server 10.0.0.1

nfs: archive
	server 10.0.0.50
	export /srv
	nodes pve1,pve2
nfs: gone
	disable
	server 10.0.0.51
rbd: ceph
	monhost 10.0.0.1 10.0.0.2:6789;[fd00::3]:3300,fd00::4 mon.example.org
pbs: backup
	server fd00::5
	port 8443
cifs: byname
	server files.example.org
iscsi: san
        portal 10.0.0.60:3261
not a section
	server 10.0.0.99
`

func TestStorages(t *testing.T) {
	var got []string
	for _, s := range parseStorages(named("storage.cfg", storages)) {
		got = append(got, fmt.Sprint(s.Type, " ", s.ID, " ", s.Servers, " ", s.Nodes, " ", s.Span.From().Line))
	}
	want := []string{
		"nfs archive [{10.0.0.50 0}] [pve1 pve2] 6",
		"rbd ceph [{10.0.0.1 0} {10.0.0.2 6789} {fd00::3 3300} {fd00::4 0}] [] 13",
		"pbs backup [{fd00::5 8443}] [] 15",
		"iscsi san [{10.0.0.60 3261}] [] 20",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestStorageServersAreBounded(t *testing.T) {
	text := "rbd: ceph\n\tmonhost " + strings.Repeat("10.0.0.1 ", 10*mostServers)
	if s := parseStorages(named("storage.cfg", text)); len(s) != 1 || len(s[0].Servers) != mostServers {
		t.Errorf("%d sections", len(s))
	}
}

func TestSDNPeers(t *testing.T) {
	peers, ok := parseSDN(named(".running-config", `{"version": 4, "zones": {"ids": {
		"blue": {"type": "vxlan", "peers": "10.0.0.1, 10.0.0.2", "vxlan-port": "4790"}, "red": {"type": "vxlan", "peers": "10.0.0.3"},
		"flat": {"type": "simple", "peers": "10.0.0.9"}}},
		"controllers": {"ids": {"frr": {"type": "evpn", "asn": 65000, "peers": "fd00::1,name"}, "x": {"type": "isis", "peers": "10.0.0.8"}}}}`))
	if got := fmt.Sprint(peers); !ok || got != "[{zone blue udp 4790 10.0.0.1} {zone blue udp 4790 10.0.0.2} {zone red udp 4789 10.0.0.3} {controller frr tcp 179 fd00::1}]" {
		t.Error(ok, got)
	}
	for _, text := range []string{"", "[]", `{"zones": 3}`, `{"zones": {"ids": {"a": {"peers": []}}}}`, strings.Repeat("[", 100_000)} {
		if _, ok := parseSDN(named(".running-config", text)); ok {
			t.Errorf("%.40q is taken", text)
		}
	}
}

// What the files ask about and nobody knows is named once.
func TestMissingFactsBeside(t *testing.T) {
	pve1 := NodeInput{Facts: Host{Name: "pve1", Address: "192.0.2.1", Addresses: []string{"10.9.0.1"}}}
	pve2 := NodeInput{Facts: Host{Name: "pve2", Address: "192.0.2.2"}}
	in := Input{Nodes: []NodeInput{pve1, pve2}, SDN: named("sdn/.running-config", "{"), DatacenterCfg: named("datacenter.cfg", "migration: network=10.9.0.0/24\n")}
	cfg, _ := Resolve(in)
	want := []string{"the address of node pve2 in the migration network 10.9.0.0/24",
		"the peers of the software-defined network (sdn/.running-config is not its JSON)"}
	if !slices.Equal(cfg.Missing, want) {
		t.Errorf("got %q", cfg.Missing)
	}
	in.SDN, in.Nodes = nil, in.Nodes[:1]
	if cfg, _ := Resolve(in); len(cfg.Missing) != 0 {
		t.Errorf("a single node migrates nowhere: %q", cfg.Missing)
	}
}

func TestAddressesOfANode(t *testing.T) {
	n := &Node{Name: "pve1", Facts: Host{Address: "192.0.2.1", Addresses: []string{"192.0.2.1", "fe80::1%eth0", "name", "10.9.0.1"}},
		Corosync: &Corosync{Nodes: []CorosyncNode{{Name: "pve2", Links: map[int]string{0: "10.0.0.2"}}, {Name: "pve1", Links: map[int]string{1: "10.9.0.1", 0: "10.0.0.1"}}}}}
	if got := fmt.Sprint(n.Addresses()); got != "[192.0.2.1 10.9.0.1 10.0.0.1]" {
		t.Error(got)
	}
	if got := fmt.Sprint(n.AddressesIn(netip.MustParsePrefix("10.0.0.0/24"))); got != "[10.0.0.1]" {
		t.Error(got)
	}
}

func FuzzBeside(f *testing.F) {
	f.Add([]byte(storages))
	f.Add([]byte("migration: network=10.0.0.0/8"))
	f.Fuzz(func(t *testing.T, text []byte) {
		file := source.NewFile("f", text)
		parseMigration(file)
		parseSDN(file)
		for _, s := range parseStorages(file) {
			if len(s.Servers) == 0 || len(s.Servers) > mostServers || s.Span.IsZero() {
				t.Errorf("%+v", s)
			}
		}
	})
}
