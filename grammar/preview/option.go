package preview

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
)

// Option values (reference/proxmox-firewall §7). Names have case, and a name
// that the file's kind does not have is ignored.

type valueKind uint8

const (
	aSwitch valueKind = iota + 1
	aNumber
	aLevel
	aPolicy
	aHelperList
	aRateLimit
)

var clusterOptions = map[string]valueKind{
	"enable": aSwitch, "ebtables": aSwitch, "policy_in": aPolicy, "policy_out": aPolicy,
	"policy_forward": aPolicy, "log_ratelimit": aRateLimit,
}

var hostOptions = map[string]valueKind{
	"enable": aSwitch, "nftables": aSwitch, "ndp": aSwitch, "nosmurfs": aSwitch, "tcpflags": aSwitch,
	"log_nf_conntrack": aSwitch, "nf_conntrack_allow_invalid": aSwitch, "protection_synflood": aSwitch,
	"log_level_in": aLevel, "log_level_out": aLevel, "log_level_forward": aLevel,
	"smurf_log_level": aLevel, "tcp_flags_log_level": aLevel, "nf_conntrack_helpers": aHelperList,
	"nf_conntrack_max": aNumber, "nf_conntrack_tcp_timeout_established": aNumber,
	"nf_conntrack_tcp_timeout_syn_recv": aNumber, "protection_synflood_rate": aNumber, "protection_synflood_burst": aNumber,
}

var guestOptions = map[string]valueKind{
	"enable": aSwitch, "dhcp": aSwitch, "ipfilter": aSwitch, "macfilter": aSwitch, "ndp": aSwitch, "radv": aSwitch,
	"log_level_in": aLevel, "log_level_out": aLevel,
	"policy_in": aPolicy, "policy_out": aPolicy, "policy_forward": aPolicy,
}

var vnetOptions = map[string]valueKind{"enable": aSwitch, "policy_forward": aPolicy, "log_level_forward": aLevel}

func optionsOf(env facts.Env) map[string]valueKind {
	switch {
	case env == facts.Host:
		return hostOptions
	case env == facts.VNet:
		return vnetOptions
	case env.IsGuest():
		return guestOptions
	}
	return clusterOptions
}

// optionLine judges the value of a line whose structure is fine.
func optionLine(env facts.Env, text string) Line {
	name, value, _ := strings.Cut(text, ":")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	kind, known := optionsOf(env)[name]
	why := ""
	switch {
	case !known:
		return Line{Ignored, "it does not know the option"}
	case kind == aSwitch && !isSwitch(value):
		why = "the option is a switch, 0 or 1"
	case kind == aNumber && !isInteger(value):
		why = "the option is a number"
	case kind == aLevel && !isLevel(value):
		why = "log levels are named, in lower case"
	case kind == aPolicy && !isVerdict(value):
		why = "a policy is ACCEPT, DROP or REJECT"
	case kind == aHelperList && !areHelpers(value):
		return Line{Skipped, "it knows no conntrack helper of this name"}
	case kind == aRateLimit && !isRateLimit(value):
		why = "the value is no rate limit"
	default:
		return Line{}
	}
	return Line{Refused, why}
}

func isSwitch(value string) bool {
	return slices.Contains([]string{"0", "1", "true", "false", "yes", "no", "on", "off"}, strings.ToLower(value))
}

func isInteger(value string) bool {
	_, err := strconv.ParseInt(value, 10, 64)
	return err == nil
}

// isLevel knows the nine levels and warn.
func isLevel(value string) bool {
	_, known := facts.LogLevel(value)
	return known && value != "" || value == "warn"
}

func isVerdict(value string) bool {
	return slices.Contains([]string{"ACCEPT", "DROP", "REJECT"}, strings.ToUpper(value))
}

// areHelpers: names have case here.
func areHelpers(list string) bool {
	for name := range strings.SplitSeq(list, ",") {
		if _, known := facts.HelperByName(name); !known {
			return false
		}
	}
	return true
}

// isRateLimit: [enable=]SWITCH, burst=N and rate=N[/UNIT] in any order.
func isRateLimit(value string) bool {
	for i, part := range strings.Split(value, ",") {
		key, v, named := strings.Cut(part, "=")
		if !named && i == 0 {
			key, v = "enable", part
		}
		switch key {
		case "enable":
			if !isSwitch(v) {
				return false
			}
		case "burst":
			if !isInteger(v) {
				return false
			}
		case "rate":
			number, unit, slashed := strings.Cut(v, "/")
			if !isInteger(number) || slashed && !slices.Contains([]string{"second", "minute", "hour", "day"}, unit) {
				return false
			}
		default:
			return false
		}
	}
	return true
}
