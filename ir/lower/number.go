package lower

import "strconv"

// readNumber reads a number as most of iptables' options do: a leading 0 makes
// it octal, and an 8 or 9 in it makes it no number (reference/pve-firewall
// §11.8). ok is false above limit too.
func readNumber(text string, limit uint64) (n uint64, ok bool) {
	base := 10
	if len(text) > 1 && text[0] == '0' {
		base = 8
	}
	return parseNumber(text, base, limit)
}

// readDecimal reads a number as the options of udp and dccp do.
func readDecimal(text string, limit uint64) (n uint64, ok bool) {
	return parseNumber(text, 10, limit)
}

func parseNumber(text string, base int, limit uint64) (uint64, bool) {
	if !isDigits(text) {
		return 0, false
	}
	n, err := strconv.ParseUint(text, base, 64)
	if err != nil || n > limit {
		return 0, false
	}
	return n, true
}

func isDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// looksOctal reports whether a run of digits would be read as octal.
func looksOctal(text string) bool { return len(text) > 1 && text[0] == '0' && isDigits(text) }
