package facts

import (
	"strings"
	"sync"
)

// KnownService reports whether a name may stand as a port. The daemon asks for
// the first column only and for no protocol in particular (reference/pve-firewall
// §5.8); whether the kernel's tools find a port is LookupPort's question.
func KnownService(name string) bool { return services().known[name] }

// ServicePort returns the port of a name for one protocol: tcp, udp or sctp.
func ServicePort(name, proto string) (uint16, bool) {
	port, ok := services().ports[serviceKey{name, proto}]
	return port, ok
}

// LookupPort is ServicePort as the kernel's tools look a name up: the first row that has
// it as its name or as another one. Of the known names that matters for two.
func LookupPort(name, proto string) (uint16, bool) {
	if proto == "tcp" {
		switch name {
		case "syslog": // of shell
			return 514, true
		case "dicom": // of acr-nema
			return 104, true
		}
	}
	return ServicePort(name, proto)
}

// ServiceOn returns the table's first name of a port of tcp, udp or sctp, or "".
func ServiceOn(port uint16, proto string) string {
	return services().names[portKey{port, proto}]
}

// ServiceNames lists every name once, in the order of the table; the caller owns
// the slice.
func ServiceNames() []string { return append([]string(nil), services().all...) }

type serviceKey struct{ name, proto string }

type portKey struct {
	port  uint16
	proto string
}

type serviceIndex struct {
	all   []string
	known map[string]bool
	ports map[serviceKey]uint16
	names map[portKey]string
}

// A later row of a name replaces an earlier one of its protocol
// (reference/pve-firewall §11b).
var services = sync.OnceValue(func() serviceIndex {
	index := serviceIndex{known: map[string]bool{}, ports: map[serviceKey]uint16{}, names: map[portKey]string{}}
	for _, row := range systemRows("services") {
		digits, proto, _ := strings.Cut(row[1], "/")
		port := uint16(mustNumber(digits, 16))
		if !index.known[row[0]] {
			index.known[row[0]] = true
			index.all = append(index.all, row[0])
		}
		index.ports[serviceKey{row[0], proto}] = port
		if _, ok := index.names[portKey{port, proto}]; !ok {
			index.names[portKey{port, proto}] = row[0]
		}
	}
	return index
})
