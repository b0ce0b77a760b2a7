package iptables

import (
	"strconv"

	"github.com/pvefw/pvefw/ir"
)

// fillRaw adds what happens before connection tracking. The chain exists in both
// families as soon as there is anything, be it for the other family only
// (reference/pve-firewall §6.10).
func fillRaw(t *table, raw *ir.Raw, f ir.Family) {
	if raw.SynFlood == nil && len(raw.Helpers) == 0 {
		return
	}
	c := t.chain("PVEFW-PREROUTING")
	if raw.SynFlood != nil {
		c.frame(synFlood(raw.SynFlood, f))
	}
	for _, h := range raw.Helpers {
		if h.Families.Has(f) {
			c.frame("-p " + h.Proto + " -m " + h.Proto + " --dport " + strconv.Itoa(int(h.Port)) + " -j CT --helper " + h.Name)
		}
	}
}

// synFlood counts per source: an address in IPv4, a /64 in IPv6.
func synFlood(s *ir.SynFlood, f ir.Family) string {
	mask := "32"
	if f == ir.V6 {
		mask = "64"
	}
	return "-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -m hashlimit" +
		" --hashlimit-above " + s.Rate + "/sec --hashlimit-burst " + s.Burst +
		" --hashlimit-mode srcip --hashlimit-name syn --hashlimit-htable-size 2097152" +
		" --hashlimit-srcmask " + mask + " --hashlimit-htable-expire " + milliseconds(s.Expire) + " -j DROP"
}

// milliseconds multiplies the digits of the file the way Perl does, which turns
// to floating point where an integer is too small.
func milliseconds(seconds string) string {
	n, err := strconv.ParseUint(seconds, 10, 64)
	if err == nil && n <= 18446744073709551 {
		return strconv.FormatUint(n*1000, 10)
	}
	x, _ := strconv.ParseFloat(seconds, 64)
	return strconv.FormatFloat(x*1000, 'g', 15, 64)
}
