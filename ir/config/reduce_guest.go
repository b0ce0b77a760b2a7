package config

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// ReduceGuestConf keeps of a guest's config, above the first section, its name,
// tags, whether it is a template, its network cards, and the addresses that are set
// on them. A card that the reader finds fault with keeps a fault of that kind.
// Judged says that only the content tells a container from a VM.
func ReduceGuestConf(f *source.File, env facts.Env, judged bool) []byte {
	below := false
	out := reduceLines(f, func(line string) string {
		below = below || strings.HasPrefix(line, "[")
		key, value, ok := strings.Cut(line, ":")
		if below || !ok || strings.HasPrefix(line, "#") {
			return ""
		}
		if judged && key == "rootfs" {
			return "rootfs: " + Removed
		}
		if kept := guestValue(env, key, strings.TrimSpace(value)); kept != "" {
			return key + ": " + kept
		}
		return ""
	})
	return out
}

func guestValue(env facts.Env, key, value string) string {
	_, card := nicIndex(key)
	addresses, ip := strings.CutPrefix(key, "ipconfig")
	switch {
	case key == "name" && env == facts.VM, key == "hostname" && env == facts.CT:
		if isPlain(value) {
			return value
		}
	case key == "tags":
		return strings.Join(slices.DeleteFunc(splitTags(value), func(tag string) bool { return !isPlain(tag) }), ";")
	case key == "template":
		if on, ok := boolean(value); ok && on {
			return "1"
		}
	case card:
		return reduceCard(env, value)
	case ip && isDigits(addresses):
		return reduceAddresses(value)
	}
	return ""
}

// reduceCard keeps the items that the reader takes.
func reduceCard(env facts.Env, value string) string {
	keys := vmKeys
	if env == facts.CT {
		keys = ctKeys
	}
	var kept []string
	for item := range strings.SplitSeq(value, ",") {
		if item != "" {
			kept = append(kept, reduceItem(keys, env == facts.CT, item))
		}
	}
	return strings.Join(kept, ",")
}

func reduceItem(keys map[string]func(*NIC, string) bool, container bool, item string) string {
	key, text, hasKey := strings.Cut(item, "=")
	set := keys[key]
	if !container && isModel(key) {
		if !hasKey {
			return item
		}
		set = setMAC
	}
	switch {
	case !hasKey:
		return Removed
	case set == nil:
		return Removed + "=" + Removed
	case !set(&NIC{}, text), (key == "bridge" || key == "name") && !isPlain(text):
		return key + "=" + Removed
	}
	return item
}

// reduceAddresses keeps the items of an ipconfigN.
func reduceAddresses(value string) string {
	var kept []string
	for item := range strings.SplitSeq(value, ",") {
		key, text, _ := strings.Cut(item, "=")
		_, err := netip.ParsePrefix(text)
		_, err2 := netip.ParseAddr(text)
		if slices.Contains([]string{"ip", "ip6", "gw", "gw6"}, key) &&
			(err == nil || err2 == nil || slices.Contains([]string{"dhcp", "auto", "manual"}, text)) {
			kept = append(kept, item)
		}
	}
	return strings.Join(kept, ",")
}
