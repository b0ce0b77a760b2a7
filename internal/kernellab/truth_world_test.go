package kernellab

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pvefw/pvefw/compiler/iptables"
	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/pvefw/pvefw/ir/packet"
)

// subject is a configuration under test.
type subject struct {
	name      string
	files     map[string]string
	semantics lower.Semantics
	spoil     func(*Rules) // makes the texts wrong, to see that this is found
	script    *nft.Options // the rules are an nft script; nil for the four texts
	batch     bool         // the script's program is sent by netlink
	direct    bool         // firewalled NICs have no bridge of their own
}

// world is what pvefw makes of a subject: a policy to ask, texts to load, and the
// node on which they are to be loaded.
type world struct {
	policy  *ir.Policy
	program *nft.Program // of the script; nil for none
	rules   Rules
	node    Node
	own     [2]netip.Addr // the node's address per family
}

// The node of the measurements (shared/conformance).
var (
	ownAddress4 = netip.MustParsePrefix("10.20.0.11/16")
	ownAddress6 = netip.MustParsePrefix("2001:db8:20::11/64")
	ownOther4   = netip.MustParsePrefix("192.168.254.1/24")
)

// compile goes the whole way on files in a folder, as a user would.
func (s subject) compile(t *testing.T) world {
	t.Helper()
	dir := t.TempDir()
	for name, text := range s.files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	loaded, err := load.Load(dir, load.Options{OneNode: true, Now: time.Unix(1_700_000_000, 0)})
	if err != nil {
		t.Fatalf("%s: %v", s.name, err)
	}
	cfg, _ := config.Resolve(loaded.Input)
	var w world
	w.policy, _ = lower.Lower(cfg, cfg.Nodes[0], s.semantics)
	if s.script != nil {
		w.program, _ = nft.Build(w.policy, *s.script)
		if w.program != nil {
			w.rules.NFT = w.program.Script()
		}
		if w.program != nil && s.batch {
			w.rules.Batch = encoded(t, w.program)
		}
	} else {
		artifacts, _ := iptables.New().Emit(w.policy)
		for _, a := range artifacts {
			*w.rules.text(strings.TrimSuffix(a.Name, ".rules")) = a.Text
		}
	}
	if s.spoil != nil {
		s.spoil(&w.rules)
	}
	w.own = [2]netip.Addr{ownAddress4.Addr(), ownAddress6.Addr()}
	if address, err := netip.ParseAddr(cfg.Nodes[0].Facts.Address); err == nil && address.Is4() {
		w.own[ir.V4] = address
	}
	w.node = w.build()
	if s.direct {
		w.node.BridgesAlone = true
		for i := range w.node.Stations {
			w.node.Stations[i].Plumbing = ""
		}
	}
	return w
}

// text is the text for a tool.
func (r *Rules) text(tool string) *string {
	switch tool {
	case ir.IPSetText.String():
		return &r.IPSet
	case ir.IPTables.String():
		return &r.IPTables
	case ir.IP6Tables.String():
		return &r.IP6Tables
	}
	return &r.EBTables
}

// build is the node with all its NICs, and the stations that queries know.
func (w world) build() Node {
	n := Node{
		Bridges: []Bridge{
			{Name: "vmbr0", MAC: "02:bb:00:00:00:00", Addresses: []netip.Prefix{netip.PrefixFrom(w.own[ir.V4], ownAddress4.Bits()), ownAddress6}},
			{Name: "vmbr1", MAC: "02:bb:00:00:00:01", Addresses: []netip.Prefix{ownOther4}},
		},
		Stations: []Station{
			{Name: "outside", Device: "eth0", Bridge: "vmbr0", MAC: "02:aa:00:00:00:01"},
			{Name: "nfvm", Device: "tapXYZ", Bridge: "vmbr0", MAC: "02:aa:00:00:00:02"},
			{Name: "vmbr1/eth1", Device: "eth1", Bridge: "vmbr1", MAC: "02:aa:00:00:00:03"},
		},
	}
	known := map[string]bool{"vmbr0": true, "vmbr1": true}
	for i, nic := range w.policy.NICs {
		s := Station{Name: nic.Name, Device: nic.Device, Bridge: nic.Bridge, MAC: nic.MAC}
		if s.Bridge == "" {
			s.Bridge = "vmbr0"
		}
		if s.MAC == "" {
			s.MAC = fmt.Sprintf("02:cc:00:00:00:%02x", i)
		}
		if nic.Plugged {
			s.Plumbing = fmt.Sprintf("%di%d", nic.VMID, nic.Net)
		}
		if !known[s.Bridge] {
			known[s.Bridge] = true
			n.Bridges = append(n.Bridges, Bridge{Name: s.Bridge, MAC: fmt.Sprintf("02:bb:00:00:01:%02x", i)})
		}
		n.Stations = append(n.Stations, s)
	}
	return n
}

// question is one packet, for both judges.
type question struct {
	query  packet.Query
	packet Packet
}

// ask completes a query, so that neither side has to guess, and says it in the
// words of the lab.
func (w world) ask(q packet.Query) question {
	v6 := q.Proto == protoICMPv6 || q.Source.Is6() || q.Dest.Is6()
	if !q.Source.IsValid() {
		q.Source = w.address(q.From, v6, "100.100.1.2", "2001:db8:100::1:2")
	}
	if !q.Dest.IsValid() {
		q.Dest = w.address(q.To, v6, "100.200.3.4", "2001:db8:200::3:4")
	}
	p := Packet{From: station(q.From), To: station(q.To), Source: q.Source, Dest: q.Dest, Proto: q.Proto, SPort: q.SPort, DPort: q.DPort,
		ICMPType: q.ICMPType, ICMPCode: q.ICMPCode, MAC: q.MAC}
	const synAck = 0x12
	switch q.State {
	case ir.EstablishedState:
		p.Keep, p.Flags, p.Seq, p.Ack = true, synAck, 5000, 1001
	case ir.Invalid:
		p.Flags = synAck // an answer to nothing
	}
	return question{q, p}
}

func (w world) address(zone string, v6 bool, other4, other6 string) netip.Addr {
	switch {
	case zone == HostStation && v6:
		return w.own[ir.V6]
	case zone == HostStation:
		return w.own[ir.V4]
	case v6:
		return netip.MustParseAddr(other6)
	}
	return netip.MustParseAddr(other4)
}

var guestZone = regexp.MustCompile(`^((?:vm|ct)\d+)(?:i(\d+)|/net(\d+))?$`)

// station is the lab's name of a zone.
func station(zone string) string {
	m := guestZone.FindStringSubmatch(zone)
	switch {
	case zone == "vmbr0/eth0":
		return "outside"
	case m == nil:
		return zone
	case m[2]+m[3] == "":
		return m[1] + "/net0"
	}
	return m[1] + "/net" + m[2] + m[3]
}

func readTree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		inner, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(inner)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// measuredPackets are the packets of a case that the measurement sent; what it
// found is compared elsewhere (internal/conformance).
func measuredPackets(t *testing.T, dir string, w world) []question {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "packets.json"))
	if err != nil {
		t.Fatal(err)
	}
	var records []map[string]any
	if err := json.Unmarshal(raw, &records); err != nil {
		t.Fatal(err)
	}
	var out []question
	for i, r := range records {
		for _, key := range []string{"simulator", "kernel", "comment"} {
			delete(r, key)
		}
		q, err := packet.ParseQuery(r)
		if err != nil {
			t.Fatalf("%s, packet %d: %v", dir, i, err)
		}
		out = append(out, w.ask(q))
	}
	return out
}
