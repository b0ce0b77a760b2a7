package nft

import (
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/ir"
)

// longestPrefix is what the kernel keeps of a log text.
const longestPrefix = 127

// prefix is the text in front of a logged packet, for pvefw-logger and the web
// interface, which read it as the production daemon writes it
// (reference/pve-firewall §6.7). In a script a dollar sign would begin a variable.
func (pl *place) prefix(l *ir.Log, vmid int, chain, text string) string {
	chain = strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' || r == '"' || r == '\\' || r == '$' {
			return '_'
		}
		return r
	}, chain)
	head := ":" + strconv.Itoa(vmid) + ":" + strconv.Itoa(l.Level) + ":"
	tail := ": " + text
	return head + chain[:min(len(chain), longestPrefix-len(head)-len(tail))] + tail
}

// limitOf reads the limit of log rules; what it leaves open is as iptables has it:
// three an hour, five at once.
func limitOf(l ir.LogLimit) *Limit {
	if l.Off {
		return nil
	}
	limit := &Limit{Rate: 3, Unit: Hour, Burst: 5}
	if l.Burst > 0 {
		limit.Burst = uint32(min(l.Burst, 10000))
	}
	count, unit, _ := strings.Cut(l.Rate, "/")
	if n, err := strconv.ParseUint(count, 10, 32); err == nil && n > 0 {
		limit.Rate, limit.Unit = n, unitOf(unit)
	}
	return limit
}

// unitOf reads a unit as iptables does: by its beginning.
func unitOf(text string) Unit {
	for _, u := range []Unit{Minute, Hour, Day} {
		if text != "" && strings.HasPrefix(u.String(), text) {
			return u
		}
	}
	return Second
}
