package facts

import "strings"

// Parse checks a value, given without white space around it, and returns it as
// the daemon stores it: numbers without leading zeros, levels and helpers lower
// case, policies upper case. If ok is false, complaint is the daemon's text after
// "FILE (line N): ", or empty where it only says that it cannot parse the option.
// log_ratelimit is checked no further than the line reader does; see
// ParseRateLimit (reference/pve-firewall §2.2).
func (o *Option) Parse(text string) (normalised string, complaint string, ok bool) {
	switch o.Type {
	case BoolType:
		return text, "", text == "0" || text == "1"
	case NumberType:
		return trimZeros(text), "", isDigits(text)
	case LevelType:
		level := lower(text)
		_, known := LogLevel(level)
		return level, "", known && !(o.notEmpty && level == "")
	case PolicyType:
		return o.parsePolicy(text)
	case HelpersType:
		return parseHelpers(lower(text))
	case EtherTypesType:
		return parseEtherTypes(text)
	case QueuesType:
		return text, "", isQueues(text)
	case RateLimitType:
		return text, "", isWord(text)
	}
	panic("facts: option type without values: " + o.Name)
}

func (o *Option) parsePolicy(text string) (string, string, bool) {
	for _, policy := range o.Values() {
		if lower(text) == lower(policy) {
			return policy, "", true
		}
	}
	return "", "", false
}

// parseHelpers complains about a comma at the end before it looks at the names;
// empty items elsewhere are unknown names. The position is the daemon's own slip.
func parseHelpers(list string) (string, string, bool) {
	if !isWord(list) {
		return "", "", false
	}
	if strings.HasSuffix(list, ",") {
		return "", "extraneous commas in list", false
	}
	for name := range strings.SplitSeq(list, ",") {
		if _, ok := HelperByName(name); !ok {
			return "", "unknown helper " + name + " at Firewall.pm line 1167.", false
		}
	}
	return list, "", true
}

// parseEtherTypes tolerates commas at the end and keeps the text as written.
func parseEtherTypes(list string) (string, string, bool) {
	if !isWord(list) {
		return "", "", false
	}
	items := strings.TrimRight(list, ",")
	if items == "" {
		return list, "", true
	}
	for item := range strings.SplitSeq(items, ",") {
		if _, ok := EtherType(item); !ok {
			return "", "unknown ethernet protocol type: " + item, false
		}
	}
	return list, "", true
}

func isQueues(text string) bool {
	first, last, isRange := strings.Cut(text, ":")
	return isDigits(first) && (!isRange || isDigits(last))
}

// isWord reports whether s is one run of non-blanks.
func isWord(s string) bool { return s != "" && !strings.ContainsAny(s, " \t\n\v\f\r") }

func trimZeros(digits string) string {
	if trimmed := strings.TrimLeft(digits, "0"); trimmed != "" || digits == "" {
		return trimmed
	}
	return "0"
}
