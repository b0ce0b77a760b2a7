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
			} else if item == "" {
				bad.instead = withoutGaps(list)
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

// withoutGaps is a list without its empty items.
func withoutGaps(list string) string {
	return strings.Join(strings.FieldsFunc(list, func(c rune) bool { return c == ',' }), ",")
}

// judgeAddress checks one item: ADDR/LEN, FIRST-LAST or ADDR.
func judgeAddress(item string) (Family, *addrFault) {
	if f, ok := usualAddress(item); ok {
		return f, nil
	}
	return judgeUnusual(item)
}

// usualAddress takes what nearly all files hold: one address or network as everybody
// reads them. The daemon's way of reading finds nothing in those, in ten times as long.
func usualAddress(item string) (Family, bool) {
	address, _, masked := strings.Cut(item, "/")
	a, err := netip.ParseAddr(address)
	if err != nil || a.Zone() != "" || a.Is6() && (strings.Count(address, ":") > 7 || strings.Contains(address, ".")) {
		return AnyFamily, false
	}
	if masked {
		if p, err := netip.ParsePrefix(item); err != nil || p.Masked() != p {
			return AnyFamily, false
		}
	}
	return familyOf(a.Is6()), true
}

func judgeUnusual(item string) (Family, *addrFault) {
	if address, length, ok := cutInside(item, '/'); ok {
		return judgeNetwork(item, address, length)
	}
	if first, last, ok := cutInside(item, '-'); ok {
		return judgeRange(first, last)
	}
	f, _, bad := judgeHost(item)
	return f, bad
}

// cutInside cuts at the first separator that has text on both sides.
func cutInside(item string, separator byte) (before, behind string, ok bool) {
	if item == "" {
		return "", "", false
	}
	i := strings.IndexByte(item[1:], separator) + 1
	if i == 0 || i == len(item)-1 {
		return "", "", false
	}
	return item[:i], item[i+1:], true
}

// judgeNetwork: text behind the slash that is no plain number is not looked at,
// so a netmask and NET/LEN-NET/LEN pass.
func judgeNetwork(item, address, length string) (Family, *addrFault) {
	f, expanded, bad := judgeHost(address)
	if bad != nil || !isDigits(length) {
		return f, bad
	}
	a, unread := netip.ParseAddr(expanded)
	n, err := strconv.Atoi(length)
	switch {
	case unread != nil:
		return f, nil
	case err != nil || n > a.BitLen():
		longest := strconv.Itoa(a.BitLen())
		return f, &addrFault{rule: addressInvalid,
			text:    "invalid IP address: Prefix length " + length + " is longer than IP address (" + longest + ")",
			message: "the prefix length of " + quote(item) + " is above " + longest}
	case netip.PrefixFrom(a, n).Masked().Addr() != a.WithZone(""):
		bad := &addrFault{rule: addressHostBits, text: "invalid IP address: Invalid prefix " + bitsOf(a) + "/" + length}
		bad.message = quote(item) + " has host bits set"
		if network, ok := hostBits(item); ok {
			bad.message += "; the network is " + network
			bad.instead = network
		}
		return f, bad
	}
	return f, nil
}

// judgeRange: the daemon checks the first end as written, but the last one only
// after completing it to the length of the first's family, so its texts about the
// last show it completed.
func judgeRange(first, last string) (Family, *addrFault) {
	f, begin, bad := judgeHost(first)
	if bad != nil {
		return f, bad
	}
	end, text := expand(last, f)
	if text != "" {
		return f, strangeHost(last, text)
	}
	g, text := lenientHost(end)
	a, err1 := netip.ParseAddr(begin)
	b, err2 := netip.ParseAddr(end)
	if digits := strings.ReplaceAll(end, ":", ""); text == "" && f == IPv6 && g == IPv6 && len(digits) != 32 {
		text = "Bad IP address " + digits
	}
	if text != "" {
		return f, strangeHost(last, text)
	}
	switch {
	case f != g:
		return f, &addrFault{rule: addressInvalid, message: "the ends of the range belong to different IP versions",
			text: "invalid IP address: Begin and End addresses have different IP versions - " + begin + " - " + end}
	case err1 == nil && err2 == nil && b.Less(a):
		return f, &addrFault{rule: addressInvalid, message: "the range runs backwards", instead: last + "-" + first,
			text: "invalid IP address: Begin address is greater than End address " + begin + " - " + end}
	}
	return f, nil
}

// judgeHost also gives the address completed, as the daemon stores it.
func judgeHost(address string) (f Family, expanded string, bad *addrFault) {
	f, text := lenientHost(address)
	if text == "" {
		expanded, text = expand(address, f)
	}
	if text != "" {
		return AnyFamily, "", strangeHost(address, text)
	}
	return f, expanded, nil
}

func strangeHost(address, text string) *addrFault {
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
	return &addrFault{text: "invalid IP address: " + text, message: message, rule: addressInvalid}
}

// bitsOf writes a completed address in binary digits, as the daemon shows it.
func bitsOf(a netip.Addr) string {
	var b strings.Builder
	for _, octet := range a.AsSlice() {
		for bit := 7; bit >= 0; bit-- {
			b.WriteByte('0' + octet>>bit&1)
		}
	}
	return b.String()
}
