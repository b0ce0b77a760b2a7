package lower

import (
	"fmt"
	"strconv"
	"strings"
)

// queueFault returns why iptables or the kernel refuses a queue number or range, "" if
// neither does: numbers above 65535, ranges that do not rise (reference/pve-firewall
// §11.7), and all queues there are, because the kernel counts them in 16 bits.
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
	case last-first == 65535:
		return "0 to 65535 is one queue more than the kernel balances over"
	}
	return ""
}

// takenQueues is what Intended makes of refused queues: those of the text that there
// are, from the first one on.
func takenQueues(text string) string {
	low, high, _ := strings.Cut(text, ":")
	first, _ := readNumber(low, 65535)
	last, _ := readNumber(high, 65535)
	if last <= first {
		return strconv.FormatUint(first, 10)
	}
	return fmt.Sprintf("%d:%d", first, min(last, first+65534))
}
