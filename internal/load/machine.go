package load

import (
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
)

// machine is what a node knows about itself and its peers, whether it is the one
// that this runs on or one whose file system lies below some directory.
type machine struct {
	name     string // host name without the domain
	hosts    string // text of the hosts file; names are looked up nowhere else
	networks []netip.Prefix
	altNames map[string]string
}

// liveMachine asks this machine.
func liveMachine() *machine {
	return &machine{name: liveName(), hosts: textOf("/etc/hosts"), networks: interfacePrefixes(), altNames: altNames()}
}

// machineBelow reads the file system of a node that is not running.
func machineBelow(root string) *machine {
	name, _, _ := strings.Cut(strings.TrimSpace(textOf(filepath.Join(root, "etc/hostname"))), ".")
	m := &machine{hosts: textOf(filepath.Join(root, "etc/hosts"))}
	if nodeName.MatchString(name) {
		m.name = name
	}
	files := []string{filepath.Join(root, "etc/network/interfaces")}
	more, _ := filepath.Glob(filepath.Join(root, "etc/network/interfaces.d/*"))
	for _, file := range append(files, more...) {
		m.networks = append(m.networks, interfacesOf(textOf(file))...)
	}
	return m
}

// textOf is the content of a file that may be missing.
func textOf(file string) string {
	var r reader
	data, err := r.read(file, file)
	if err != nil {
		return ""
	}
	return string(data)
}

// facts are what the machine knows about a node: of itself its addresses, networks
// and interfaces, of peers what its hosts file says. reference/pve-firewall §14.5:
// a node's address is what its name stands for, the local network the one that
// holds this address.
func (m *machine) facts(name string) NodeFacts {
	f := NodeFacts{Name: name}
	if name == "" {
		return f
	}
	f.Address = hostsAddress(m.hosts, name)
	if name != m.name {
		return f
	}
	for _, p := range m.networks {
		f.Addresses = append(f.Addresses, p.Addr().String())
	}
	f.LocalNetwork = networkOf(f.Address, m.networks)
	f.AltNames = m.altNames
	return f
}

// interfacesOf lists the global addresses that a file in the form of
// /etc/network/interfaces gives to interfaces.
func interfacesOf(text string) []netip.Prefix {
	var out []netip.Prefix
	address := ""
	add := func(text string) {
		if p, err := netip.ParsePrefix(text); err == nil && p.Addr().IsGlobalUnicast() {
			out = append(out, p)
		}
	}
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		switch {
		case len(words) < 2:
		case words[0] == "iface":
			address = ""
		case words[0] == "address":
			address = words[1]
			add(address)
		case words[0] == "netmask":
			add(address + "/" + maskBits(words[1]))
		}
	}
	return out
}

// maskBits turns 255.255.255.0 into 24 and leaves other texts as they are.
func maskBits(text string) string {
	mask, err := netip.ParseAddr(text)
	if err != nil || !mask.Is4() {
		return text
	}
	bits := 0
	for _, b := range mask.AsSlice() {
		for ; b&0x80 != 0; b <<= 1 {
			bits++
		}
	}
	return strconv.Itoa(bits)
}
