package kernellab

import (
	"fmt"
	"net"
	"strings"
)

// wiring is a Node as input of ip(8), and the static entries that tell each
// bridge where each station is: nothing is learned and nothing is flooded, so a
// packet takes one way.
type wiring struct {
	node, world strings.Builder // commands for ip -batch in the two namespaces
	devices     []string        // all of the node's own, bridges without addresses included
	forward     []forwardEntry
}

// forwardEntry says behind which port of its bridge a hardware address is.
type forwardEntry struct {
	mac  net.HardwareAddr
	port string
}

// worldNamespace is the name by which ip(8) finds the stations' side.
const worldNamespace = "world"

// far is the station's end of the i-th cable.
func far(i int) string { return fmt.Sprintf("far%d", i) }

func wire(n Node) (*wiring, error) {
	w := &wiring{}
	fmt.Fprintln(&w.node, "link set lo up")
	for _, b := range n.Bridges {
		w.bridge(b.Name, b.MAC)
		for _, a := range b.Addresses {
			nodad := map[bool]string{true: " nodad"}[a.Addr().Is6()]
			fmt.Fprintf(&w.node, "addr add %s dev %s%s\n", a, b.Name, nodad)
		}
	}
	macs, err := n.macs()
	if err != nil {
		return nil, err
	}
	for i, s := range n.Stations {
		fmt.Fprintf(&w.node, "link add %s type veth peer name %s netns %s\n", s.Device, far(i), worldNamespace)
		fmt.Fprintf(&w.world, "link set %s up\n", far(i))
		if s.Plumbing == "" {
			w.plug(s.Device, s.Bridge)
			w.forward = append(w.forward, forwardEntry{macs[s.Name], s.Device})
			continue
		}
		w.plumb(n, s, macs)
	}
	return w, nil
}

// macs returns the hardware address of every bridge and station, by name, and
// refuses what a wire could not tell apart.
func (n Node) macs() (map[string]net.HardwareAddr, error) {
	out, owner := map[string]net.HardwareAddr{}, map[string]string{}
	add := func(name, text string) error {
		mac, err := net.ParseMAC(text)
		if err != nil || len(mac) != 6 || mac[0]&1 != 0 {
			return fmt.Errorf("%s: %q is not the hardware address of a station", name, text)
		}
		if other := owner[mac.String()]; other != "" {
			return fmt.Errorf("%s and %s both have the hardware address %s", name, other, mac)
		}
		out[name], owner[mac.String()] = mac, name
		return nil
	}
	for _, b := range n.Bridges {
		if err := add(b.Name, b.MAC); err != nil {
			return nil, err
		}
	}
	for _, s := range n.Stations {
		if out[s.Bridge] == nil {
			return nil, fmt.Errorf("%s: there is no bridge %q", s.Name, s.Bridge)
		}
		if err := add(s.Name, s.MAC); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (w *wiring) bridge(name, mac string) {
	w.devices = append(w.devices, name)
	address := map[bool]string{true: "address " + mac + " "}[mac != ""]
	fmt.Fprintf(&w.node, "link add %s %stype bridge stp_state 0 forward_delay 0 mcast_snooping 0\nlink set %s up\n", name, address, name)
}

func (w *wiring) plug(device, bridge string) {
	w.devices = append(w.devices, device)
	fmt.Fprintf(&w.node, "link set %s master %s\nlink set %s type bridge_slave learning off\nlink set %s up\n", device, bridge, device, device)
}

// plumb builds what Proxmox puts between a NIC with firewall=1 and its bridge.
func (w *wiring) plumb(n Node, s Station, macs map[string]net.HardwareAddr) {
	bridge, inside := "fwbr"+s.Plumbing, "fwln"+s.Plumbing
	outside := "fwpr" + strings.Replace(s.Plumbing, "i", "p", 1)
	w.bridge(bridge, "")
	fmt.Fprintf(&w.node, "link add %s type veth peer name %s\n", inside, outside)
	w.plug(s.Device, bridge)
	w.plug(inside, bridge)
	w.plug(outside, s.Bridge)
	w.forward = append(w.forward, forwardEntry{macs[s.Name], s.Device}, forwardEntry{macs[s.Name], outside}, forwardEntry{macs[s.Bridge], inside})
	for _, other := range n.Stations {
		if other.Bridge == s.Bridge && other.Name != s.Name {
			w.forward = append(w.forward, forwardEntry{macs[other.Name], inside})
		}
	}
}
