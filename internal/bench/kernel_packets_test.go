//go:build linux

package bench

import (
	"encoding/binary"
	"fmt"
	"math"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir"
)

// layout is a way to write the same rules: a text and the tool that loads it.
type layout struct {
	name, tool, text string
	goal             string
}

// TestRatiosPackets prints what a packet costs on its way through rules that drop it in
// the end, beyond what it costs to drop it at once. Layouts take turns; of the short
// runs of each the fastest counts, because a busy machine only ever adds.
func TestRatiosPackets(t *testing.T) {
	needKernel(t, "ip", "iptables-legacy-restore")
	empty := layout{name: "empty", tool: "nft", text: "table inet t { chain c { type filter hook prerouting priority -10; drop; }; }\n"}
	packetRows(t, "1,000 guests, to one in the middle", empty, []layout{
		{"ours: a verdict map", "nft", guestRules(1000, 0).Script(), "≤ 100 ns"},
		{"ours, of that guest alone", "nft", strings.ReplaceAll(guestRules(1, 0).Script(), "tap100i0", middle), ""},
		{"a name compared, and nothing else", "nft", "table inet t { chain c { type filter hook prerouting priority -10; iifname \"" + middle + "\" drop; }; }\n", ""},
		{"a number looked up, names do not last", "nft", numberedGuests(1000), ""},
		{"preview daemon: a map, a chain each", "nft", previewGuests(1000), ""},
		{"iptables text: a jump per guest", "iptables-legacy-restore", iptablesGuests(1000), ""},
	})
	folded, plain := hostRules(50, false), hostRules(50, true)
	packetRows(t, "a guest of 50 rules, none matches", empty, []layout{
		{"preview daemon: one by one", "nft", plain, "1"},
		{"ours: folded", "nft", folded, "≤ 0.3×"},
		{"iptables text: one by one", "iptables-legacy-restore", iptablesRules(50), ""},
	})
}

func packetRows(t *testing.T, title string, empty layout, layouts []layout) {
	all := append([]layout{empty}, layouts...)
	best := make([]float64, len(all))
	for i := range best {
		best[i] = math.Inf(1)
	}
	for range rounds {
		for i, l := range all {
			best[i] = min(best[i], packetCost(t, l))
		}
	}
	fmt.Printf("\npackets: %s (%.0f ns to arrive and be dropped at once)\n", title, best[0])
	for i, l := range layouts {
		over := best[i+1] - best[0]
		fmt.Printf("  %-38s %8.0f ns %8.2f× %10s\n", l.name, over, over/(best[1]-best[0]), l.goal)
	}
	fmt.Println()
}

// packetCost loads a layout in a namespace of its own and lets packets arrive there.
func packetCost(t *testing.T, l layout) float64 {
	file := filepath.Join(t.TempDir(), "rules")
	if err := os.WriteFile(file, []byte(l.text), 0o600); err != nil {
		t.Fatal(err)
	}
	load := "nft -f " + file
	if l.tool != "nft" {
		load = l.tool + " < " + file
	}
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("unshare", "-n", "sh", "-ec", "ip link add "+middle+" type veth peer name outside; ip link set "+middle+" up; ip link set outside up; "+load+"; exec "+binary+" -test.run '^TestPacketWorker$' -test.v")
	cmd.Env = append(os.Environ(), kernelVariable+"=packets")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", l.name, err, out)
	}
	for text := range strings.Lines(string(out)) {
		var ns float64
		if n, _ := fmt.Sscanf(text, "packet %f", &ns); n == 1 {
			return ns
		}
		if why, refused := strings.CutPrefix(text, "refused "); refused {
			t.Skipf("skipped: %s: packets cannot be made here: %s", t.Name(), why)
		}
	}
	t.Fatalf("%s says nothing:\n%s", l.name, out)
	return 0
}

// middle is the port of the guest that the packets come from.
const middle = "tap600i0"

// TestPacketWorker lets packets arrive at the port, run by run, and says what one took in
// the fastest run.
func TestPacketWorker(t *testing.T) {
	if os.Getenv(kernelVariable) != "packets" {
		t.Skipf("skipped: %s: it is a part of TestRatiosPackets", t.Name())
	}
	runtime.LockOSThread()
	i, err := net.InterfaceByName(middle)
	if err != nil {
		t.Fatal(err)
	}
	p, err := openPort(middle, opening(i.HardwareAddr, i.HardwareAddr))
	if err != nil {
		fmt.Println("refused", err)
		return
	}
	const runs, packets = 300, 64 * 50
	best := time.Hour
	for range runs {
		took, err := p.receive(packets)
		if err != nil {
			t.Fatal(err)
		}
		best = min(best, took)
	}
	fmt.Printf("packet %f\n", float64(best.Nanoseconds())/packets)
}

// opening is the first packet of a TCP connection, to a port that no rule names.
func opening(to, from net.HardwareAddr) []byte {
	b := append(append(append([]byte{}, to...), from...), 0x08, 0x00)
	ip := []byte{0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2}
	sum := uint32(0)
	for i := 0; i < len(ip); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(ip[i:]))
	}
	binary.BigEndian.PutUint16(ip[10:], ^uint16(sum+sum>>16))
	tcp := []byte{0x80, 0, 0x27, 0x0f, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0x20, 0, 0, 0, 0, 0}
	return append(append(b, ip...), tcp...)
}

// numberedGuests is a map of the least that a look-up in one can cost: by the number that
// the kernel gives an interface, in a table of a fixed size. No firewall can have it,
// because a guest's port has another number after each start.
func numberedGuests(guests int) string {
	var b, elements strings.Builder
	for g := range guests {
		name := strconv.Itoa(1000 + g)
		if port := "tap" + strconv.Itoa(100+g) + "i0"; port == middle {
			name = port
		}
		fmt.Fprintf(&b, "\tchain guest-%d { drop; }\n", g)
		fmt.Fprintf(&elements, "%s : goto guest-%d, ", name, g)
	}
	return "table inet t {\n" + b.String() + "\tmap out { type iface_index : verdict; size 4096; elements = { " + elements.String() + " }; }\n" +
		"\tchain c { type filter hook prerouting priority -10; iif vmap @out; }\n}\n"
}

// previewGuests is how the preview daemon sends packets to guests' chains.
func previewGuests(guests int) string {
	var b, elements strings.Builder
	for g := range guests {
		fmt.Fprintf(&b, "\tchain guest-%d-out { drop; }\n", 100+g)
		fmt.Fprintf(&elements, "\"tap%di0\" : goto guest-%d-out, ", 100+g, 100+g)
	}
	return "table inet t {\n" + b.String() + "\tmap out { type ifname : verdict; elements = { " + elements.String() + " }; }\n" +
		"\tchain c { type filter hook prerouting priority -10; iifname vmap @out; }\n}\n"
}

// iptablesGuests is how the production daemon does, without bridges.
func iptablesGuests(guests int) string {
	var chains, jumps strings.Builder
	for g := range guests {
		port := "tap" + strconv.Itoa(100+g) + "i0"
		fmt.Fprintf(&chains, ":%s-OUT - [0:0]\n", port)
		fmt.Fprintf(&jumps, "-A PREROUTING -i %s -g %s-OUT\n-A %s-OUT -j DROP\n", port, port, port)
	}
	return "*raw\n:PREROUTING ACCEPT [0:0]\n" + chains.String() + jumps.String() + "COMMIT\n"
}

// hostRules are rules that fold, as the compiler writes them, in front of everything. The
// chains at other hooks are left out: they look at connections, and tracking those takes a
// packet longer than all that is compared here.
func hostRules(rules int, plain bool) string {
	origin := ir.Origin{Steps: []ir.Step{{Kind: ir.ByRule, Name: "rule"}}}
	var nodes []ir.Node
	for r := range rules {
		a := netip.AddrFrom4([4]byte{10, 0, 0, byte(r)})
		nodes = append(nodes, &ir.Rule{Families: ir.OnlyV4, Origin: origin, Match: ir.Match{Proto: &ir.Proto{Text: "tcp", Number: 6},
			Source: &ir.Addr{Prefixes: []netip.Prefix{netip.PrefixFrom(a, 32)}}, DPort: &ir.Ports{Ranges: []ir.PortRange{{First: uint16(r + 1), Last: uint16(r + 1)}}}}})
	}
	nodes = append(nodes, &ir.Rule{Families: ir.Both, Verdict: ir.Verdict{Kind: ir.Drop}, Origin: origin})
	chain := &ir.Chain{Nodes: nodes, Build: [2]ir.Build{ir.Whole(len(nodes)), ir.Whole(len(nodes))}}
	program, _ := nft.Build(&ir.Policy{Host: &ir.Endpoint{Name: "host", In: chain, Origin: origin}}, nft.Options{Plain: plain})
	base := program.Table(nft.HostTable).Chain("input")
	base.Hook = &nft.Hook{Point: nft.Prerouting, Priority: -10}
	program.Tables = program.Tables[:1]
	chains := &program.Tables[0].Chains
	*chains = slices.DeleteFunc(*chains, func(c *nft.Chain) bool { return c.Hook != nil && c != base })
	return program.Script()
}

func iptablesRules(rules int) string {
	var b strings.Builder
	for r := range rules {
		fmt.Fprintf(&b, "-A tap600i0-OUT -s 10.0.0.%d/32 -p tcp -m tcp --dport %d -j ACCEPT\n", r, r+1)
	}
	return "*raw\n:PREROUTING ACCEPT [0:0]\n:tap600i0-OUT - [0:0]\n-A PREROUTING -i tap600i0 -g tap600i0-OUT\n" + b.String() + "-A tap600i0-OUT -j DROP\nCOMMIT\n"
}
