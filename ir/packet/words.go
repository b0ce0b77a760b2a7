package packet

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
)

// This file reads the words by which people name packets: in queries, in tests of a
// configuration and in what they expect of a change.

// ReadProtocol reads a protocol by name, in any case, or by number.
func ReadProtocol(text string) (uint8, bool) {
	if n, err := strconv.ParseUint(text, 10, 8); err == nil {
		return uint8(n), true
	}
	p, ok := facts.ProtocolByName(text)
	if !ok {
		p, ok = facts.ProtocolByName(strings.ToLower(text))
	}
	return uint8(p.Number), ok && p.Number <= math.MaxUint8
}

// ReadPort reads a number or the name of a service, preferring its port for a protocol,
// which is 0 where none is known.
func ReadPort(text string, proto uint8) (uint16, bool) {
	if n, err := strconv.ParseUint(text, 10, 16); err == nil {
		return uint16(n), true
	}
	protos := []string{"tcp", "udp", "sctp"}
	if p, ok := facts.ProtocolByNumber(int(proto)); ok {
		protos = append([]string{p.Name}, protos...)
	}
	for _, name := range protos {
		if port, ok := facts.ServicePort(text, name); ok {
			return port, true
		}
	}
	return 0, false
}

// ReadICMP reads a type of a family's ICMP by name, as a number or as TYPE/CODE. The code
// is -1 where all are meant.
func ReadICMP(text string, v6 bool) (facts.ICMPType, bool) {
	if t, ok := facts.ICMPTypeByName(text, v6); ok {
		return t, true
	}
	kind, code, coded := strings.Cut(text, "/")
	t := facts.ICMPType{Code: -1}
	n, err := strconv.ParseUint(kind, 10, 8)
	if err != nil {
		return t, false
	}
	t.Type = uint8(n)
	if coded {
		n, err = strconv.ParseUint(code, 10, 8)
		t.Code = int(n)
	}
	return t, err == nil
}

// ReadMAC reads six groups of hex digits between colons or dashes.
func ReadMAC(text string) (string, bool) {
	groups := strings.Split(strings.ReplaceAll(text, "-", ":"), ":")
	for i, g := range groups {
		n, err := strconv.ParseUint(g, 16, 8)
		if err != nil || len(g) > 2 || len(groups) != 6 {
			return "", false
		}
		groups[i] = fmt.Sprintf("%02x", n)
	}
	return strings.Join(groups, ":"), true
}

// ReadState reads the name of one state of connection tracking.
func ReadState(text string) (ir.State, bool) {
	for _, s := range []ir.State{ir.New, ir.EstablishedState, ir.Related, ir.Invalid, ir.Untracked} {
		if strings.EqualFold(text, s.String()) {
			return s, true
		}
	}
	return 0, false
}

// ReadGuest reads vm100, vm100i1, vm100/net1 and ct200: the guest, and the number of its
// NIC, which is empty where none is named.
func ReadGuest(zone string) (guest, nic string, ok bool) {
	guest = guestOf(zone)
	rest := zone[len(guest):]
	for _, separator := range []string{"/net", "i"} {
		if n, cut := strings.CutPrefix(rest, separator); cut && isNumber(n) {
			return guest, n, guest != ""
		}
	}
	return guest, "", guest != "" && rest == ""
}

// ReadPlug reads BRIDGE/PORT, the zone of a station beside the node, and returns the bridge.
func ReadPlug(zone string) (bridge string, ok bool) {
	bridge, port, cut := strings.Cut(zone, "/")
	return bridge, cut && isDevice(bridge) && isDevice(port) && guestOf(bridge) == ""
}
