//go:build linux && amd64

package kernellab

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// liveNode is a Node as built: one namespace for the Proxmox node, one for all
// stations, whose ends of the cables have no addresses.
type liveNode struct {
	Node
	root, node, world namespace // root is where the thread was before
	macs              map[string]net.HardwareAddr
	stations          map[string]Station
	devices           map[string]int // index of a device in the node's namespace
	fars              map[string]int // index of a station's end in the world's
	routes            *netlinkSocket
}

// settings of the node: it forwards, filters what it bridges, and neither mistrusts
// strange sources nor is sparing with answers, because the rules are to decide.
// Checksums are left to network cards, as on most machines: connection tracking
// of Linux 6.1 takes each IPv4 UDP-Lite packet that no card has checked for invalid.
var settings = map[string]string{
	"net/bridge/bridge-nf-call-iptables": "1", "net/bridge/bridge-nf-call-ip6tables": "1", "net/bridge/bridge-nf-call-arptables": "0",
	"net/ipv4/ip_forward": "1", "net/ipv6/conf/all/forwarding": "1",
	"net/ipv4/conf/all/rp_filter": "0", "net/ipv4/conf/all/accept_local": "1", "net/ipv4/conf/all/route_localnet": "1",
	"net/netfilter/nf_conntrack_checksum": "0",
	"net/ipv4/icmp_ratelimit":             "0", "net/ipv6/icmp/ratelimit": "0",
}

// buildNode leaves the thread in the node's namespace. close undoes it, also
// after an error.
func buildNode(n Node) (*liveNode, error) {
	l := &liveNode{Node: n, stations: map[string]Station{}}
	w, err := wire(n)
	if err != nil {
		return l, err
	}
	if l.macs, err = n.macs(); err != nil {
		return l, err
	}
	for _, s := range n.Stations {
		l.stations[s.Name] = s
	}
	if err := l.separate(); err != nil {
		return l, err
	}
	for _, step := range []func(*wiring) error{l.cable, l.index, l.configure, l.direct} {
		if err := step(w); err != nil {
			return l, err
		}
	}
	return l, l.waitForPorts()
}

// separate makes the two namespaces.
func (l *liveNode) separate() error {
	var err error
	if l.root, err = currentNamespace(); err != nil {
		return err
	}
	if l.world, err = newNamespace(); err != nil {
		return err
	}
	if err := write("net/ipv6/conf/default/disable_ipv6", "1"); err != nil {
		return err
	}
	if err := publish(worldNamespace); err != nil {
		return err
	}
	l.node, err = newNamespace()
	return err
}

// cable creates the devices. A bridge speaks IPv6 for itself, ports do not.
func (l *liveNode) cable(w *wiring) error {
	if err := write("net/ipv6/conf/default/accept_dad", "0"); err != nil {
		return err
	}
	if err := run(w.node.String(), "ip", "-batch", "-"); err != nil {
		return err
	}
	return run(w.world.String(), "ip", "-n", worldNamespace, "-batch", "-")
}

// index looks up the numbers that the kernel gave to the devices.
func (l *liveNode) index(*wiring) error {
	var err error
	if l.devices, err = indexes(); err != nil {
		return err
	}
	if err := l.world.enter(); err != nil {
		return err
	}
	ends, err := indexes()
	l.fars = map[string]int{}
	for i, s := range l.Stations {
		l.fars[s.Name] = ends[far(i)]
	}
	return errors.Join(err, l.node.enter())
}

func indexes() (map[string]int, error) {
	interfaces, err := net.Interfaces()
	out := map[string]int{}
	for _, i := range interfaces {
		out[i.Name] = i.Index
	}
	return out, err
}

func (l *liveNode) configure(w *wiring) error {
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		value := settings[key]
		if l.BridgesAlone && strings.HasPrefix(key, "net/bridge/") {
			value = "0"
		}
		if err := write(key, value); err != nil {
			return err
		}
	}
	for _, device := range w.devices {
		if err := write("net/ipv4/conf/"+device+"/rp_filter", "0"); err != nil {
			return err
		}
		if _, known := l.macs[device]; known { // a bridge of the node
			continue
		}
		if err := write("net/ipv6/conf/"+device+"/disable_ipv6", "1"); err != nil {
			return err
		}
	}
	return nil
}

// direct tells the bridges where the stations are.
func (l *liveNode) direct(w *wiring) error {
	var err error
	const route = 0
	if l.routes, err = openNetlink(route); err != nil {
		return err
	}
	for _, f := range w.forward {
		if err := l.routes.behind(f.mac, l.devices[f.port]); err != nil {
			return fmt.Errorf("%s behind %s: %w", f.mac, f.port, err)
		}
	}
	return nil
}

// waitForPorts waits until every cable has carrier, without which a bridge
// forwards nothing.
func (l *liveNode) waitForPorts() error {
	for range 200 {
		interfaces, err := net.Interfaces()
		if err != nil {
			return err
		}
		down := slices.ContainsFunc(interfaces, func(i net.Interface) bool { return i.Flags&net.FlagRunning == 0 })
		if !down {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return errors.New("the devices of the node do not come up")
}

// placeOf says where an address of a packet is. Nothing has to be done for an
// address that the node has anyway, or that is no single station's.
func (l *liveNode) placeOf(address netip.Addr, name string) (p place, needed bool) {
	if address.IsMulticast() || address == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
		return place{}, false
	}
	if name != HostStation {
		bridge := l.stations[name].Bridge
		return place{address: address, device: l.devices[bridge], mac: l.macs[name]}, true
	}
	for _, b := range l.Bridges {
		for _, own := range b.Addresses {
			if own.Addr() == address {
				return place{}, false
			}
		}
	}
	return place{address: address, device: l.devices["lo"]}, true
}

func (l *liveNode) close() error {
	if l.routes != nil {
		l.routes.close()
	}
	var err error
	if l.world != 0 {
		err = errors.Join(l.root.enter(), unpublish(worldNamespace))
	}
	for _, n := range []namespace{l.node, l.world, l.root} {
		if n != 0 {
			n.close()
		}
	}
	return err
}

func write(key, value string) error {
	return os.WriteFile("/proc/sys/"+key, []byte(value), 0o600)
}

// run runs a tool; the error is its complaint.
func run(input, tool string, args ...string) error {
	cmd := exec.Command("/bin/"+tool, args...)
	cmd.Env = []string{"PATH=/bin"}
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	if text := strings.TrimSpace(string(out)); text != "" {
		return fmt.Errorf("%s: %s", tool, text)
	}
	return fmt.Errorf("%s: %w", tool, err)
}
