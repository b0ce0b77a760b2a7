package config

import (
	"strconv"
	"strings"
)

// vmKeys and ctKeys are the keys of a card; each stores its value or refuses it.
var vmKeys = map[string]func(*NIC, string) bool{
	"model":     func(n *NIC, s string) bool { n.Model = s; return isModel(s) },
	"macaddr":   setMAC,
	"bridge":    func(n *NIC, s string) bool { n.Bridge = s; return isWord(s) },
	"firewall":  setFirewall,
	"link_down": setLinkDown,
	"tag":       setTag,
	"trunks":    func(n *NIC, s string) bool { n.Trunks = s; return isTrunks(s) },
	"queues":    func(_ *NIC, s string) bool { return isNumber(s, 0, 64) },
	"mtu":       func(_ *NIC, s string) bool { return isNumber(s, 1, 65520) },
	"host_mtu":  func(_ *NIC, s string) bool { return isDigits(s) },
	"rate":      func(_ *NIC, s string) bool { _, err := strconv.ParseFloat(s, 64); return err == nil },
}

var ctKeys = map[string]func(*NIC, string) bool{
	"type":         func(_ *NIC, s string) bool { return s == "veth" },
	"name":         func(_ *NIC, s string) bool { return isWord(s) },
	"bridge":       func(n *NIC, s string) bool { n.Bridge = s; return isWord(s) },
	"hwaddr":       setMAC,
	"firewall":     setFirewall,
	"link_down":    setLinkDown,
	"host-managed": func(_ *NIC, s string) bool { _, ok := boolean(s); return ok },
	"tag":          setTag,
	"trunks":       func(n *NIC, s string) bool { n.Trunks = s; return isTrunks(s) },
	"mtu":          func(_ *NIC, s string) bool { return isNumber(s, 64, 65535) },
	"rate":         func(_ *NIC, s string) bool { _, err := strconv.ParseFloat(s, 64); return err == nil },
	"gw":           func(_ *NIC, s string) bool { _, v6, ok := literal(s); return ok && !v6 && !strings.Contains(s, "/") },
	"gw6":          func(_ *NIC, s string) bool { _, v6, ok := literal(s); return ok && v6 && !strings.Contains(s, "/") },
	"ip": func(n *NIC, s string) bool {
		n.IP = s
		return s == "dhcp" || s == "manual" || isCIDR(s, false)
	},
	"ip6": func(n *NIC, s string) bool {
		n.IP6 = s
		return s == "dhcp" || s == "manual" || s == "auto" || isCIDR(s, true)
	},
}

func setFirewall(n *NIC, s string) (ok bool) { n.Firewall, ok = boolean(s); return ok }

func setLinkDown(n *NIC, s string) (ok bool) { n.LinkDown, ok = boolean(s); return ok }

func setTag(n *NIC, s string) bool {
	n.Tag, _ = strconv.Atoi(s)
	return isNumber(s, 1, 4094)
}

// setMAC takes addresses of single cards: the group bit must not be set.
func setMAC(n *NIC, s string) bool {
	n.MAC = s
	if len(s) != 17 {
		return false
	}
	for i := range len(s) {
		if i%3 == 2 && s[i] != ':' || i%3 != 2 && !isHexGroup(s[i:i+1]) {
			return false
		}
	}
	return strings.IndexByte("02468aceACE", s[1]) >= 0
}

func isNumber(s string, least, most int) bool {
	n, err := strconv.Atoi(s)
	return err == nil && isDigits(s) && n >= least && n <= most
}

// isCIDR wants a prefix length, unlike literal.
func isCIDR(s string, v6 bool) bool {
	_, length, masked := strings.Cut(s, "/")
	_, is6, ok := literal(s)
	most := 32
	if v6 {
		most = 128
	}
	return ok && masked && is6 == v6 && isNumber(length, 0, most)
}

func boolean(s string) (value, ok bool) {
	switch lower(s) {
	case "1", "on", "yes", "true":
		return true, true
	case "0", "off", "no", "false":
		return false, true
	}
	return false, false
}

func isWord(s string) bool { return s != "" && !strings.ContainsAny(s, " \t\r") }

// isTrunks reads VLAN tags and ranges of them between semicolons.
func isTrunks(s string) bool {
	for item := range strings.SplitSeq(s, ";") {
		first, last, isRange := strings.Cut(item, "-")
		if !isDigits(first) || isRange && !isDigits(last) {
			return false
		}
	}
	return true
}

var models = []string{"e1000", "e1000-82540em", "e1000-82544gc", "e1000-82545em", "e1000e", "i82551", "i82557b", "i82559er",
	"ne2k_isa", "ne2k_pci", "pcnet", "rtl8139", "virtio", "vmxnet3"}

func isModel(s string) bool {
	for _, m := range models {
		if s == m {
			return true
		}
	}
	return false
}
