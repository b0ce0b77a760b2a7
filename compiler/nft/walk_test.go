package nft

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// plumbing is how firewalled NICs are plugged in.
type plumbing bool

const (
	direct    plumbing = false // the tap is a port of the bridge
	ownBridge plumbing = true  // fwbr, fwln and fwpr between them
)

// end is a sender or receiver on the wires.
type end struct {
	host   bool
	nic    *ir.Endpoint
	bridge string
	port   string // of the bridge
}

func endOf(p *ir.Policy, zone string) end {
	switch zone {
	case "host":
		return end{host: true}
	case "outside":
		return end{bridge: "vmbr0", port: "eth0"}
	case "nfvm":
		return end{bridge: "vmbr0", port: "tapXYZ"}
	}
	zone, _ = strings.CutSuffix(zone, "/")
	for _, nic := range p.NICs {
		short := strings.Replace(nic.Name, "/net", "i", 1)
		guest, _, _ := strings.Cut(nic.Name, "/")
		if zone == nic.Name || zone == short || zone == guest && nic.Net == 0 {
			e := end{nic: nic, bridge: nic.Bridge, port: nic.Device}
			if e.bridge == "" {
				e.bridge = "vmbr0"
			}
			return e
		}
	}
	bridge, port, _ := strings.Cut(zone, "/")
	return end{bridge: bridge, port: port}
}

// travel sends a packet over the wires of a node and returns what becomes of it.
// The query must name both addresses and the state.
func travel(program *Program, policy *ir.Policy, q packet.Query, way plumbing) fate {
	m := &machine{program: program}
	from, to := endOf(policy, q.From), endOf(policy, q.To)
	p := fieldsOfQuery(q, from)
	steps := &journey{machine: m, packet: p, way: way, fate: passed}
	if from.host {
		steps.at(Inet, Output, names2{out: deviceOf(to)})
	} else {
		steps.enter(from)
	}
	switch {
	case to.host:
		steps.at(Inet, Prerouting, names2{in: deviceOf(from)})
		steps.at(Inet, Input, names2{in: deviceOf(from)})
	case from.host:
		steps.routed = true
		steps.leave(to)
	case from.bridge == to.bridge:
		in := from.port
		if steps.wrapped(from) {
			in = "fwpr" + own(from)
		}
		out := to.port
		if steps.wrapped(to) {
			out = "fwpr" + own(to)
		}
		steps.at(Bridge, Forward, names2{in: in, out: out, inBridge: from.bridge, outBridge: to.bridge})
		steps.leave(to)
	default:
		steps.at(Inet, Prerouting, names2{in: from.bridge})
		steps.at(Inet, Forward, names2{in: from.bridge, out: to.bridge})
		steps.routed = true
		steps.leave(to)
	}
	return steps.fate
}

func deviceOf(e end) string {
	if e.host {
		return "lo"
	}
	return e.bridge
}

func own(e end) string { return strconv.Itoa(e.nic.VMID) + "i" + strconv.Itoa(e.nic.Net) }

// journey is a packet on its way; the first hook that stops it decides.
type journey struct {
	*machine
	packet fieldsOf
	way    plumbing
	fate   fate
	routed bool // by the node, so the frame is its own
}

type names2 struct{ in, out, inBridge, outBridge string }

func (j *journey) at(f Family, point HookPoint, n names2) {
	if j.fate != passed {
		return
	}
	p := fieldsOf{}
	for k, v := range j.packet {
		p[k] = v
	}
	for field, name := range map[Field]string{InName: n.in, OutName: n.out, InBridge: n.inBridge, OutBridge: n.outBridge} {
		if name != "" {
			p[field] = Value{Name: name}
		}
	}
	p[PacketType] = number(0)
	if f == Bridge && !j.routed {
		p[PacketType] = number(3)
	}
	if f == Bridge {
		delete(p, NFProto)
		delete(p, SourceType)
		delete(p, DestType)
	} else {
		delete(p, Protocol)
		delete(p, EtherSource)
		delete(p, EtherDest)
	}
	j.fate = j.hook(f, point, p)
	if f == Bridge && point == Forward && j.way == ownBridge { // br_netfilter is on
		j.at(Inet, Forward, names2{in: n.inBridge, out: n.outBridge})
	}
}

func (j *journey) wrapped(e end) bool { return e.nic != nil && e.nic.Plugged && j.way == ownBridge }

// enter is the way from a port into the bridge.
func (j *journey) enter(e end) {
	if !j.wrapped(e) {
		j.at(Bridge, Prerouting, names2{in: e.port, inBridge: e.bridge})
		return
	}
	fw := "fwbr" + own(e)
	j.at(Bridge, Prerouting, names2{in: e.port, inBridge: fw})
	j.at(Bridge, Forward, names2{in: e.port, out: "fwln" + own(e), inBridge: fw, outBridge: fw})
	j.at(Bridge, Postrouting, names2{out: "fwln" + own(e), outBridge: fw})
	j.at(Bridge, Prerouting, names2{in: "fwpr" + own(e), inBridge: e.bridge})
}

// leave is the way from the bridge out of a port.
func (j *journey) leave(e end) {
	if !j.wrapped(e) {
		j.at(Bridge, Postrouting, names2{out: e.port, outBridge: e.bridge})
		return
	}
	fw := "fwbr" + own(e)
	j.at(Bridge, Postrouting, names2{out: "fwpr" + own(e), outBridge: e.bridge})
	j.at(Bridge, Prerouting, names2{in: "fwln" + own(e), inBridge: fw})
	j.at(Bridge, Forward, names2{in: "fwln" + own(e), out: e.port, inBridge: fw, outBridge: fw})
	j.at(Bridge, Postrouting, names2{out: e.port, outBridge: fw})
}

// fieldsOfQuery is what the headers of a packet say.
func fieldsOfQuery(q packet.Query, from end) fieldsOf {
	p := fieldsOf{L4Proto: number(uint64(q.Proto)), State: stateBits(q.State), ConnMark: {}, EtherDest: number(0x02bb00000000)}
	mac := q.MAC
	if mac == "" && from.nic != nil {
		mac = from.nic.MAC
	}
	p[EtherSource], _ = hardware(mac)
	if q.Source.Is4() {
		p[NFProto], p[Protocol] = nfproto[ir.V4], ethertype[ir.V4]
		p[IPSource], p[IPDest] = address(q.Source), address(q.Dest)
		p[SourceType], p[DestType] = routed(q.Source), routed(q.Dest)
	} else {
		p[NFProto], p[Protocol] = nfproto[ir.V6], ethertype[ir.V6]
		p[IP6Source], p[IP6Dest] = address(q.Source), address(q.Dest)
		p[SourceType], p[DestType] = number(1), number(1)
	}
	if !q.Dest.IsMulticast() && !q.Source.IsMulticast() && routed(q.Source) != number(typeBroadcast) && routed(q.Dest) != number(typeBroadcast) {
		p[unicast] = number(1)
	}
	switch q.Proto {
	case protoTCP:
		p[TCPFlags] = number(syn)
		if q.State == ir.EstablishedState {
			p[TCPFlags] = number(ack)
		}
		fallthrough
	case protoUDP, 33, 132, 136:
		p[SourcePort], p[DestPort] = number(uint64(q.SPort)), number(uint64(q.DPort))
	case protoICMP, protoICMPv6:
		p[ICMPType], p[ICMPCode] = number(uint64(q.ICMPType)), number(uint64(q.ICMPCode))
		p[ICMP6Type], p[ICMP6Code] = p[ICMPType], p[ICMPCode]
		fallthrough
	default: // other headers have bytes where ports would be
		p[SourcePort], p[DestPort] = number(0x0800), number(0x1234)
	}
	return p
}

// routed is the type of an address for a node that has no broadcast of its own.
func routed(a netip.Addr) Value {
	switch {
	case a == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return number(typeBroadcast)
	case multicast4.Contains(a):
		return number(5)
	}
	return number(1)
}
