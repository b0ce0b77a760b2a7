package facts

// Helper is a conntrack helper of the host option nf_conntrack_helpers.
type Helper struct {
	Name, Proto string
	Port        uint16
	V4, V6      bool // families that the daemon installs it for
}

// HelperByName looks a lower-case name up.
func HelperByName(name string) (Helper, bool) {
	for _, h := range helperTable {
		if h.Name == name {
			return h, true
		}
	}
	return Helper{}, false
}

// Helpers lists all helpers sorted by name; the caller owns the slice.
func Helpers() []Helper { return append([]Helper(nil), helperTable...) }

// reference/pve-firewall §11b.
var helperTable = []Helper{
	{Name: "amanda", Proto: "udp", Port: 10080, V4: true, V6: true},
	{Name: "ftp", Proto: "tcp", Port: 21, V4: true, V6: true},
	{Name: "irc", Proto: "tcp", Port: 6667, V4: true},
	{Name: "netbios-ns", Proto: "udp", Port: 137, V4: true},
	{Name: "pptp", Proto: "tcp", Port: 1723, V4: true},
	{Name: "sane", Proto: "tcp", Port: 6566, V4: true, V6: true},
	{Name: "sip", Proto: "udp", Port: 5060, V4: true, V6: true},
	{Name: "snmp", Proto: "udp", Port: 161, V4: true},
	{Name: "tftp", Proto: "udp", Port: 69, V4: true, V6: true},
}
