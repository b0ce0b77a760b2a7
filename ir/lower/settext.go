package lower

import (
	"net/netip"
	"strconv"
	"strings"
)

// printedEntry is the text of a set entry as it goes to ipset: IPv4 as written,
// IPv6 compressed and in lower case, the prefix length as written
// (reference/pve-firewall §4.5).
func printedEntry(text string) string {
	host, mask, masked := strings.Cut(text, "/")
	if !strings.Contains(host, ":") {
		return text
	}
	addr, err := netip.ParseAddr(host)
	if err != nil || addr.Zone() != "" {
		return text
	}
	host = compress(addr)
	if masked {
		return host + "/" + mask
	}
	return host
}

// compress writes an IPv6 address with its longest run of zero groups as "::"
// and without dotted parts. Runs are compared by their text, so one at an edge
// counts a colon less than one in the middle.
func compress(addr netip.Addr) string {
	b := addr.As16()
	var groups [8]string
	for i := range groups {
		groups[i] = strconv.FormatUint(uint64(b[2*i])<<8|uint64(b[2*i+1]), 16)
	}
	from, to, best := 0, 0, 0
	for i := 0; i < 8; {
		j := i
		for j < 8 && groups[j] == "0" {
			j++
		}
		if n := runLength(i, j); n > best {
			from, to, best = i, j, n
		}
		i = max(j, i+1)
	}
	if best == 0 {
		return strings.Join(groups[:], ":")
	}
	return strings.Join(groups[:from], ":") + "::" + strings.Join(groups[to:], ":")
}

// runLength is the length of the text of zero groups from up to to with the
// colons around them; single groups do not count.
func runLength(from, to int) int {
	if to-from < 2 {
		return 0
	}
	n := 2*(to-from) - 1
	if from > 0 {
		n++
	}
	if to < 8 {
		n++
	}
	return n
}
