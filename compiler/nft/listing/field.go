package listing

import "github.com/pvefw/pvefw/compiler/nft"

// fieldOf reads what a match looks at. Ports and flags imply their protocol, which nft
// leaves out of a listing: it is in needs, zero for none.
func fieldOf(v any) (f nft.Field, needs need, ok bool) {
	if o, is := inside(v, "meta"); is && len(o) == 1 {
		f, ok = metaFields[word(o, "key")]
		return f, need{}, ok
	}
	if o, is := inside(v, "ct"); is && len(o) == 1 {
		f, ok = map[string]nft.Field{"state": nft.State, "mark": nft.ConnMark}[word(o, "key")]
		return f, need{}, ok
	}
	if o, is := inside(v, "fib"); is && len(o) == 2 {
		flags := words(o["flags"])
		if word(o, "result") != "type" || len(flags) != 1 {
			return 0, need{}, false
		}
		f, ok = map[string]nft.Field{"saddr": nft.SourceType, "daddr": nft.DestType}[flags[0]]
		return f, need{}, ok
	}
	if o, is := inside(v, "payload"); is {
		return payloadField(o)
	}
	return 0, need{}, false
}

var metaFields = map[string]nft.Field{
	"nfproto": nft.NFProto, "protocol": nft.Protocol, "l4proto": nft.L4Proto, "iifname": nft.InName, "oifname": nft.OutName,
	"ibrname": nft.InBridge, "obrname": nft.OutBridge, "pkttype": nft.PacketType, "mark": nft.Mark,
}

// payloadFields are the places in headers, by nft's words.
var payloadFields = map[string]map[string]nft.Field{
	"ether":   {"saddr": nft.EtherSource, "daddr": nft.EtherDest},
	"arp":     {"saddr ip": nft.ARPSource},
	"ip":      {"saddr": nft.IPSource, "daddr": nft.IPDest},
	"ip6":     {"saddr": nft.IP6Source, "daddr": nft.IP6Dest},
	"icmp":    {"type": nft.ICMPType, "code": nft.ICMPCode},
	"icmpv6":  {"type": nft.ICMP6Type, "code": nft.ICMP6Code},
	"tcp":     {"sport": nft.SourcePort, "dport": nft.DestPort, "flags": nft.TCPFlags},
	"udp":     ports,
	"udplite": ports,
	"sctp":    ports,
	"dccp":    ports,
	"th":      ports,
}

var ports = map[string]nft.Field{"sport": nft.SourcePort, "dport": nft.DestPort}

func payloadField(o map[string]any) (nft.Field, need, bool) {
	if len(o) == 3 && word(o, "base") == "nh" && numberText(o["offset"]) == "0" && numberText(o["len"]) == "48" {
		return nft.ARPHead, need{}, true
	}
	header := word(o, "protocol")
	f, ok := payloadFields[header][word(o, "field")]
	return f, implied[header], ok && len(o) == 2
}

// inside is only for an object.
func inside(v any, key string) (map[string]any, bool) {
	inner, _ := only(v, key)
	o, ok := inner.(map[string]any)
	return o, ok
}

// word is the text behind a key; empty for anything else.
func word(o map[string]any, key string) string {
	text, _ := o[key].(string)
	return text
}
