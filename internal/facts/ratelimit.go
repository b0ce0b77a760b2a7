package facts

import (
	"sort"
	"strconv"
	"strings"
)

// RateLimit is the value of log_ratelimit. Without the option the daemon limits
// to 1/second, burst 5.
type RateLimit struct {
	Enable bool
	Rate   string // N/second, N/minute, N/hour or N/day; empty: not given
	Burst  int    // packets; -1: not given
}

// ParseRateLimit reads the property string of log_ratelimit. The errors are the
// daemon's texts; any of them stops its whole compile run (reference/pve-firewall
// §2.2). Texts of the form "KEY: …" are those of a format error, sorted by key;
// a string that cannot be split into keys gives one text of another form.
func ParseRateLimit(text string) (RateLimit, []string) {
	values, fault := splitProperties(text)
	if fault != "" {
		return RateLimit{Burst: -1}, []string{fault}
	}
	limit := RateLimit{Burst: -1}
	var errors []string
	for key, check := range rateLimitKeys {
		if complaint := check(&limit, values); complaint != "" {
			errors = append(errors, key+": "+complaint)
		}
	}
	sort.Strings(errors)
	return limit, errors
}

var rateLimitKeys = map[string]func(*RateLimit, map[string]string) string{
	"enable": parseLimitEnable,
	"rate":   parseLimitRate,
	"burst":  parseLimitBurst,
}

func parseLimitEnable(limit *RateLimit, values map[string]string) string {
	value, given := values["enable"]
	if !given {
		return "property is missing and it is not optional"
	}
	switch lower(value) {
	case "1", "on", "yes", "true":
		limit.Enable = true
	case "0", "off", "no", "false":
	default:
		return "type check ('boolean') failed - got '" + value + "'"
	}
	return ""
}

func parseLimitRate(limit *RateLimit, values map[string]string) string {
	value, given := values["rate"]
	if !given {
		return ""
	}
	number, unit, _ := strings.Cut(value, "/")
	switch unit {
	case "second", "minute", "hour", "day":
		if isDigits(number) && number[0] != '0' {
			limit.Rate = value
			return ""
		}
	}
	return "value does not match the regex pattern"
}

func parseLimitBurst(limit *RateLimit, values map[string]string) string {
	value, given := values["burst"]
	if !given {
		return ""
	}
	digits := strings.TrimLeft(value, "+-")
	if !isDigits(digits) || len(value)-len(digits) > 1 {
		return "type check ('integer') failed - got '" + value + "'"
	}
	// A number too large to hold is above the minimum: Atoi clamps it.
	n, _ := strconv.Atoi(value)
	if n < 0 {
		return "value must have a minimum value of 0"
	}
	limit.Burst = n
	return ""
}

// splitProperties splits "1,rate=…": a value without a key is enable's.
func splitProperties(text string) (values map[string]string, fault string) {
	values = map[string]string{}
	for part := range strings.SplitSeq(text, ",") {
		if part == "" {
			continue
		}
		key, value, hasKey := strings.Cut(part, "=")
		if !hasKey {
			key, value = "enable", part
		}
		if key == "" || value == "" {
			return nil, "missing key in comma-separated list property"
		}
		if _, twice := values[key]; twice {
			return nil, "duplicate key in comma-separated list property: " + key
		}
		if _, known := rateLimitKeys[key]; !known {
			return nil, "invalid key in comma-separated list property: " + key
		}
		values[key] = value
	}
	return values, ""
}
