package lower

import (
	"fmt"
	"strings"
)

// queueFault returns why iptables refuses a queue number or range, "" if it does
// not: numbers above 65535 and ranges that do not rise (reference/pve-firewall
// §11.7).
func queueFault(text string) string {
	low, high, isRange := strings.Cut(text, ":")
	first, ok := readNumber(low, 65535)
	if !ok {
		return "queue number " + low + " is out of range (0-65535)"
	}
	if !isRange {
		return ""
	}
	last, ok := readNumber(high, 65535)
	switch {
	case !ok:
		return "queue number " + high + " is out of range (0-65535)"
	case first >= last:
		return fmt.Sprintf("%d should be less than %d", first, last)
	}
	return ""
}
