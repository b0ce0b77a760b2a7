package facts

// ICMPType is a name that stands for an ICMP type, or a type with one code.
type ICMPType struct {
	Name string
	Type uint8
	Code int  // -1: every code of the type
	Any  bool // every type; the name "any", IPv4 only
}

// ICMPTypeByName looks a name up in the table of one family, case-sensitively
// as the daemon does. Numbers are not names.
func ICMPTypeByName(name string, v6 bool) (ICMPType, bool) {
	for _, t := range icmpTypes(v6) {
		if t.Name == name {
			return t, true
		}
	}
	return ICMPType{}, false
}

// ICMPTypeNames lists the names of one family in the order of their numbers.
func ICMPTypeNames(v6 bool) []string {
	types := icmpTypes(v6)
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.Name
	}
	return names
}

func icmpTypes(v6 bool) []ICMPType {
	if v6 {
		return icmp6Table
	}
	return icmp4Table
}

// reference/pve-firewall §5.9, §11b.
var icmp4Table = []ICMPType{
	{Name: "any", Code: -1, Any: true},
	{Name: "echo-reply", Type: 0, Code: -1},
	{Name: "destination-unreachable", Type: 3, Code: -1},
	{Name: "network-unreachable", Type: 3, Code: 0},
	{Name: "host-unreachable", Type: 3, Code: 1},
	{Name: "protocol-unreachable", Type: 3, Code: 2},
	{Name: "port-unreachable", Type: 3, Code: 3},
	{Name: "fragmentation-needed", Type: 3, Code: 4},
	{Name: "source-route-failed", Type: 3, Code: 5},
	{Name: "network-unknown", Type: 3, Code: 6},
	{Name: "host-unknown", Type: 3, Code: 7},
	{Name: "network-prohibited", Type: 3, Code: 9},
	{Name: "host-prohibited", Type: 3, Code: 10},
	{Name: "TOS-network-unreachable", Type: 3, Code: 11},
	{Name: "TOS-host-unreachable", Type: 3, Code: 12},
	{Name: "communication-prohibited", Type: 3, Code: 13},
	{Name: "host-precedence-violation", Type: 3, Code: 14},
	{Name: "precedence-cutoff", Type: 3, Code: 15},
	{Name: "source-quench", Type: 4, Code: -1},
	{Name: "redirect", Type: 5, Code: -1},
	{Name: "network-redirect", Type: 5, Code: 0},
	{Name: "host-redirect", Type: 5, Code: 1},
	{Name: "TOS-network-redirect", Type: 5, Code: 2},
	{Name: "TOS-host-redirect", Type: 5, Code: 3},
	{Name: "echo-request", Type: 8, Code: -1},
	{Name: "router-advertisement", Type: 9, Code: -1},
	{Name: "router-solicitation", Type: 10, Code: -1},
	{Name: "time-exceeded", Type: 11, Code: -1},
	{Name: "ttl-zero-during-transit", Type: 11, Code: 0},
	{Name: "ttl-zero-during-reassembly", Type: 11, Code: 1},
	{Name: "parameter-problem", Type: 12, Code: -1},
	{Name: "ip-header-bad", Type: 12, Code: 0},
	{Name: "required-option-missing", Type: 12, Code: 1},
	{Name: "timestamp-request", Type: 13, Code: -1},
	{Name: "timestamp-reply", Type: 14, Code: -1},
	{Name: "address-mask-request", Type: 17, Code: -1},
	{Name: "address-mask-reply", Type: 18, Code: -1},
}

var icmp6Table = []ICMPType{
	{Name: "destination-unreachable", Type: 1, Code: -1},
	{Name: "no-route", Type: 1, Code: 0},
	{Name: "communication-prohibited", Type: 1, Code: 1},
	{Name: "beyond-scope", Type: 1, Code: 2},
	{Name: "address-unreachable", Type: 1, Code: 3},
	{Name: "port-unreachable", Type: 1, Code: 4},
	{Name: "failed-policy", Type: 1, Code: 5},
	{Name: "reject-route", Type: 1, Code: 6},
	{Name: "packet-too-big", Type: 2, Code: -1},
	{Name: "time-exceeded", Type: 3, Code: -1},
	{Name: "ttl-zero-during-transit", Type: 3, Code: 0},
	{Name: "ttl-zero-during-reassembly", Type: 3, Code: 1},
	{Name: "parameter-problem", Type: 4, Code: -1},
	{Name: "bad-header", Type: 4, Code: 0},
	{Name: "unknown-header-type", Type: 4, Code: 1},
	{Name: "unknown-option", Type: 4, Code: 2},
	{Name: "echo-request", Type: 128, Code: -1},
	{Name: "echo-reply", Type: 129, Code: -1},
	{Name: "router-solicitation", Type: 133, Code: -1},
	{Name: "router-advertisement", Type: 134, Code: -1},
	{Name: "neighbor-solicitation", Type: 135, Code: -1},
	{Name: "neighbour-solicitation", Type: 135, Code: -1},
	{Name: "neighbor-advertisement", Type: 136, Code: -1},
	{Name: "neighbour-advertisement", Type: 136, Code: -1},
	{Name: "redirect", Type: 137, Code: -1},
}
