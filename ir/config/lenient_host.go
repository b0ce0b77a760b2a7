package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The daemon's parser of single addresses takes more than addresses (measured;
// reference/pve-firewall §5.10). It works in two steps: lenientHost looks at the
// text, expand completes it. Both return the daemon's complaint, "" for none.

// lenientHost decides which family a text belongs to.
func lenientHost(s string) (f Family, complaint string) {
	if strings.Contains(s, ":") {
		return IPv6, lenientIPv6(s)
	}
	return IPv4, lenientIPv4(s)
}

// lenientIPv4: one to four numbers below 256 are an address; zeros in front do
// not matter.
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

// lenientIPv6: hexadecimal groups, perhaps an IPv4 address as the last one. For
// more than seven colons the daemon repeats its last complaint about any address;
// what that is cannot be told here.
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
	case len(s) > 1 && s[0] == ':' && s[1] != ':':
		return "Invalid address " + s + " (starts with :)"
	case len(s) > 1 && s[len(s)-1] == ':' && s[len(s)-2] != ':':
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

// expand completes an address of a family: missing numbers of an IPv4 address are
// zero, the groups of an IPv6 address get four digits and :: the groups it stands
// for. The text may be anything, because the last end of a range comes here
// without having been looked at.
func expand(s string, f Family) (expanded, complaint string) {
	if f == IPv6 {
		return expandIPv6(s)
	}
	return expandIPv4(s)
}

func expandIPv4(s string) (expanded, complaint string) {
	quads := [4]string{"0", "0", "0", "0"}
	parts := fieldsBy(s, ".")
	if len(parts) > len(quads) {
		return "", "Not a valid IPv address " + s
	}
	for i, part := range parts {
		if !isDigits(part) || len(part) > 3 {
			return "", "Not a valid IPv4 address " + s
		}
		n, _ := strconv.Atoi(part)
		quads[i] = strconv.Itoa(n)
	}
	return strings.Join(quads[:], "."), ""
}

// expandIPv6 turns what it cannot read into an empty group; the complaint about
// that comes when the result is looked at.
func expandIPv6(s string) (expanded, complaint string) {
	if strings.Count(s, "::") > 1 {
		return "", "Too many :: in ip"
	}
	const gap = "000!" // stands for the groups that :: leaves out
	groups := fieldsBy(strings.Replace(s, "::", ":!:", 1), ":")
	count := len(groups)
	for i, group := range groups {
		if strings.Contains(group, ".") {
			quad, _ := expandIPv4(group)
			groups[i] = hexGroups(quad)
			count++
			continue
		}
		groups[i] = strings.Repeat("0", max(0, 4-len(group))) + group
	}
	if i := slices.Index(groups, gap); i >= 0 {
		groups[i] = strings.TrimSuffix(strings.Repeat("0000:", max(0, 9-count)), ":")
	}
	return lower(strings.Join(groups, ":")), ""
}

// hexGroups writes a completed IPv4 address as two groups.
func hexGroups(quad string) string {
	if quad == "" {
		return ""
	}
	var n [4]byte
	for i, part := range strings.Split(quad, ".") {
		v, _ := strconv.Atoi(part)
		n[i] = byte(v)
	}
	return fmt.Sprintf("%02x%02x:%02x%02x", n[0], n[1], n[2], n[3])
}

// fieldsBy splits without the empty fields at the end, as Perl does.
func fieldsBy(s, separator string) []string {
	fields := strings.Split(s, separator)
	for len(fields) > 0 && fields[len(fields)-1] == "" {
		fields = fields[:len(fields)-1]
	}
	return fields
}
