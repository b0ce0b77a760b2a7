package config

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
)

// addrFault is the first fault of an address list: the daemon's text, ours, and
// the bytes of the list that are to blame.
type addrFault struct {
	text, message string
	rule          *diag.Rule
	from, to      int
	instead       string // the whole list as it was probably meant
}

// judgeAddresses reads source or dest as the daemon's lenient parser does: a
// comma list of addresses and networks, or one range (reference/pve-firewall
// §5.10). Short and octal-looking IPv4 addresses pass here.
func judgeAddresses(list string) (Family, *addrFault) {
	if strings.HasSuffix(list, ",") {
		short := strings.TrimRight(list, ",")
		return AnyFamily, &addrFault{"extraneous commas in list", "a list must not end in a comma", listExtraComma, len(short), len(list), short}
	}
	family, at, items, isRange := AnyFamily, 0, 0, false
	for item := range strings.SplitSeq(list, ",") {
		f, bad := judgeAddress(item)
		if bad != nil {
			bad.from, bad.to = at, at+len(item)
			if bad.instead != "" {
				bad.instead = list[:at] + bad.instead + list[at+len(item):]
			}
			return AnyFamily, bad
		}
		if family != AnyFamily && f != family {
			return AnyFamily, &addrFault{text: "detected mixed ipv4/ipv6 addresses in address list '" + list + "'",
				message: "the list mixes IPv4 and IPv6; write one rule for each", rule: addressListMixedFamily, to: len(list)}
		}
		family, items = f, items+1
		isRange = isRange || strings.Contains(item, "-")
		at += len(item) + 1
	}
	if isRange && items > 1 {
		return AnyFamily, &addrFault{text: "you can't use a range in a list", rule: rangeInList, to: len(list),
			message: "a range cannot stand in a list; write a rule of its own or networks"}
	}
	return family, nil
}

// judgeAddress checks one item: ADDR/LEN, FIRST-LAST, FIRST+COUNT or ADDR.
func judgeAddress(item string) (Family, *addrFault) {
	if i := strings.IndexByte(item, '/'); i > 0 && i < len(item)-1 {
		return judgeNetwork(item, item[:i], item[i+1:])
	}
	if i := strings.IndexByte(item, '-'); i > 0 && i < len(item)-1 {
		return judgeRange(item[:i], item[i+1:])
	}
	if i := strings.IndexByte(item, '+'); i > 0 && isDigits(item[i+1:]) {
		item = item[:i]
	}
	return judgeHost(item)
}

// judgeNetwork: text behind the slash that is no plain number is not looked at,
// so a netmask and NET/LEN-NET/LEN pass.
func judgeNetwork(item, address, length string) (Family, *addrFault) {
	f, bad := judgeHost(address)
	if bad != nil || !isDigits(length) {
		return f, bad
	}
	bits := bitsOf(address, f)
	n, err := strconv.Atoi(length)
	switch {
	case bits == "":
		return f, nil
	case err != nil || n > len(bits):
		return f, &addrFault{rule: addressInvalid,
			text:    "invalid IP address: Prefix length " + length + " is longer than IP address (" + strconv.Itoa(len(bits)) + ")",
			message: "the prefix length of " + quote(item) + " is above " + strconv.Itoa(len(bits))}
	case strings.Trim(bits[n:], "0") != "":
		bad := &addrFault{rule: addressHostBits, text: "invalid IP address: Invalid prefix " + bits + "/" + length}
		bad.message = quote(item) + " has host bits set"
		if network, ok := hostBits(item); ok {
			bad.message += "; the network is " + network
			bad.instead = network
		}
		return f, bad
	}
	return f, nil
}

func judgeRange(first, last string) (Family, *addrFault) {
	f, bad := judgeHost(first)
	if bad != nil {
		return f, bad
	}
	g, bad := judgeHost(last)
	if bad != nil {
		return g, bad
	}
	a, b := expand(first, f), expand(last, g)
	switch {
	case f != g:
		return f, &addrFault{rule: addressInvalid, message: "the ends of the range belong to different IP versions",
			text: "invalid IP address: Begin and End addresses have different IP versions - " + first + " - " + last}
	case a.IsValid() && b.IsValid() && b.Less(a):
		return f, &addrFault{rule: addressInvalid, message: "the range runs backwards", instead: last + "-" + first,
			text: "invalid IP address: Begin address is greater than End address " + a.StringExpanded() + " - " + b.StringExpanded()}
	}
	return f, nil
}

func judgeHost(address string) (Family, *addrFault) {
	var text string
	if strings.Contains(address, ":") {
		if text = lenientIPv6(address); text == "" {
			return IPv6, nil
		}
	} else if text = lenientIPv4(address); text == "" {
		return IPv4, nil
	}
	message := quote(address) + " is no IP address"
	switch {
	case address == "":
		message = "the list has an empty item"
	case strings.HasPrefix(address, "!"):
		message = quote(address) + ": an address cannot be negated"
	case strings.HasPrefix(address, "+"):
		message = quote(address) + " names no set"
	case strings.Contains(address, "%"):
		message = quote(address) + ": an address cannot have a zone"
	case text == "Invalid chars in IP "+address:
		message = quote(address) + " is neither an address nor a name that Proxmox takes (host names are not looked up)"
	}
	return AnyFamily, &addrFault{text: "invalid IP address: " + text, message: message, rule: addressInvalid}
}

// lenientIPv4 returns what the daemon's address parser has against a text, ""
// for nothing. One to four numbers below 256 are an address; zeros in front do
// not matter to it.
func lenientIPv4(s string) string {
	switch {
	case s == "" || strings.Trim(s, "0123456789.") != "":
		return "Invalid chars in IP " + s
	case s[0] == '.':
		return "Invalid IP " + s + " - starts with a dot"
	case s[len(s)-1] == '.':
		return "Invalid IP " + s + " - ends with a dot"
	case strings.Count(s, ".") > 3:
		return "Invalid IP address " + s
	case strings.Contains(s, ".."):
		return "Empty quad in IP address " + s
	}
	for quad := range strings.SplitSeq(s, ".") {
		if n, err := strconv.Atoi(quad); err != nil || n > 255 {
			return "Invalid quad in IP address " + s + " - " + quad
		}
	}
	return ""
}

// lenientIPv6 is the same for a text with a colon: hexadecimal groups, perhaps an
// IPv4 address as the last one.
func lenientIPv6(s string) string {
	groups := strings.Split(s, ":")
	colons := len(groups) - 1
	if colons > 7 {
		return "Invalid IP address " + s
	}
	for i, group := range groups {
		switch {
		case group == "" || isHexGroup(group):
		case i == len(groups)-1 && lenientIPv4(group) == "":
			colons++
		default:
			return "Invalid IP address " + s
		}
	}
	switch {
	case s[0] == ':' && !strings.HasPrefix(s, "::"):
		return "Invalid address " + s + " (starts with :)"
	case s[len(s)-1] == ':' && !strings.HasSuffix(s, "::"):
		return "Invalid address " + s + " (ends with :)"
	case strings.Count(strings.ReplaceAll(s, ":::", "::::"), "::") > 1:
		return "Invalid address " + s + " (More than one :: pattern)"
	case colons != 7 && !strings.Contains(s, "::"):
		return "Invalid number of octets " + s
	}
	return ""
}

func isHexGroup(s string) bool {
	return len(s) <= 4 && strings.Trim(s, "0123456789abcdefABCDEF") == ""
}

// expand gives the address that the reader has in mind: missing numbers of an
// IPv4 address are zero, zeros in front do not count. Invalid where the text is
// stranger than that.
func expand(address string, f Family) netip.Addr {
	if f == IPv6 {
		a, _ := netip.ParseAddr(address)
		return a
	}
	var quads [4]byte
	for i, quad := range strings.Split(address, ".") {
		n, _ := strconv.Atoi(quad)
		quads[i] = byte(n)
	}
	return netip.AddrFrom4(quads)
}

// bitsOf writes an address in binary digits, as the daemon shows it.
func bitsOf(address string, f Family) string {
	a := expand(address, f)
	if !a.IsValid() {
		return ""
	}
	var b strings.Builder
	for _, octet := range a.AsSlice() {
		for bit := 7; bit >= 0; bit-- {
			b.WriteByte('0' + octet>>bit&1)
		}
	}
	return b.String()
}
