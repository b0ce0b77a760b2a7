package facts

import (
	"strconv"
	"sync"
)

// Protocol is an IP protocol by name and number.
type Protocol struct {
	Name   string
	Number int // 0..255, and 262 for mptcp, which is no number of the IP header
}

// ProtocolByName finds the exact name of the first column of the protocol table
// (tcp, not TCP), and icmpv6, which the daemon adds (reference/pve-firewall
// §5.7).
func ProtocolByName(name string) (Protocol, bool) {
	n, ok := protocols().byName[name]
	return Protocol{Name: name, Number: n}, ok
}

// ProtocolByNumber finds the table's first name of a number.
func ProtocolByNumber(n int) (Protocol, bool) {
	name, ok := protocols().byNumber[n]
	return Protocol{Name: name, Number: n}, ok
}

// ProtocolByText finds what a rule's -p may say: an exact name, or a number of
// the table without leading zeros.
func ProtocolByText(text string) (Protocol, bool) {
	if p, ok := ProtocolByName(text); ok {
		return p, true
	}
	n, err := strconv.Atoi(text)
	if err != nil || strconv.Itoa(n) != text {
		return Protocol{}, false
	}
	return ProtocolByNumber(n)
}

// ProtocolNames lists the names that ProtocolByName knows in the order of the
// table; the caller owns the slice.
func ProtocolNames() []string { return append([]string(nil), protocols().names...) }

// ProtocolHasPorts reports whether dport and sport may go with a protocol, by
// the text of the rule: tcp and 6 have ports, TCP has none.
func ProtocolHasPorts(text string) bool {
	switch text {
	case "tcp", "udp", "udplite", "dccp", "sctp", "6", "17", "136", "33", "132":
		return true
	}
	return false
}

type protocolIndex struct {
	names    []string
	byName   map[string]int
	byNumber map[int]string
}

var protocols = sync.OnceValue(func() protocolIndex {
	index := protocolIndex{byName: map[string]int{}, byNumber: map[int]string{}}
	add := func(name string, n int) {
		index.names = append(index.names, name)
		index.byName[name] = n
		if _, ok := index.byNumber[n]; !ok {
			index.byNumber[n] = name
		}
	}
	for _, row := range systemRows("protocols") {
		add(row[0], int(mustNumber(row[1], 16)))
	}
	add("icmpv6", 58)
	return index
})
