package ir

import "github.com/pvefw/pvefw/internal/source"

// Family is one of the two packet families.
type Family uint8

// The families; they index Chain.Build and Body.Build.
const (
	V4 Family = iota
	V6
)

// String is IPv4 or IPv6.
func (f Family) String() string { return [...]string{"IPv4", "IPv6"}[f] }

// Families is a set of families.
type Families uint8

// The sets of families.
const (
	NoFamily Families = 0
	OnlyV4   Families = 1
	OnlyV6   Families = 2
	Both     Families = 3
)

// Has reports whether f is in the set.
func (fs Families) Has(f Family) bool { return fs&(1<<f) != 0 }

// Only returns the set that holds just f.
func Only(f Family) Families { return 1 << f }

// Policy is what one node's firewall does with packets.
type Policy struct {
	Node string

	// Off means that nothing is filtered at all; OffReason says why (cluster
	// firewall disabled, no cluster.fw). All other fields are then empty but
	// for NICs, which still tell where guests are plugged in.
	Off       bool
	OffReason *Skipped

	// Fatal is set when the chosen semantics cannot compile the config at all
	// (reference: invalid log_ratelimit). Nothing may be emitted from it.
	Fatal *Skipped

	Host     *Endpoint
	NICs     []*Endpoint // generation order: VMs, then containers; ids and netN as strings
	Forward  *Body       // frame evaluated whenever a packet is forwarded or bridged to or from a firewalled NIC
	BridgeIn *Body       // frame evaluated before the In chain of any firewalled NIC, even of an unfiltered guest

	// Forwarding decides what is routed through the node, behind Forward; its
	// closing policy is policy_forward. Nil where the semantics has none, and where
	// no file says anything but that all of it passes.
	Forwarding *Chain
	VNets      []*VNet // those with a firewall, by name; empty where the semantics has none

	Groups   []*Group // those in use, in order of first use
	Sets     []*Set   // all that exist, guests' after the datacenter's
	Raw      Raw
	Settings []Setting // of the kernel, those that a file asks for
	Layer2   bool      // ethernet filtering of guests is on
	Limit    LogLimit

	// LogTargets makes a rule that is printed again, in another chain or family,
	// log the chain's target in place of the action that the file names.
	LogTargets bool

	// The levels of the log-and-drop chains shared by all endpoints.
	BlacklistLog, SmurfLog, TCPFlagsLog *Log

	// Refusals are texts that the kernel or its tools would not take: that
	// family (or the whole set or layer-2 load) then keeps its old rules.
	Refusals []Refusal

	// Runtime holds what the daemon says while generating, in its order.
	Runtime []Message

	// Missing are facts that only the live node knows and nobody gave; what
	// depends on them is left out. One phrase each, in order of need.
	Missing []string
}

// Endpoint is something that sends and receives packets: the host, a NIC.
type Endpoint struct {
	Kind    EndpointKind
	Name    string // host, vm100/net0, ct200/net0
	VMID    int    // 0 for the host
	Net     int    // N of netN
	Device  string // tap100i0, veth200i0; empty for the host
	Bridge  string // vmbr0; empty for the host
	MAC     string // as configured; empty when unknown
	Plugged bool   // the NIC has firewall=1, so its packets pass Forward and BridgeIn
	In, Out *Chain // nil where the endpoint is not filtered in that direction
	Link    *Link  // layer-2 filter; nil where there is none
	Queue   *Queue // intrusion prevention: established packets towards it are queued; nil without
	Origin  Origin // the guest file or the NIC line
	// OffReason says why the firewall of the host or the guest is off; nil where it is
	// on, or where nothing is filtered at all.
	OffReason *Skipped
}

// VNet is a virtual network whose frames have a list of their own.
type VNet struct {
	Name    string // of its bridge on the node
	Forward *Chain // decides what goes from one port of the bridge to another
	Origin  Origin // the VNet's file
}

// EndpointKind says what an endpoint is.
type EndpointKind uint8

// The kinds of endpoint.
const (
	HostEndpoint EndpointKind = iota
	VMNIC
	CTNIC
)

// Direction is seen from the endpoint: In towards it, Out from it; Through is for
// lists of what passes by.
type Direction uint8

// The directions.
const (
	In Direction = iota
	Out
	Through
)

// String is IN, OUT or FORWARD.
func (d Direction) String() string { return [...]string{"IN", "OUT", "FORWARD"}[d] }

// Chain is the ordered list that decides an endpoint's packets in a direction.
// The closing policy is its last *Rule. Evaluation is first match; Accept, Drop
// and Reject end it.
type Chain struct {
	Dir   Direction
	Nodes []Node
	Build [2]Build // per family
}

// Body is a list shared by several chains: a frame, or a group's direction.
// Falling off its end continues behind the place that called it.
type Body struct {
	Name  string
	Dir   Direction
	Nodes []Node
	Build [2]Build
}

// Build tells how much of a list exists in one family. Intended semantics always
// builds all of it; the reference can die half-way (reference §9.5).
type Build struct {
	Exists bool // something of it was made
	Hooked bool // it decides packets; a half-built guest chain stays unhooked
	Nodes  int  // the first Nodes of the list are in it
}

// Whole returns the Build of a list of n nodes that is complete and in force.
func Whole(n int) Build { return Build{Exists: true, Hooked: true, Nodes: n} }

// Live returns the nodes of the chain that decide packets of family f.
func (c *Chain) Live(f Family) []Node {
	if c == nil || !c.Build[f].Hooked {
		return nil
	}
	return c.Nodes[:c.Build[f].Nodes]
}

// Filtered reports whether the chain is in force for f.
func (c *Chain) Filtered(f Family) bool { return c != nil && c.Build[f].Hooked }

// Group is a security group in use: two bodies made together, and one for what
// is forwarded where a list for that calls it.
type Group struct {
	Name    string // as the GROUP rule writes it
	In, Out *Body
	Forward *Body  // nil unless something calls it
	Origin  Origin // the header; zero span when it is defined nowhere
}

// Body returns the group's list for a direction.
func (g *Group) Body(d Direction) *Body {
	switch d {
	case In:
		return g.In
	case Out:
		return g.Out
	case Through:
		return g.Forward
	}
	return nil
}

// Link is the layer-2 (ebtables) filter of frames a NIC sends.
type Link struct {
	MAC        string   // frames from another source address are dropped; empty: no check
	ARP        []string // if any: ARP only from these IPv4 addresses
	Ethertypes []string // if any: only these protocols (IPv4 and IPv6 always pass)
	Origin     Origin
}

// Refusal is a predicted load failure.
type Refusal struct {
	Carrier Carrier
	Reason  string
	Origin  Origin
}

// Carrier is one of the texts that is loaded by itself.
type Carrier uint8

// The carriers, in the order the daemon loads them; a failure stops the rest.
const (
	IPSetText Carrier = iota
	IPTables
	IP6Tables
	EBTables
)

// String is the tool's name.
func (c Carrier) String() string {
	return [...]string{"ipset", "iptables", "ip6tables", "ebtables"}[c]
}

// Message is one text of the daemon's generator; it has no file or line of its
// own, the Origin says which line provoked it.
type Message struct {
	Text   string
	Origin Origin
}

// Origin is where something comes from: a place and the steps from there.
type Origin struct {
	Span  source.Span
	Steps []Step
}

// With returns the origin with one more step; o is not changed.
func (o Origin) With(kind StepKind, name string) Origin {
	steps := make([]Step, len(o.Steps), len(o.Steps)+1)
	copy(steps, o.Steps)
	return Origin{Span: o.Span, Steps: append(steps, Step{kind, name})}
}

// Step is one stage between the source line and the IR.
type Step struct {
	Kind StepKind
	Name string
}

// StepKind says what a step is.
type StepKind uint8

// The kinds of step.
const (
	ByRule    StepKind = iota // a rule line itself
	ByMacro                   // template of a macro
	ByGroup                   // body of a security group
	ByOption                  // an option of a file
	ByDefault                 // the default of an option that no file sets
	ByBuiltin                 // made by the daemon for everyone
	ByPolicy                  // the closing policy
	ByQuirk                   // an oddity of the reference
)

// String is the word used in walks: macro, group, option, ...
func (k StepKind) String() string {
	return [...]string{"rule", "macro", "group", "option", "default", "built-in", "policy", "quirk"}[k]
}
