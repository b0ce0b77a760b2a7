package packet

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/ir"
)

// zone is where a packet starts or ends.
type zone struct {
	name   string
	host   bool
	nic    *ir.Endpoint // nil for host and for stations behind a bridge port
	bridge string       // where nic or station is plugged in
}

// defaultBridge is what outside and nfvm hang on, and a NIC whose bridge nobody
// knows (reference/pve-firewall §12).
const defaultBridge = "vmbr0"

// zone finds a zone by name. The error is for people and names what exists.
func (e *Evaluator) zone(name string) (zone, error) {
	switch name {
	case "host", "host:" + e.policy.Node:
		return zone{name: "host", host: true}, nil
	case "outside", "nfvm":
		return zone{name: name, bridge: defaultBridge}, nil
	}
	if nic := e.nics[nicName(name)]; nic != nil {
		z := zone{name: nic.Name, nic: nic, bridge: nic.Bridge}
		if z.bridge == "" {
			z.bridge = defaultBridge
		}
		return z, nil
	}
	if bridge, ok := ReadPlug(name); ok {
		return zone{name: name, bridge: bridge}, nil
	}
	return zone{}, fmt.Errorf("unknown zone %q; known are %s", name, e.zoneList())
}

// nicName brings vm100, vm100i1 and vm100/net1 to the form of Endpoint.Name, and
// returns "" for what is no guest's NIC.
func nicName(name string) string {
	guest, nic, ok := ReadGuest(name)
	switch {
	case !ok:
		return ""
	case nic == "":
		nic = "0"
	}
	return guest + "/net" + nic
}

// guestOf returns the vmN or ctN that a zone's name starts with.
func guestOf(name string) string {
	digits, ok := strings.CutPrefix(name, "vm")
	if !ok {
		digits, ok = strings.CutPrefix(name, "ct")
	}
	if !ok {
		return ""
	}
	n := 0
	for n < len(digits) && digits[n] >= '0' && digits[n] <= '9' {
		n++
	}
	if n == 0 {
		return ""
	}
	return name[:2+n]
}

func isNumber(s string) bool {
	_, err := strconv.ParseUint(s, 10, 31)
	return err == nil
}

// isDevice reports whether s could name a network device.
func isDevice(s string) bool {
	if s == "" || len(s) > 15 {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || r == '/' }) < 0
}

// zonesNamed is how many NICs an error names before it stops.
const zonesNamed = 12

func (e *Evaluator) zoneList() string {
	names := []string{"outside", "host", "nfvm", "BRIDGE/PORT"}
	for i, nic := range e.policy.NICs {
		if i == zonesNamed {
			names = append(names, fmt.Sprintf("%d more NICs", len(e.policy.NICs)-i))
			break
		}
		names = append(names, nic.Name)
	}
	return strings.Join(names, ", ")
}
