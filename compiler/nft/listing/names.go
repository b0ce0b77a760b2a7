package listing

import "github.com/pvefw/pvefw/compiler/nft"

// names are the words that nft has for values, as "nft describe" of version 1.0.6 tells
// them. Addresses, interfaces, ports and protocols are not among them: nft writes them
// as they are, or by /etc/protocols.
var names = map[nft.Field]map[string]uint64{
	nft.NFProto:    {"ipv4": 2, "ipv6": 10},
	nft.Protocol:   {"ip": 0x0800, "arp": 0x0806, "ip6": 0x86dd, "8021q": 0x8100, "vlan": 0x8100, "8021ad": 0x88a8},
	nft.PacketType: {"host": 0, "unicast": 0, "broadcast": 1, "multicast": 2, "other": 3},
	nft.State:      {"invalid": 1, "established": 2, "related": 4, "new": 8, "untracked": 64},
	nft.TCPFlags:   {"fin": 1, "syn": 2, "rst": 4, "psh": 8, "ack": 16, "urg": 32, "ecn": 64, "cwr": 128},
	nft.SourceType: addressTypes,
	nft.DestType:   addressTypes,
	nft.ICMPType: {"echo-reply": 0, "destination-unreachable": 3, "source-quench": 4, "redirect": 5, "echo-request": 8,
		"router-advertisement": 9, "router-solicitation": 10, "time-exceeded": 11, "parameter-problem": 12,
		"timestamp-request": 13, "timestamp-reply": 14, "info-request": 15, "info-reply": 16,
		"address-mask-request": 17, "address-mask-reply": 18},
	nft.ICMPCode: {"net-unreachable": 0, "host-unreachable": 1, "prot-unreachable": 2, "port-unreachable": 3,
		"frag-needed": 4, "net-prohibited": 9, "host-prohibited": 10, "admin-prohibited": 13},
	nft.ICMP6Type: {"destination-unreachable": 1, "packet-too-big": 2, "time-exceeded": 3, "parameter-problem": 4,
		"echo-request": 128, "echo-reply": 129, "mld-listener-query": 130, "mld-listener-report": 131,
		"mld-listener-done": 132, "mld-listener-reduction": 132, "nd-router-solicit": 133, "nd-router-advert": 134,
		"nd-neighbor-solicit": 135, "nd-neighbor-advert": 136, "nd-redirect": 137, "router-renumbering": 138,
		"ind-neighbor-solicit": 141, "ind-neighbor-advert": 142, "mld2-listener-report": 143},
	nft.ICMP6Code: {"no-route": 0, "admin-prohibited": 1, "addr-unreachable": 3, "port-unreachable": 4,
		"policy-fail": 5, "reject-route": 6},
}

var addressTypes = map[string]uint64{"unspec": 0, "unicast": 1, "local": 2, "broadcast": 3, "anycast": 4, "multicast": 5,
	"blackhole": 6, "unreachable": 7, "prohibit": 8}
