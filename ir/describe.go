package ir

// builtinSentences say what each kind does, for dumps and for the walk of a
// packet.
var builtinSentences = [...]string{
	Loopback:       "the node may talk to itself over lo",
	DropInvalid:    "packets that connection tracking finds invalid are dropped",
	Established:    "packets of known connections are let through",
	IPSEstablished: "packets of known connections go through intrusion prevention",
	NDP:            "IPv6 neighbour discovery is let through",
	Blacklist:      "sources in the set blacklist are dropped",
	Smurfs:         "packets with a broadcast or multicast source are dropped",
	BadTCPFlags:    "impossible combinations of TCP flags are dropped",
	IGMP:           "IGMP is let through",
	Management:     "management: web interface, SSH, consoles, migration",
	Corosync:       "members of the cluster reach each other",
	ConnMark:       "the connection is marked with the guest's id",
	ClearMark:      "the accept mark is cleared",
	DHCP:           "DHCP is let through",
	MACFilter:      "packets with a foreign source MAC are dropped",
	RADrop:         "router advertisements of guests are dropped",
	IPFilter:       "sources outside the guest's own addresses are dropped",
	DropNoise:      "broadcast, SMB and similar noise is dropped",
	RejectNoise:    "broadcast, SMB and similar noise is rejected or dropped",
}

// Describe says in a sentence without full stop what the built-in does.
func (k BuiltinKind) Describe() string { return builtinSentences[k] }

// OriginOf is where a node comes from.
func OriginOf(n Node) Origin {
	switch n := n.(type) {
	case *Rule:
		return n.Origin
	case *Builtin:
		return n.Origin
	case *Call:
		return n.Origin
	case *Skipped:
		return n.Origin
	}
	return Origin{}
}
