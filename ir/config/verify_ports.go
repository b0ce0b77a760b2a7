package config

import (
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
)

// mostPorts is how many numbers a port list may have; a range counts twice.
const mostPorts = 15

// ports checks dport or sport (reference/pve-firewall §5.8).
func (v *verifier) ports(k grammar.ParamKind, text string) {
	param := k.String()
	v.zero(k, text)
	if !given(text) {
		return
	}
	span := v.rule.ParamSpan(k)
	icmp := k == grammar.DPort && isICMP(v.rule.Proto)
	if bad := judgePorts(text, icmp); bad != nil {
		d := v.fault(param, bad.text, bad.rule, within(span, bad.from, bad.to), bad.message)
		if bad.instead != "" && judgePorts(bad.instead, icmp) == nil {
			d.Fixes = replace(span, bad.instead, diag.Safe)
		}
	}
	proto := v.rule.Proto
	switch {
	case !given(proto):
		v.complain("proto", "missing property - '"+param+"' requires this property")
		v.complain(param, "protocol '"+proto+"' does not support ports")
		v.portWithoutProtocol(k)
	case !facts.ProtocolHasPorts(proto) && !icmp:
		message := "protocol " + quote(proto) + " has no ports"
		if proto == "all" || proto == "ip" || strings.Contains(proto, ",") {
			message += ": write one rule for tcp and one for udp"
		}
		if v.complain(param, "protocol '"+proto+"' does not support ports") {
			v.find(protocolHasNoPorts, span, message)
		}
	}
}

// portWithoutProtocol is one finding for the two texts of the daemon.
func (v *verifier) portWithoutProtocol(k grammar.ParamKind) {
	p, _ := v.line.Param(k)
	flag := v.f.fw.File.Span(p.Flag)
	for i := range v.found {
		if v.found[i].Rule == portWithoutProtocol {
			return // -dport and -sport of one rule lack the same thing
		}
	}
	message := "-" + k.String() + " needs a protocol: -p tcp or -p udp"
	if v.rule.Macro != nil {
		message = "macro " + v.rule.Macro.Name + " takes no -" + k.String() + " of its own without -p"
	}
	v.find(portWithoutProtocol, flag, message)
}

// portFault is the first fault of a port list.
type portFault struct {
	text, message string
	rule          *diag.Rule
	from, to      int    // bytes of the list
	instead       string // the whole list as it was probably meant
}

func judgePorts(list string, icmp bool) *portFault {
	if strings.HasSuffix(list, ",") {
		return &portFault{"extraneous commas in list", "a list must not end in a comma", listExtraComma,
			len(strings.TrimRight(list, ",")), len(list), strings.TrimRight(list, ",")}
	}
	count, names, at := 0, 0, 0
	for item := range strings.SplitSeq(list, ",") {
		n, name, bad := judgePort(item, icmp)
		if bad != nil {
			bad.from, bad.to = at+bad.from, at+bad.to
			if bad.instead != "" {
				bad.instead = list[:at] + bad.instead + list[at+len(item):]
			} else if item == "" {
				bad.instead = withoutGaps(list)
			}
			return bad
		}
		count += n
		if name {
			names++
		}
		at += len(item) + 1
	}
	switch {
	case names > 0 && count > 0:
		return &portFault{text: "ICMP ports not allowed in port range", rule: icmpTypeInvalid, to: len(list),
			message: "ICMP type names and numbers cannot be mixed in a list"}
	case count > mostPorts:
		return &portFault{text: "too many entries in port list (> 15 numbers)", rule: portListTooLong, to: len(list),
			message: "a rule takes at most 15 port numbers, a range counting as two; this list has " + strconv.Itoa(count)}
	}
	return nil
}

// judgePort checks one item: how many numbers it counts for, and whether it is
// the name of an ICMP type.
func judgePort(item string, icmp bool) (count int, icmpName bool, bad *portFault) {
	first, last, isRange := strings.Cut(item, ":")
	switch {
	case isRange && isDigits(first) && isDigits(last):
		return 2, false, judgePortRange(first, last)
	case isDigits(item):
		return 1, false, judgeNumber(item, 0)
	}
	if icmp && isICMPName(item) {
		return 0, true, nil
	}
	if facts.KnownService(item) {
		return 0, false, nil
	}
	return 0, false, strangePort(item, icmp)
}

func judgeNumber(number string, at int) *portFault {
	if portNumber(number) <= 65535 {
		return nil
	}
	return &portFault{text: "invalid port '" + number + "'", rule: portInvalid, from: at, to: at + len(number),
		message: "port " + quote(number) + " is above 65535"}
}

func judgePortRange(first, last string) *portFault {
	if bad := judgeNumber(first, 0); bad != nil {
		return bad
	}
	if bad := judgeNumber(last, len(first)+1); bad != nil {
		return bad
	}
	if portNumber(first) > portNumber(last) {
		return &portFault{
			text:    "backwards range '" + first + ":" + last + "' not allowed, did you mean '" + last + ":" + first + "'?",
			message: "the range " + first + ":" + last + " runs backwards", rule: portRangeBackwards,
			to: len(first) + len(last) + 1, instead: last + ":" + first}
	}
	return nil
}

// portNumber is the value of digits; anything above the ports is 65536.
func portNumber(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil || n > 65536 {
		return 65536
	}
	return n
}

// strangePort words what is neither number nor name.
func strangePort(item string, icmp bool) *portFault {
	bad := &portFault{text: "invalid port '" + item + "'", rule: portInvalid, to: len(item)}
	first, last, dash := strings.Cut(item, "-")
	switch {
	case dash && isDigits(first) && isDigits(last):
		bad.rule, bad.instead = portRangeDash, first+":"+last
		bad.message = "a port range is written with a colon: " + bad.instead
	case item == "":
		bad.message = "the list has an empty item"
	case strings.HasPrefix(item, ":") || strings.HasSuffix(item, ":"):
		bad.message = "the range " + quote(item) + " is open; write both ends"
		bad.instead = closedRange(item)
	case facts.KnownService(lower(item)):
		bad.instead = lower(item)
		bad.message = "service names are written in lower case: " + bad.instead
	case icmp:
		bad.rule = icmpTypeInvalid
		bad.message = quote(item) + " is no ICMP type"
	case isICMPName(item):
		bad.message = quote(item) + " is an ICMP type, which needs -p icmp or -p ipv6-icmp"
	default:
		bad.message = quote(item) + " is neither a port number nor the name of a service"
	}
	return bad
}

func closedRange(item string) string {
	switch number := strings.Trim(item, ":"); {
	case !isDigits(number):
		return ""
	case item == ":"+number:
		return "0:" + number
	case item == number+":":
		return number + ":65535"
	}
	return ""
}

func isICMPName(name string) bool {
	_, v4 := facts.ICMPTypeByName(name, false)
	_, v6 := facts.ICMPTypeByName(name, true)
	return v4 || v6
}

// icmpType checks -icmp-type (reference/pve-firewall §5.9).
func (v *verifier) icmpType() {
	text, proto := v.rule.ICMPType, v.rule.Proto
	if !given(text) {
		return
	}
	span := v.rule.ParamSpan(grammar.ICMPType)
	if !isICMP(proto) && v.complain("proto", "missing property - 'icmp-type' requires this property") {
		v.find(icmpTypeNeedsICMP, span, "-icmp-type needs -p icmp or -p ipv6-icmp")
	}
	if given(v.rule.DPort) {
		v.fault("icmp-type", "'icmp-type' cannot be specified together with 'dport'", icmpTypeAndPort, span, "-icmp-type and -dport exclude each other")
		return
	}
	_, known := facts.ICMPTypeByName(text, proto != "icmp")
	if !isICMP(proto) || known {
		return
	}
	d := v.fault("icmp-type", "invalid icmp-type '"+text+"' for proto '"+proto+"'", icmpTypeInvalid, span,
		quote(text)+" is no type of "+proto)
	switch near := v.f.r.nearest(lower(text), oneOf(facts.ICMPTypeNames(proto != "icmp")...)); {
	case isDigits(text):
		d.Message += ": types are written by name here"
		if name := icmpName(portNumber(text), proto != "icmp"); name != "" {
			d.Fixes = replace(span, name, diag.Safe)
		}
	case near != "":
		d.Message += ", did you mean " + near + "?"
		d.Fixes = replace(span, near, diag.Unsafe)
	}
}

// icmpName is the first name of a type as a whole, without a code.
func icmpName(number int, v6 bool) string {
	for _, name := range facts.ICMPTypeNames(v6) {
		if t, _ := facts.ICMPTypeByName(name, v6); int(t.Type) == number && t.Code < 0 && !t.Any {
			return name
		}
	}
	return ""
}
