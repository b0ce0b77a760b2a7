package analysis

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
)

// Promise is a sentence about packets, as people write it:
//
//	allow|deny|reject [WHAT] from END to END
//
// WHAT is nothing for all packets, a protocol, tcp or udp with ports (80,443 or
// 1000-2000 or ssh), icmp or icmpv6 with a type, or the name of a macro. One END is
// an endpoint: vm100, ct200/net1, host, host:pve2. The other is any, or addresses
// between commas.
type Promise struct {
	Text      string
	Verdict   ir.VerdictKind // Drop for deny, which a reject fulfils as well
	Direction ir.Direction
	Endpoint  string // host, vm100 or vm100/net0
	Node      string // empty: all
	what      [2][]ir.Match
}

// ParsePromise reads a sentence. The error is for people and names the word.
func ParsePromise(text string) (*Promise, error) {
	words := strings.Fields(text)
	from, to := slices.Index(words, "from"), slices.Index(words, "to")
	if from < 1 || to != from+2 || to != len(words)-2 {
		return nil, fmt.Errorf("%q is not of the form \"allow|deny|reject [PROTOCOL [PORTS]] from END to END\"", text)
	}
	p := &Promise{Text: strings.Join(words, " ")}
	var ok bool
	if p.Verdict, ok = promiseVerdicts[words[0]]; !ok {
		return nil, fmt.Errorf("%q is none of allow, deny, reject", words[0])
	}
	other, err := p.ends(words[from+1], words[to+1])
	if err != nil {
		return nil, err
	}
	for f := ir.V4; f <= ir.V6; f++ {
		if p.what[f], err = promised(words[1:from], f); err != nil {
			return nil, err
		}
	}
	if len(p.what[ir.V4])+len(p.what[ir.V6]) == 0 {
		return nil, fmt.Errorf("%q is no traffic that there is", strings.Join(words[1:from], " "))
	}
	return p, p.limit(other)
}

var promiseVerdicts = map[string]ir.VerdictKind{"allow": ir.Accept, "deny": ir.Drop, "reject": ir.Reject}

// ends finds the endpoint and returns the words of the other end.
func (p *Promise) ends(from, to string) (other string, err error) {
	isFrom, isTo := p.endpoint(from), p.endpoint(to)
	switch {
	case isFrom && isTo:
		return "", fmt.Errorf("%q and %q are both endpoints: each end of a way is promised by itself", from, to)
	case !isFrom && !isTo:
		return "", fmt.Errorf("neither %q nor %q is an endpoint such as vm100 or host", from, to)
	case isFrom:
		p.Direction = ir.Out
		p.endpoint(from)
		return to, nil
	}
	p.Direction = ir.In
	return from, nil
}

// endpoint reads vm100, vm100/net1, vm100i1, host and host:NODE.
func (p *Promise) endpoint(word string) bool {
	if node, ok := strings.CutPrefix(word, "host:"); ok || word == "host" {
		p.Endpoint, p.Node = "host", ""
		if ok {
			p.Node = node
		}
		return !ok || node != ""
	}
	digits, ok := strings.CutPrefix(word, "vm")
	if !ok {
		digits, ok = strings.CutPrefix(word, "ct")
	}
	id, nic, hasNIC := strings.Cut(strings.Replace(digits, "/net", "i", 1), "i")
	if !ok || !isDecimal(id) || hasNIC && !isDecimal(nic) {
		return false
	}
	p.Endpoint, p.Node = word[:2]+id, ""
	if hasNIC {
		p.Endpoint += "/net" + nic
	}
	return true
}

func isDecimal(s string) bool {
	_, err := strconv.ParseUint(s, 10, 31)
	return err == nil && s[0] != '+'
}

// About reports whether the promise is about a list.
func (p *Promise) About(node, endpoint string, d ir.Direction) bool {
	return d == p.Direction && (p.Node == "" || p.Node == node) &&
		(endpoint == p.Endpoint || strings.HasPrefix(endpoint, p.Endpoint+"/"))
}

// fulfilled reports whether packets with a verdict are as promised.
func (p *Promise) fulfilled(f *Fate) bool {
	if f.passes() || p.Verdict == ir.Accept {
		return f.passes() && p.Verdict == ir.Accept
	}
	return p.Verdict == ir.Drop || f.Verdict.Kind == ir.Reject
}

// promised is the traffic of a family that the words name.
func promised(words []string, f ir.Family) ([]ir.Match, error) {
	switch len(words) {
	case 0:
		return []ir.Match{{}}, nil
	case 1:
		if m, ok := facts.MacroByName(words[0]); ok {
			return macroMatches(m, f)
		}
	case 2:
	default:
		return nil, fmt.Errorf("%q is too much between the verdict and from", strings.Join(words[2:], " "))
	}
	m, ok, err := protocolMatch(words[0], words[1:], f)
	if err != nil || !ok {
		return nil, err
	}
	return []ir.Match{m}, nil
}

func macroMatches(m *facts.Macro, f ir.Family) ([]ir.Match, error) {
	var list []ir.Match
	for _, r := range m.For(f == ir.V6) {
		var words []string
		if r.DPort != "" {
			words = []string{r.DPort}
		}
		match, ok, err := protocolMatch(r.Proto, words, f)
		if err != nil || r.SPort != "" {
			return nil, fmt.Errorf("the macro %s cannot be promised; name its protocol and ports", m.Name)
		}
		if ok {
			list = append(list, match)
		}
	}
	return list, nil
}

// protocolMatch reads a protocol and what is behind it; ok is false where the
// family has no such traffic.
func protocolMatch(name string, rest []string, f ir.Family) (m ir.Match, ok bool, err error) {
	proto, known := facts.ProtocolByName(strings.ToLower(name))
	if !known {
		return m, false, fmt.Errorf("%q is neither a protocol nor a macro", name)
	}
	m.Proto = &ir.Proto{Text: proto.Name, Number: uint8(proto.Number)}
	if proto.Name == "icmp" || proto.Name == "icmpv6" || proto.Name == "ipv6-icmp" {
		v6 := proto.Name != "icmp"
		m.ICMP, err = promisedType(rest, v6)
		return m, err == nil && v6 == (f == ir.V6), err
	}
	if len(rest) == 0 {
		return m, true, nil
	}
	if !facts.ProtocolHasPorts(proto.Name) {
		return m, false, fmt.Errorf("%q has no ports, so \"%s\" says nothing", name, rest[0])
	}
	m.DPort, err = promisedPorts(rest[0], proto.Name)
	return m, err == nil, err
}

func promisedType(rest []string, v6 bool) (*ir.ICMP, error) {
	if len(rest) == 0 {
		return &ir.ICMP{V6: v6, Any: true}, nil
	}
	t, ok := facts.ICMPTypeByName(rest[0], v6)
	if n, err := strconv.ParseUint(rest[0], 10, 8); !ok && err == nil {
		t, ok = facts.ICMPType{Type: uint8(n), Code: -1}, true
	}
	if !ok {
		return nil, fmt.Errorf("%q is no ICMP type", rest[0])
	}
	return &ir.ICMP{V6: v6, Any: t.Any, Type: t.Type, Code: t.Code}, nil
}

// promisedPorts reads numbers, names and ranges with - or : between commas.
func promisedPorts(text, proto string) (*ir.Ports, error) {
	list := &ir.Ports{Text: text}
	for _, word := range strings.Split(text, ",") {
		first, last, isRange := strings.Cut(strings.Replace(word, ":", "-", 1), "-")
		if _, service := portNumber(word, proto); service {
			first, isRange = word, false // names may have a dash
		}
		from, ok := portNumber(first, proto)
		to := from
		if isRange && ok {
			to, ok = portNumber(last, proto)
		}
		if !ok || to < from {
			return nil, fmt.Errorf("%q is neither a port nor a range of ports", word)
		}
		list.Ranges = append(list.Ranges, ir.PortRange{First: from, Last: to})
	}
	return list, nil
}

func portNumber(word, proto string) (uint16, bool) {
	if n, err := strconv.ParseUint(word, 10, 16); err == nil {
		return uint16(n), true
	}
	return facts.ServicePort(word, proto)
}

// limit bounds the traffic to the addresses of the other end.
func (p *Promise) limit(other string) error {
	if other == "any" {
		return nil
	}
	var list [2][]netip.Prefix
	for _, word := range strings.Split(other, ",") {
		prefix, err := netip.ParsePrefix(word)
		if addr, err2 := netip.ParseAddr(word); err2 == nil && addr.Zone() == "" {
			prefix, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil {
			return fmt.Errorf("%q is neither any nor an address or network", word)
		}
		f := ir.V4
		if prefix.Addr().Is6() {
			f = ir.V6
		}
		list[f] = append(list[f], prefix.Masked())
	}
	for f := range p.what {
		if list[f] == nil {
			p.what[f] = nil
		}
		for i := range p.what[f] {
			a := &ir.Addr{Prefixes: list[f]}
			if p.Direction == ir.In {
				p.what[f][i].Source = a
			} else {
				p.what[f][i].Dest = a
			}
		}
	}
	return nil
}
