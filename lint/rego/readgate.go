package rego

import (
	"slices"
	"strings"
)

// readGate reads the gate of a policy that comes with pvefw from its text, which
// is in the form that OPA's formatter writes: an expression on each line, that of
// a body's top level behind one tab. What it does not know is no condition. A
// test compares it with gateOf.
func readGate(text string) [][]condition {
	var alternatives [][]condition
	var body []condition
	inside := false
	for line := range strings.SplitSeq(text, "\n") {
		switch {
		case isEntry(line):
			if !strings.HasSuffix(line, " if {") {
				return nil
			}
			inside, body = true, nil
		case !inside:
		case strings.HasPrefix(line, "}"):
			if len(body) == 0 || line != "}" {
				return nil
			}
			inside = false
			alternatives = append(alternatives, body)
		default:
			if c, ok := readCondition(line); ok {
				body = append(body, c)
			}
		}
	}
	return alternatives
}

func isEntry(line string) bool {
	return slices.ContainsFunc(entryPoints, func(e string) bool { return strings.HasPrefix(line, e) })
}

// readCondition knows the forms of operator.
func readCondition(line string) (condition, bool) {
	text, ok := strings.CutPrefix(line, "\t")
	if !ok {
		return condition{}, false
	}
	if inner, ok := strings.CutPrefix(text, "count("); ok {
		key, ok := strings.CutSuffix(inner, ") > 0")
		c, known := readKey(key)
		c.op = hasSome
		return c, ok && known
	}
	if key, ok := strings.CutPrefix(text, "not "); ok {
		c, known := readKey(key)
		c.op = isFalse
		return c, known
	}
	if words := strings.SplitN(text, " ", 3); len(words) == 3 {
		op, isSign := map[string]operator{"==": isOne, "in": isOne, "!=": isNone}[words[1]]
		c, known := readKey(words[0])
		values, isLiteral := readLiterals(words[2])
		c.op, c.values = op, values
		return c, isSign && known && isLiteral
	}
	return readKey(text)
}

// readKey reads input.TOP.KEY as a condition.
func readKey(text string) (condition, bool) {
	path, ok := strings.CutPrefix(text, "input.")
	top, key, two := strings.Cut(path, ".")
	return condition{top: top, key: key}, ok && two && isName(top) && isName(key)
}

func isName(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') && (r < '0' || r > '9') })
}

// readNeeds reads what a METADATA says must hold: "cluster.present, vnets".
func readNeeds(text string) (needs []condition, ok bool) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		c, known := readKey("input." + word)
		if isName(word) {
			c, known = condition{top: word}, true
		}
		if !known {
			return nil, false
		}
		c.op = isGiven
		needs = append(needs, c)
	}
	return needs, true
}

// readLiterals reads one text, or a set of them in the order of the alphabet, in
// which OPA has the elements of sets.
func readLiterals(text string) (string, bool) {
	set := []string{text}
	if inner, ok := strings.CutPrefix(text, "{"); ok {
		inner, ok = strings.CutSuffix(inner, "}")
		if !ok {
			return "", false
		}
		set = strings.Split(inner, ", ")
	}
	slices.Sort(set)
	for _, t := range set {
		plain := len(t) > 1 && t[0] == '"' && strings.IndexByte(t[1:], '"') == len(t)-2 && !strings.ContainsAny(t, `\,`)
		if !plain && t != "true" && t != "false" {
			return "", false
		}
	}
	return strings.Join(set, ",") + ",", true
}
