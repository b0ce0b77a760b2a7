package kernellab

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// The words of random configurations and packets. They are few, so that rules
// overlap and packets hit them.
var (
	addresses4 = []string{"10.1.1.5", "10.1.2.7", "192.0.2.9", "203.0.113.4", "10.20.3.4", "10.20.0.11", "100.100.1.2"}
	addresses6 = []string{"2001:db8:1::5", "2001:db8:2::7", "2001:db8:9::9", "2001:db8:20::4", "2001:db8:20::11", "fd00::1", "2001:db8:100::1:2"}
	matches4   = []string{"10.1.1.5", "10.1.0.0/16", "10.1.2.0/24", "192.0.2.0/25", "203.0.113.0-203.0.113.9", "10.1.1.5,192.0.2.9", "10.20.3.0/24", "0.0.0.0/1"}
	matches6   = []string{"2001:db8:1::5", "2001:db8::/32", "2001:db8:2::/64", "2001:db8:9::1-2001:db8:9::f", "2001:db8:1::5,fd00::1", "fd00::/8"}
	members    = []string{"10.1.1.0/24", "10.1.1.5", "!10.1.2.7", "192.0.2.9", "2001:db8:1::/64", "!2001:db8:1::5", "2001:db8:2::7", "home", "home6", "10.0.0.0/8", "203.0.113.4", "fd00::/8"}
	portTexts  = []string{"22", "80", "443", "53", "5900:5999", "80,443", "1:1023", "ssh", "20000", "22,8000:9999"}
	portsSent  = []uint16{22, 80, 443, 53, 5901, 8006, 9999, 137, 445, 1024, 111, 5404}
	macros     = []string{"SSH", "DNS", "Ping", "HTTPS", "Web", "NTP", "Ceph", "SMB", "DHCPfwd", "NeighborDiscovery", "DHCPv6", "Trcrt", "OSPF", "GRE", "VNC", "Mail"}
	protocols  = []string{"tcp", "tcp", "udp", "udp", "icmp", "icmpv6", "sctp", "gre", "igmp", "47", "esp", "dccp", "udplite"}
	levels     = []string{"nolog", "info", "warning"}
	verdicts   = []string{"ACCEPT", "ACCEPT", "DROP", "REJECT"}
)

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func chance(r *rand.Rand, percent int) bool { return r.IntN(100) < percent }

// writer writes one file.
type writer struct {
	strings.Builder
	*rand.Rand
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

// option writes an option now and then.
func (w *writer) option(name string, percent int, values ...string) {
	if chance(w.Rand, percent) {
		w.line("%s: %s", name, pick(w.Rand, values))
	}
}

// randomConfig is a datacenter with a host and four guests: a VM on two bridges,
// one whose NIC has no firewall, one whose own firewall may be off, a container.
func randomConfig(r *rand.Rand) map[string]string {
	return map[string]string{
		".pvefw.yaml":          "node:\n  name: proxself\n  address: 10.20.0.11\n  local_network: 10.20.0.0/16\n",
		"cluster.fw":           clusterFile(r),
		"host.fw":              hostFile(r),
		"100.fw":               guestFile(r, 95),
		"101.fw":               guestFile(r, 90),
		"102.fw":               guestFile(r, 60),
		"200.fw":               guestFile(r, 90),
		"qemu-server/100.conf": "net0: virtio=BC:24:11:00:01:00,bridge=vmbr0,firewall=1\nnet1: virtio=BC:24:11:00:01:01,bridge=vmbr1,firewall=1\n",
		"qemu-server/101.conf": "net0: virtio=BC:24:11:00:01:10,bridge=vmbr0\n",
		"qemu-server/102.conf": "net0: virtio=BC:24:11:00:01:20,bridge=vmbr0,firewall=1\n",
		"lxc/200.conf":         "net0: name=eth0,bridge=vmbr0,firewall=1,hwaddr=BC:24:11:00:02:00,ip=10.1.2.7/16,ip6=2001:db8:2::7/64,type=veth\n",
	}
}

func clusterFile(r *rand.Rand) string {
	w := &writer{Rand: r}
	w.line("[OPTIONS]\nenable: 1")
	w.option("policy_in", 60, "ACCEPT", "REJECT", "DROP")
	w.option("policy_out", 40, "DROP", "REJECT")
	w.option("ebtables", 10, "0")
	w.line("[ALIASES]\nhome 10.1.1.0/24\nhome6 2001:db8:1::/64\nbox 192.0.2.9\nbox6 2001:db8:9::9")
	w.option("local_network 10.20.0.0/24 #", 10, "x")
	for _, set := range []struct {
		name    string
		percent int
	}{{"front", 100}, {"back", 100}, {"management", 30}, {"blacklist", 25}} {
		if chance(r, set.percent) {
			w.set(set.name)
		}
	}
	for _, group := range []string{"web", "base"} {
		w.line("[group %s]", group)
		w.rules(1+r.IntN(5), "cluster", false)
	}
	w.line("[RULES]")
	w.rules(r.IntN(8), "cluster", true)
	return w.String()
}

// set writes a set of a few members, each once: two texts of one network are
// refused by the kernel, which is measured elsewhere.
func (w *writer) set(name string) {
	w.line("[IPSET %s]", name)
	for _, i := range w.Perm(len(members))[:1+w.IntN(5)] {
		w.line("%s", members[i])
	}
}

// forwarding adds lists of what is forwarded, which only nftables honours: the node's, and
// that of the bridge most guests are plugged into.
func forwarding(r *rand.Rand, files map[string]string) map[string]string {
	node := &writer{Rand: r}
	node.line("[OPTIONS]")
	node.option("policy_forward", 30, "DROP")
	node.line("[RULES]")
	node.rules(r.IntN(5), "forward", false)
	files["cluster.fw"] += node.String()
	bridge := &writer{Rand: r}
	bridge.line("[OPTIONS]")
	bridge.option("enable", 50, "1")
	bridge.option("policy_forward", 30, "DROP")
	bridge.option("log_level_forward", 30, levels...)
	bridge.line("[RULES]")
	bridge.rules(r.IntN(5), "forward", true)
	files["vnet/vmbr0.fw"] = bridge.String()
	return files
}

func hostFile(r *rand.Rand) string {
	w := &writer{Rand: r}
	w.line("[OPTIONS]")
	w.option("enable", 10, "0")
	w.option("ndp", 25, "0")
	w.option("nosmurfs", 25, "0")
	w.option("tcpflags", 40, "1")
	w.option("nf_conntrack_allow_invalid", 20, "1")
	w.option("nf_conntrack_helpers", 15, "ftp,sip")
	w.option("protection_synflood", 15, "1")
	w.option("log_level_in", 40, levels...)
	w.option("log_level_out", 30, levels...)
	w.option("tcp_flags_log_level", 20, levels...)
	w.line("[RULES]")
	w.rules(r.IntN(8), "host", true)
	return w.String()
}

func guestFile(r *rand.Rand, enabled int) string {
	w := &writer{Rand: r}
	w.line("[OPTIONS]")
	if chance(r, enabled) {
		w.line("enable: 1")
	}
	for _, o := range []string{"dhcp", "ndp", "macfilter"} {
		w.option(o, 20, "0")
	}
	w.option("radv", 20, "1")
	w.option("ipfilter", 15, "1")
	w.option("policy_in", 40, "ACCEPT", "REJECT", "DROP")
	w.option("policy_out", 40, "DROP", "REJECT")
	w.option("log_level_in", 30, levels...)
	w.option("log_level_out", 30, levels...)
	w.line("[ALIASES]\nmine 10.1.0.0/16\nmine6 2001:db8:2::/64")
	for _, set := range []string{"own", "ipfilter-net0"} {
		if set == "own" || chance(r, 15) {
			w.set(set)
		}
	}
	w.line("[RULES]")
	w.rules(r.IntN(9), "guest", true)
	return w.String()
}

// rules writes n rules for a place; groups are called where that is allowed.
func (w *writer) rules(n int, place string, groups bool) {
	for range n {
		if groups && chance(w.Rand, 20) {
			w.line("GROUP %s%s", pick(w.Rand, []string{"web", "base"}), w.iface(place))
			continue
		}
		w.line("%s%s", map[bool]string{true: "|"}[chance(w.Rand, 4)], w.rule(place))
	}
}

func (w *writer) iface(place string) string {
	if place == "forward" || !chance(w.Rand, 20) {
		return ""
	}
	if place == "guest" {
		return " -i net" + pick(w.Rand, []string{"0", "1"})
	}
	return " -i " + pick(w.Rand, []string{"vmbr0", "vmbr1"})
}

func (w *writer) rule(place string) string {
	direction, verdict := pick(w.Rand, []string{"IN", "IN", "OUT"}), pick(w.Rand, verdicts)
	if place == "forward" {
		direction = "FORWARD"
	}
	v6 := chance(w.Rand, 40)
	ends := w.iface(place) + w.end("-source", place, v6) + w.end("-dest", place, v6)
	if chance(w.Rand, 30) {
		return fmt.Sprintf("%s %s(%s)%s%s", direction, pick(w.Rand, macros), verdict, ends, w.log())
	}
	return fmt.Sprintf("%s %s%s%s%s", direction, verdict, ends, w.protocol(v6), w.log())
}

func (w *writer) log() string {
	if chance(w.Rand, 15) {
		return " -log " + pick(w.Rand, levels)
	}
	return ""
}

// end restricts one end of a rule, in any of the ways that are known.
func (w *writer) end(option, place string, v6 bool) string {
	if chance(w.Rand, 55) {
		return ""
	}
	literals, names := matches4, []string{"home", "box", "dc/home", "+front", "+dc/back"}
	if v6 {
		literals, names = matches6, []string{"home6", "box6", "dc/home6", "+front", "+dc/back"}
	}
	if place == "guest" {
		names = append(names, map[bool]string{false: "mine", true: "guest/mine6"}[v6], "+own", "+guest/own")
	}
	if chance(w.Rand, 50) {
		return " " + option + " " + pick(w.Rand, literals)
	}
	return " " + option + " " + pick(w.Rand, names)
}

func (w *writer) protocol(v6 bool) string {
	if chance(w.Rand, 25) {
		return ""
	}
	proto := pick(w.Rand, protocols)
	if v6 && proto == "icmp" || !v6 && proto == "icmpv6" {
		proto = "tcp"
	}
	out := " -p " + proto
	switch proto {
	case "tcp", "udp", "sctp":
		if chance(w.Rand, 70) {
			out += " -dport " + pick(w.Rand, portTexts)
		}
		if chance(w.Rand, 15) {
			out += " -sport " + pick(w.Rand, []string{"20000", "1024:65535", "53"})
		}
	case "icmp":
		out += pick(w.Rand, []string{"", " -icmp-type echo-request", " -icmp-type any", " -icmp-type destination-unreachable", " -dport 8", " -dport 255"})
	case "icmpv6":
		out += pick(w.Rand, []string{"", " -icmp-type echo-request", " -icmp-type packet-too-big", " -icmp-type 135"})
	}
	return out
}

// randomPackets asks about packets between random ends. Where simulate lets one
// through, the answer to it follows, which belongs to a known connection.
func randomPackets(r *rand.Rand, w world) []question {
	zones := []string{HostStation, HostStation, "outside", "outside", "nfvm", "vmbr1/eth1"}
	for _, nic := range w.policy.NICs {
		zones = append(zones, nic.Name)
	}
	var out []question
	for range 14 {
		q := randomQuery(r, zones)
		out = append(out, w.ask(q))
		result, err := packet.Walk(w.policy, out[len(out)-1].query)
		if err == nil && result.Verdict == packet.Accepted && answered(q) {
			out = append(out, w.ask(answerQuery(out[len(out)-1].query)))
		}
	}
	return out
}

// answered reports whether a flow can be told to go on. The node itself resets a
// TCP connection that nobody listens to, and with that its tracking.
func answered(q packet.Query) bool {
	return q.State == 0 && q.MAC == "" && (q.Proto == protoUDP || q.Proto == protoTCP && q.To != HostStation)
}

func answerQuery(q packet.Query) packet.Query {
	q.From, q.To, q.Source, q.Dest, q.SPort, q.DPort = q.To, q.From, q.Dest, q.Source, q.DPort, q.SPort
	q.State = ir.EstablishedState
	return q
}

func randomQuery(r *rand.Rand, zones []string) packet.Query {
	q := packet.Query{From: pick(r, zones), SPort: 20000, DPort: pick(r, portsSent), Proto: pick(r, []uint8{6, 6, 6, 17, 17, 1, 132, 47, 2, 50, 33, 136})}
	for q.To = pick(r, zones); q.To == q.From; q.To = pick(r, zones) {
	}
	addresses := addresses4
	if chance(r, 40) {
		addresses = addresses6
		q.Proto = map[bool]uint8{true: protoICMPv6, false: q.Proto}[q.Proto == protoICMP || q.Proto == 2]
	}
	q.Source = netip.MustParseAddr(pick(r, addresses))
	for q.Dest = q.Source; q.Dest == q.Source; {
		q.Dest = netip.MustParseAddr(pick(r, addresses))
	}
	switch q.Proto {
	case protoICMP:
		q.ICMPType = pick(r, []uint8{8, 8, 0, 3, 11, 13})
	case protoICMPv6:
		q.ICMPType = pick(r, []uint8{128, 128, 129, 1, 2, 3, 133, 134, 135, 136, 143})
	case protoUDP:
		if chance(r, 15) { // what DHCP looks like
			q.SPort, q.DPort = pick(r, []uint16{67, 68, 546, 547}), pick(r, []uint16{67, 68, 546, 547})
		}
	case protoTCP:
		if chance(r, 8) {
			q.State = ir.Invalid
		}
	}
	if strings.Contains(q.From, "/net") && chance(r, 8) {
		q.MAC = "02:00:00:00:00:99"
	}
	return q
}
