package load

import (
	"net"
	"net/netip"
	"os"
	"runtime"
	"strings"
)

// liveName is this machine's node name: its host name without the domain.
func liveName() string {
	if runtime.GOOS != "linux" {
		return ""
	}
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	name, _, _ = strings.Cut(name, ".")
	return name
}

// hostsAddress finds the address of a name in the text of a hosts file, loopback
// addresses left aside.
func hostsAddress(hosts, name string) string {
	for line := range strings.Lines(hosts) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		a, err := netip.ParseAddr(words[0])
		if err != nil || a.IsLoopback() {
			continue
		}
		for _, w := range words[1:] {
			if w == name {
				return a.String()
			}
		}
	}
	return ""
}

// networkOf returns the first of the own networks that holds the address.
func networkOf(address string, own []netip.Prefix) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	for _, p := range own {
		if p.Contains(a) && p.Bits() < a.BitLen() {
			return p.Masked().String()
		}
	}
	return ""
}

// interfacePrefixes lists the global addresses of this machine's interfaces.
func interfacePrefixes() []netip.Prefix {
	list, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var out []netip.Prefix
	for _, a := range list {
		p, err := netip.ParsePrefix(a.String())
		if err == nil && p.Addr().IsGlobalUnicast() {
			out = append(out, p)
		}
	}
	return out
}
