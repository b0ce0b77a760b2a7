package nft

// Field is something that a statement can look at.
type Field uint8

// The fields. Specs says for each what the kernel loads.
const (
	NFProto     Field = iota // 2 IPv4, 10 IPv6; inet table only
	Protocol                 // ethertype, of the frame inside a VLAN tag
	L4Proto                  // IP protocol, behind IPv6 extension headers
	InName                   // interface or bridge port it came in by
	OutName                  // interface or bridge port it leaves by
	InBridge                 // bridge of the port it came in by; bridge table only
	OutBridge                // bridge of the port it leaves by; bridge table only
	PacketType               // 0 to the node, 1 broadcast, 2 multicast, 3 to another station
	Mark                     // mark of the packet
	State                    // bits of connection tracking
	ConnMark                 // mark of the connection
	EtherSource              //
	EtherDest                //
	ARPHead                  // hardware type, protocol type and both lengths
	ARPSource                // sender's IPv4 address
	IPSource                 //
	IPDest                   //
	IP6Source                //
	IP6Dest                  //
	SourcePort               // of TCP, UDP, UDP-Lite, SCTP, DCCP
	DestPort                 //
	TCPFlags                 //
	ICMPType                 //
	ICMPCode                 //
	ICMP6Type                //
	ICMP6Code                //
	SourceType               // address type by the routing table; inet table only
	DestType                 // address type by the routing table; inet table only
	fields
)

// Load is how the kernel gets at a field.
type Load uint8

// The ways to load.
const (
	LoadMeta Load = iota
	LoadConntrack
	LoadPayload
	LoadFib
)

// Spec describes a field for carriers.
type Spec struct {
	Text string // the expression in the script
	Type string // the data type in the declaration of a set
	Load Load
	Key  uint32 // LoadMeta: NFT_META_*; LoadConntrack: NFT_CT_*; LoadPayload: NFT_PAYLOAD_* base; LoadFib: NFTA_FIB_F_* flag

	Offset uint32 // LoadPayload
	Size   int    // bytes
	Host   bool   // the value is in the byte order of the machine, not of the network
	Name   bool   // the value is a name, padded with zeros
}

// Bases of LoadPayload and flags of LoadFib, as the kernel numbers them.
const (
	baseLink      = 0
	baseNetwork   = 1
	baseTransport = 2
	fibSource     = 1
	fibDest       = 2
)

var specs = [fields]Spec{
	NFProto:     {Text: "meta nfproto", Type: "nf_proto", Load: LoadMeta, Key: 15, Size: 1},
	Protocol:    {Text: "meta protocol", Type: "ether_type", Load: LoadMeta, Key: 1, Size: 2},
	L4Proto:     {Text: "meta l4proto", Type: "inet_proto", Load: LoadMeta, Key: 16, Size: 1},
	InName:      {Text: "iifname", Type: "ifname", Load: LoadMeta, Key: 6, Size: 16, Name: true},
	OutName:     {Text: "oifname", Type: "ifname", Load: LoadMeta, Key: 7, Size: 16, Name: true},
	InBridge:    {Text: "meta ibrname", Type: "ifname", Load: LoadMeta, Key: 17, Size: 16, Name: true},
	OutBridge:   {Text: "meta obrname", Type: "ifname", Load: LoadMeta, Key: 18, Size: 16, Name: true},
	PacketType:  {Text: "meta pkttype", Type: "pkt_type", Load: LoadMeta, Key: 19, Size: 1},
	Mark:        {Text: "meta mark", Type: "mark", Load: LoadMeta, Key: 3, Size: 4, Host: true},
	State:       {Text: "ct state", Type: "ct_state", Load: LoadConntrack, Key: 0, Size: 4, Host: true},
	ConnMark:    {Text: "ct mark", Type: "mark", Load: LoadConntrack, Key: 3, Size: 4, Host: true},
	EtherSource: {Text: "ether saddr", Type: "ether_addr", Load: LoadPayload, Key: baseLink, Offset: 6, Size: 6},
	EtherDest:   {Text: "ether daddr", Type: "ether_addr", Load: LoadPayload, Key: baseLink, Offset: 0, Size: 6},
	ARPHead:     {Text: "@nh,0,48", Type: "integer", Load: LoadPayload, Key: baseNetwork, Offset: 0, Size: 6},
	ARPSource:   {Text: "arp saddr ip", Type: "ipv4_addr", Load: LoadPayload, Key: baseNetwork, Offset: 14, Size: 4},
	IPSource:    {Text: "ip saddr", Type: "ipv4_addr", Load: LoadPayload, Key: baseNetwork, Offset: 12, Size: 4},
	IPDest:      {Text: "ip daddr", Type: "ipv4_addr", Load: LoadPayload, Key: baseNetwork, Offset: 16, Size: 4},
	IP6Source:   {Text: "ip6 saddr", Type: "ipv6_addr", Load: LoadPayload, Key: baseNetwork, Offset: 8, Size: 16},
	IP6Dest:     {Text: "ip6 daddr", Type: "ipv6_addr", Load: LoadPayload, Key: baseNetwork, Offset: 24, Size: 16},
	SourcePort:  {Text: "th sport", Type: "inet_service", Load: LoadPayload, Key: baseTransport, Offset: 0, Size: 2},
	DestPort:    {Text: "th dport", Type: "inet_service", Load: LoadPayload, Key: baseTransport, Offset: 2, Size: 2},
	TCPFlags:    {Text: "tcp flags", Type: "tcp_flag", Load: LoadPayload, Key: baseTransport, Offset: 13, Size: 1},
	ICMPType:    {Text: "icmp type", Type: "icmp_type", Load: LoadPayload, Key: baseTransport, Offset: 0, Size: 1},
	ICMPCode:    {Text: "icmp code", Type: "icmp_code", Load: LoadPayload, Key: baseTransport, Offset: 1, Size: 1},
	ICMP6Type:   {Text: "icmpv6 type", Type: "icmpv6_type", Load: LoadPayload, Key: baseTransport, Offset: 0, Size: 1},
	ICMP6Code:   {Text: "icmpv6 code", Type: "icmpv6_code", Load: LoadPayload, Key: baseTransport, Offset: 1, Size: 1},
	SourceType:  {Text: "fib saddr type", Type: "fib_addrtype", Load: LoadFib, Key: fibSource, Size: 4, Host: true},
	DestType:    {Text: "fib daddr type", Type: "fib_addrtype", Load: LoadFib, Key: fibDest, Size: 4, Host: true},
}

// Spec returns the description of the field.
func (f Field) Spec() *Spec { return &specs[f] }

// FieldsByType returns the first field of each type, by the type's name. A kernel keeps
// the types of keys, not which fields are looked up. The map is the caller's.
func FieldsByType() map[string]Field {
	of := map[string]Field{}
	for f := NFProto; f <= DestType; f++ {
		if _, known := of[f.Spec().Type]; !known {
			of[f.Spec().Type] = f
		}
	}
	return of
}

// alone is the key of a set of the field and nothing else.
func (f Field) alone() []Field { return keys[f : f+1 : f+1] }

var keys = func() (all [fields]Field) {
	for f := range fields {
		all[f] = f
	}
	return all
}()

// String is the expression of the script.
func (f Field) String() string { return specs[f].Text }
