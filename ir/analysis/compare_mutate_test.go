package analysis_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/pvefw/pvefw/ir/packet"
)

// world is a small datacenter as text: one list of lines per file.
type world struct {
	*rand.Rand
	files map[string][]string
}

var (
	someSources = []string{"", "", "", "-source 10.0.0.0/8", "-source 10.1.2.0/24", "-source 10.1.2.7", "-source +dc/office", "-source dc/mon",
		"-source 10.1.2.5-10.1.2.90", "-source 2001:db8::/32", "-source 2001:db8:7::1", "-source 10.1.2.3,10.9.0.0/16"}
	someDests    = []string{"", "", "", "", "-dest 10.1.0.0/16", "-dest 224.0.0.0/8", "-dest 2001:db8:1::/48"}
	someTraffic  = []string{"", "-p tcp -dport 22", "-p tcp -dport 80,443", "-p tcp -dport 1000:2000", "-p udp -dport 53", "-p icmp", "-p icmp -icmp-type echo-request", "-p ipv6-icmp", "-p gre", "-p udp -sport 53", "-p tcp", "-p tcp -dport 445"}
	someVerdicts = []string{"ACCEPT", "ACCEPT", "DROP", "REJECT"}
	someMacros   = []string{"SSH", "DNS", "Ping", "Web", "SMB"}
)

func pick(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

// rule is a random line; those of guests and of the host may name an interface.
func (w world) rule(file string) string {
	kind := []string{"IN", "IN", "OUT"}[w.IntN(3)]
	var line string
	switch n := w.IntN(10); {
	case n == 0 && !strings.HasPrefix(file, "["):
		line = "GROUP " + []string{"web", "base"}[w.IntN(2)]
	case n < 3:
		line = fmt.Sprintf("%s %s(%s) %s", kind, pick(w.Rand, someMacros), pick(w.Rand, someVerdicts), pick(w.Rand, someSources))
	default:
		line = fmt.Sprintf("%s %s %s %s %s", kind, pick(w.Rand, someVerdicts), pick(w.Rand, someSources), pick(w.Rand, someDests), pick(w.Rand, someTraffic))
	}
	switch w.IntN(8) {
	case 0:
		line += map[bool]string{true: " -i net0", false: " -i vmbr1"}[file == "100" || file == "101"]
	case 1:
		line += " -log info"
	}
	return line
}

func newWorld(seed uint64) world {
	w := world{rand.New(rand.NewPCG(seed, 77)), map[string][]string{}}
	for _, file := range []string{"cluster", "host", "100", "101", "[web", "[base"} {
		for range 1 + w.IntN(8) {
			w.files[file] = append(w.files[file], w.rule(file))
		}
	}
	policies := []string{"ACCEPT", "DROP", "REJECT"}
	w.files["options"] = []string{"policy_in: " + pick(w.Rand, policies), "policy_out: " + pick(w.Rand, policies)}
	w.files["guest options"] = []string{"policy_in: " + pick(w.Rand, policies), "policy_out: " + pick(w.Rand, policies), "macfilter: " + pick(w.Rand, []string{"0", "1"})}
	w.files["host options"] = []string{"tcpflags: " + pick(w.Rand, []string{"0", "1"}), "nosmurfs: " + pick(w.Rand, []string{"0", "1"})}
	w.files["office"] = []string{"10.1.2.0/24", "10.200.0.0/16", "! 10.1.2.66", "2001:db8:1::/64"}
	w.files["blacklist"] = []string{"203.0.113.0/24", "2001:db8:bad::/48"}
	return w
}

// mutated is the world with one line changed.
func (w world) mutated() world {
	out := world{w.Rand, map[string][]string{}}
	for name, lines := range w.files {
		out.files[name] = slices.Clone(lines)
	}
	if w.IntN(6) == 0 {
		out.mutateSetting()
		return out
	}
	file := []string{"cluster", "host", "100", "101", "[web", "[base"}[w.IntN(6)]
	lines := out.files[file]
	i := w.IntN(len(lines))
	switch w.IntN(4) {
	case 0:
		lines = slices.Delete(lines, i, i+1)
	case 1:
		lines = slices.Insert(lines, i, w.rule(file))
	case 2:
		lines[i] = w.rule(file)
	default:
		lines[i] = strings.NewReplacer("ACCEPT", "DROP", "DROP", "REJECT", "REJECT", "ACCEPT").Replace(lines[i])
	}
	out.files[file] = lines
	return out
}

func (w world) mutateSetting() {
	switch w.IntN(4) {
	case 0:
		w.files["office"] = append(w.files["office"], "10.77.0.0/16")
	case 1:
		w.files["blacklist"] = w.files["blacklist"][1:]
	case 2:
		w.files["guest options"][w.IntN(2)] = pick(w.Rand, []string{"policy_in: ACCEPT", "policy_out: DROP", "policy_in: REJECT", "enable: 0"})
	default:
		w.files["options"][w.IntN(2)] = pick(w.Rand, []string{"policy_in: ACCEPT", "policy_out: DROP", "policy_in: REJECT"})
	}
}

func (w world) policy(t testing.TB) *ir.Policy {
	t.Helper()
	text := func(parts ...string) string { return strings.Join(parts, "\n") + "\n" }
	section := func(head, name string) string { return head + "\n\n" + strings.Join(w.files[name], "\n") + "\n" }
	guest := func(id string) *source.File {
		return source.NewFile(id+".fw", []byte(text("[OPTIONS]\n\nenable: 1\n"+strings.Join(w.files["guest options"], "\n"), section("[RULES]", id))))
	}
	conf := func(id, mac string) *source.File {
		return source.NewFile(id+".conf", []byte("net0: virtio=AA:0B:0C:00:00:"+mac+",bridge=vmbr0,firewall=1\n"))
	}
	in := config.Input{Datacenter: true, Cluster: source.NewFile("cluster.fw", []byte(text("[OPTIONS]\n\nenable: 1\n"+strings.Join(w.files["options"], "\n"),
		"[ALIASES]\n\nmon 10.1.2.9\n", section("[IPSET office]", "office"), section("[IPSET blacklist]", "blacklist"), section("[RULES]", "cluster"),
		section("[group web]", "[web"), section("[group base]", "[base")))),
		Nodes: []config.NodeInput{{Facts: config.Host{Name: "pve1", Address: "10.0.0.11", LocalNetwork: "10.0.0.0/24"},
			HostFW: source.NewFile("host.fw", []byte(text(section("[OPTIONS]", "host options"), section("[RULES]", "host")))),
			Guests: []config.GuestInput{{VMID: 100, Env: facts.VM, FW: guest("100"), Conf: conf("100", "01")}, {VMID: 101, Env: facts.VM, FW: guest("101"), Conf: conf("101", "02")}}}}}
	cfg, _ := config.Resolve(in)
	p, _ := lower.Lower(cfg, cfg.Nodes[0], lower.Reference)
	if p.Off || p.Fatal != nil || p.Host == nil {
		t.Fatal("the world is not filtered")
	}
	return p
}

// fullVariable asks for as many random packets as the bar names.
const fullVariable = "PVEFW_FULL"

// TestComparisonsOfMutations: after a change of one line the class is that of the
// sets of packets that pass, every witness walks as its change says on both sides,
// and random packets change their verdict exactly where a change says so.
func TestComparisonsOfMutations(t *testing.T) {
	mutations, points := 500, 100
	if os.Getenv(fullVariable) != "" {
		points = 3000
	}
	seen := map[analysis.Class]int{}
	tried := &trials{}
	for seed := range uint64(mutations) {
		w := newWorld(seed)
		before, after := w.policy(t), w.mutated().policy(t)
		c := analysis.Compare(before, after, analysis.Budget{})
		if c.Unknown > 0 {
			t.Fatalf("mutation %d: %d lists are unknown", seed, c.Unknown)
		}
		checkClasses(t, seed, c)
		tried.witnesses(t, seed, before, after, c)
		for range points {
			tried.point(t, seed, w.Rand, before, after, c)
		}
		seen[c.Class()]++
	}
	t.Logf("%d mutations: %v; %d witnesses walk, %d cannot be sent; %d packets, %d changed", mutations, seen, tried.walked, tried.unsent, tried.points, tried.changed)
	if len(seen) < 4 || tried.walked < mutations || tried.unsent*10 > tried.walked || tried.changed < tried.points/500 {
		t.Error("the mutations try too little")
	}
}

// checkClasses compares classes with those of the sets that both lists let
// through, worked out from the universe.
func checkClasses(t *testing.T, seed uint64, c *analysis.Comparison) {
	t.Helper()
	for i := range c.Endpoints {
		e := &c.Endpoints[i]
		before, after := e.Lists()
		u := packet.NewUniverse(e.Family, packet.ListMatches(e.Family, e.Direction, slices.Concat(before, after))...)
		x, y := u.Decide(before, e.Direction, nil), u.Decide(after, e.Direction, nil)
		opens, closes := y.Accept.Minus(x.Accept).Empty() == packet.No, x.Accept.Minus(y.Accept).Empty() == packet.No
		want := analysis.Incomparable
		switch {
		case opens && !closes:
			want = analysis.Wider
		case closes && !opens:
			want = analysis.Narrower
		case !opens && !closes && !slices.ContainsFunc(e.Changes, func(c analysis.Change) bool { return !c.OnlyLog }):
			want = analysis.Equal
		}
		if e.Class != want {
			t.Fatalf("mutation %d: %s %s %s is %s, want %s", seed, e.Endpoint, e.Direction, e.Family, e.Class, want)
		}
	}
}

// trials counts what was tried.
type trials struct{ walked, unsent, points, changed int }

func (n *trials) witnesses(t *testing.T, seed uint64, before, after *ir.Policy, c *analysis.Comparison) {
	t.Helper()
	w := analysis.NewWitnesses(before, after)
	for i := range c.Endpoints {
		e := &c.Endpoints[i]
		for j := range e.Changes {
			change := &e.Changes[j]
			found := w.Of(e, change)
			if change.Packets().Contains(found.Packet) != packet.Yes {
				t.Fatalf("mutation %d: the witness of %s is not in its change", seed, e.Endpoint)
			}
			if !found.Walked {
				if _, sayable := found.Packet.Query("outside", "host"); sayable && !found.Packet.Marked {
					t.Fatalf("mutation %d: %s %s: the witness %+v does not walk", seed, e.Endpoint, e.Direction, found.Packet)
				}
				n.unsent++
				continue
			}
			was, err1 := packet.Walk(before, found.Query)
			is, err2 := packet.Walk(after, found.Query)
			if err1 != nil || err2 != nil || was.Verdict != change.Was.Word() || is.Verdict != change.Is.Word() || !change.OnlyLog && was.Verdict == is.Verdict {
				t.Fatalf("mutation %d: %s: the witness %+v gets %s, then %s", seed, e.Endpoint, found.Query, was.Verdict, is.Verdict)
			}
			n.walked++
			boxes, _ := change.Boxes(8)
			for _, b := range boxes {
				if p := b.Sample(); b.Set().Contains(p) != packet.Yes || change.Packets().Contains(p) != packet.Yes {
					t.Fatalf("mutation %d: the sample %+v is not in the box %s", seed, p, b)
				}
			}
		}
	}
}

// point walks a random packet on both sides.
func (n *trials) point(t *testing.T, seed uint64, r *rand.Rand, before, after *ir.Policy, c *analysis.Comparison) {
	t.Helper()
	q, p, endpoint, dir := randomPacket(r)
	was, err1 := packet.Walk(before, q)
	is, err2 := packet.Walk(after, q)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	n.points++
	in := 0
	for i := range c.Endpoints {
		e := &c.Endpoints[i]
		if e.Endpoint != endpoint || e.Direction != dir || e.Family != p.Family {
			continue
		}
		for j := range e.Changes {
			change := &e.Changes[j]
			if change.OnlyLog || change.Packets().Contains(p) != packet.Yes {
				continue
			}
			in++
			if change.Was.Word() != was.Verdict || change.Is.Word() != is.Verdict {
				t.Fatalf("mutation %d: %+v: %s becomes %s, the change says %s, %s", seed, q, was.Verdict, is.Verdict, change.Was.Word(), change.Is.Word())
			}
		}
	}
	if changed := was.Verdict != is.Verdict; changed && in != 1 || !changed && in != 0 {
		t.Fatalf("mutation %d: %s %s %+v: %s becomes %s, and is in %d changes", seed, endpoint, dir, q, was.Verdict, is.Verdict, in)
	}
	if was.Verdict != is.Verdict {
		n.changed++
	}
}

var (
	someAddrs = [2][]string{
		{"10.1.2.3", "10.1.2.7", "10.1.2.9", "10.1.2.66", "10.200.0.1", "10.77.1.1", "203.0.113.5", "100.100.1.2", "224.0.0.251", "255.255.255.255", "10.0.0.11", "0.0.0.0", "10.9.1.1"},
		{"2001:db8::1", "2001:db8:1::5", "2001:db8:7::1", "2001:db8:bad::1", "fe80::1", "ff02::1", "2001:dead::1"},
	}
	somePorts  = []uint16{0, 22, 53, 80, 137, 443, 445, 999, 1000, 1500, 2001, 8006, 40000}
	someProtos = []uint8{6, 6, 6, 17, 17, 1, 58, 47, 2}
)

// randomPacket is a packet between two zones, and as the endpoint of them that has
// rules meets it.
func randomPacket(r *rand.Rand) (packet.Query, *packet.Packet, string, ir.Direction) {
	f := r.IntN(2)
	addr := func() netip.Addr { return netip.MustParseAddr(pick(r, someAddrs[f])) }
	state := ir.New
	if r.IntN(4) == 0 {
		state = 1 << r.IntN(5)
	}
	p := &packet.Packet{Family: ir.Family(f), Source: addr(), Dest: addr(), Proto: someProtos[r.IntN(len(someProtos))], SPort: somePorts[r.IntN(len(somePorts))],
		DPort: somePorts[r.IntN(len(somePorts))], ICMPType: []uint8{0, 3, 8, 128, 135}[r.IntN(5)], State: state, Flags: 2}
	if state == ir.EstablishedState {
		p.Flags = 16
	}
	if p.Proto == 58 && f == 0 {
		p.Proto = 1 // a query cannot ask for it
	}
	dir := ir.Direction(r.IntN(2))
	endpoint := []string{"host", "vm100/net0", "vm101/net0"}[r.IntN(3)]
	other, device := "outside", "vmbr0"
	if endpoint == "host" && r.IntN(2) == 0 {
		other, device = "vmbr1/port1", "vmbr1"
	}
	from, to := other, endpoint
	switch {
	case dir == ir.Out:
		from, to = endpoint, other
		if endpoint == "host" {
			p.Out = device
		} else if r.IntN(4) == 0 {
			p.MAC = "02:00:00:00:00:99"
		}
	case endpoint == "host":
		p.In = device
	}
	q := packet.Query{From: from, To: to, Source: p.Source, Dest: p.Dest, Proto: p.Proto, SPort: p.SPort, DPort: p.DPort,
		ICMPType: p.ICMPType, ICMPCode: p.ICMPCode, MAC: p.MAC, State: p.State}
	return q, p, endpoint, dir
}
