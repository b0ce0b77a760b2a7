package space

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// Place is a chain of a table.
type Place struct{ Table, Chain string }

// Part is a chain or a named set of a table.
type Part struct{ Table, Chain, Set string }

// Rule is a rule at its place.
type Rule struct {
	Place
	*nft.Rule
}

// hit is packets with an outcome and the rule that decides it.
type hit struct {
	packet.Outcome
	by      *Rule
	packets packet.Set
}

func answerOf(r *nft.Reject) string {
	switch {
	case r.TCPReset:
		return "tcp-reset"
	case r.V6:
		return "icmpv6 code " + strconv.Itoa(int(r.Code))
	}
	return "icmp code " + strconv.Itoa(int(r.Code))
}

func queueOf(q *nft.Queue) string {
	if q.Last > q.First {
		return fmt.Sprintf("%d:%d", q.First, q.Last)
	}
	return strconv.Itoa(int(q.First))
}

// rateOf is what a limit adds to an effect.
func rateOf(l *nft.Limit) string { return fmt.Sprintf("%d/%s burst %d", l.Rate, l.Unit, l.Burst) }

// floodOf is what a limit per address adds to an effect.
func floodOf(o *nft.Overrun) string {
	return fmt.Sprintf("above %s of each %s, mask %x:%x, kept %ds", rateOf(&o.Limit), o.Field, o.Mask.Hi, o.Mask.Lo, o.Set.Timeout)
}

// effectOf says what a statement does that decides nothing; empty for one that does
// nothing of the kind.
func effectOf(s nft.Stmt) string {
	switch s := s.(type) {
	case *nft.Log:
		return "log " + s.Prefix
	case *nft.SetConnMark:
		return "connmark " + strconv.FormatUint(uint64(s.Value), 10)
	case *nft.SetHelper:
		return "helper " + s.Helper.Type
	case *nft.Verdict:
		return strings.TrimSuffix(s.Kind.String()+" "+s.Chain, " ")
	case *nft.Reject:
		return "reject with " + answerOf(s)
	case *nft.Queue:
		return "queue " + queueOf(s)
	}
	return ""
}

// silent are the matches of packets to and from many, which the kernel answers never.
var silent = [2][]*ir.Match{
	ir.V4: {{SrcType: ir.Broadcast}, {SrcType: ir.Multicast}, {DstType: ir.Broadcast}, {DstType: ir.Multicast}},
	ir.V6: {{SrcType: ir.Multicast}, {DstType: ir.Multicast}},
}

func union(u *packet.Universe, list []*ir.Match) packet.Set {
	s := u.None()
	for _, m := range list {
		s = s.Union(u.Match(m))
	}
	return s
}

// loopback is what the node sends to itself, which no bridge sees.
var loopback = []*ir.Match{{In: "lo"}, {Out: "lo"}}

// elsewhere is the packets that are not asked about where a bridge decides: beside those
// of the loopback, those about which it says more than the IR. It takes addresses of
// 0.0.0.0/8 for broadcasts, as the kernel's routing does; the address of nobody is none
// where it sends.
var elsewhere = append([]*ir.Match{
	{Source: &ir.Addr{Range: &ir.Range{First: netip.MustParseAddr("0.0.0.1"), Last: netip.MustParseAddr("0.255.255.255")}}},
	{Dest: &ir.Addr{Prefixes: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/8")}}},
}, loopback...)
