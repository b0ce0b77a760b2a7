package ir

// Node is an element of a Chain or Body: *Rule, *Builtin, *Call or *Skipped.
type Node interface{ node() }

func (*Rule) node()    {}
func (*Builtin) node() {}
func (*Call) node()    {}
func (*Skipped) node() {}

// Rule is match, optional log, verdict.
type Rule struct {
	Families Families
	Match    Match
	Log      *Log // logs what matches before the verdict; nil for none
	Verdict  Verdict
	Origin   Origin
}

// Call evaluates a group: its Accept, Drop and Reject are the caller's.
type Call struct {
	Families Families
	Match    Match // interface only
	Group    *Group
	Verdict  Verdict // what Accept inside the group means for the caller (it may carry a queue)
	Origin   Origin
}

// Skipped stands in the place of something that does not take effect.
type Skipped struct {
	Stage    Stage
	Families Families
	Reason   string // ours, one sentence
	Message  string // the daemon's text, if it says anything at this stage
	Origin   Origin
}

// Stage is when something was given up.
type Stage uint8

// The stages.
const (
	AtRead     Stage = iota // the reader dropped the line
	AtVerify                // kept but dead
	AtGenerate              // died while rules were made
	AtDesign                // not for this endpoint: disabled, other NIC
	AtTarget                // live, but no target can say it: FORWARD under iptables, a set that nobody knows
)

// String is read, verify, generate, design or target.
func (s Stage) String() string {
	return [...]string{"read", "verify", "generate", "design", "target"}[s]
}

// Builtin is behaviour that Proxmox adds by itself. Expand gives its rules. Only
// the fields its Kind names are set.
type Builtin struct {
	Kind     BuiltinKind
	Dir      Direction
	Families Families
	Set      *Set           // Blacklist, IPFilter, Management In
	Net      *Addr          // Management Out: the local network
	MAC      string         // MACFilter
	Mark     int            // ConnMark
	RA       bool           // NDP: router advertisements too
	Verdict  Verdict        // what "let in" means here (NDP, DHCP: may carry a queue)
	Log      *Log           // Blacklist, Smurfs, BadTCPFlags
	Peers    []CorosyncPeer // Corosync
	AnyCast  bool           // Corosync: multicast rule (transport udp)
	Origin   Origin
}

// BuiltinKind names the behaviour.
type BuiltinKind uint8

// The built-ins; the section of reference/pve-firewall that describes each.
const (
	Loopback       BuiltinKind = iota // §6.8 lo is accepted
	DropInvalid                       // §6.8, §6.4 conntrack INVALID dropped
	Established                       // §6.8, §6.4 RELATED,ESTABLISHED accepted
	IPSEstablished                    // §6.4 established packets go to the IPS queue
	NDP                               // §6.8, §7.3 neighbour discovery accepted, IPv6
	Blacklist                         // §6.5 set blacklist dropped
	Smurfs                            // §6.6 broadcast sources dropped, IPv4
	BadTCPFlags                       // §6.6 impossible TCP flags dropped
	IGMP                              // §6.8 igmp accepted
	Management                        // §6.8 the web interface, SSH, VNC, SPICE, migration
	Corosync                          // §6.9 cluster traffic between known addresses
	ConnMark                          // §7.3 connection mark = VMID; decides nothing
	ClearMark                         // §7.4 forget that the sender was accepted; decides nothing
	DHCP                              // §7.3 DHCP client traffic
	MACFilter                         // §7.4 other source MAC dropped
	RADrop                            // §7.4 router advertisements of guests dropped, IPv6
	IPFilter                          // §7.4 sources outside the set dropped
	DropNoise                         // §6.6 PVEFW-Drop: broadcast and SMB noise before a DROP policy
	RejectNoise                       // §6.6 PVEFW-Reject: the same before a REJECT policy
)

var builtinNames = [...]string{"loopback", "drop-invalid", "established", "ips-established", "ndp", "blacklist",
	"smurfs", "tcpflags", "igmp", "management", "corosync", "connmark", "clear-mark", "dhcp", "macfilter",
	"ra-drop", "ipfilter", "drop-noise", "reject-noise"}

// String is the kebab-case name.
func (k BuiltinKind) String() string { return builtinNames[k] }

// CorosyncPeer is one address pair of a ring.
type CorosyncPeer struct {
	Family        Family
	Local, Remote string
	Node          string
}

// Verdict is what a packet gets.
type Verdict struct {
	Kind  VerdictKind
	Queue *Queue // Accept through an intrusion-prevention queue, with bypass
}

// VerdictKind is the closed list of verdicts.
type VerdictKind uint8

// The verdicts. Reject answers the sender, except that ICMP, broadcast and
// multicast are dropped silently (reference §6.6). Leave ends the built-in it
// stands in and goes on behind it; it occurs only in what Expand returns.
const (
	Accept VerdictKind = iota
	Drop
	Reject
	Leave
)

// String is ACCEPT, DROP, REJECT or LEAVE.
func (v VerdictKind) String() string {
	return [...]string{"ACCEPT", "DROP", "REJECT", "LEAVE"}[v]
}

// Queue is NFQUEUE as the ips option asks for it. Text is ips_queues as written:
// empty, "N" or "N:M".
type Queue struct{ Text string }

// Log asks for a log line at a syslog level.
type Log struct {
	Level int // 0 emerg .. 7 debug

	// Again is set where an earlier pass has come past the rule without printing
	// it: with Policy.LogTargets it then counts as printed before.
	Again bool
}

// LogLimit bounds the rate of all log rules.
type LogLimit struct {
	Off   bool   // no limit match at all
	Rate  string // as it is printed: 1/sec, 7/minute; empty: limit without a rate
	Burst int    // 0: not given
}

// Raw is what happens before connection tracking.
type Raw struct {
	SynFlood *SynFlood
	Helpers  []Helper
}

// SynFlood drops new TCP connections of a source above a rate.
type SynFlood struct {
	Rate, Burst, Expire string // per second, packets, seconds; as written, defaults filled in
	Origin              Origin
}

// Helper attaches a conntrack helper to a port.
type Helper struct {
	Name     string
	Proto    string
	Port     uint16
	Families Families
	Origin   Origin
}
