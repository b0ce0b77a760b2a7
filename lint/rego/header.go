package rego

import (
	"strconv"
	"strings"
)

// readHeader reads the METADATA block of a policy that comes with pvefw without
// parsing the policy: whoever only wants the catalogue, or gets all findings from
// elsewhere, should not wait for OPA. It understands what house style needs: keys
// with a value on the line, and texts behind "|". A test compares it with OPA's
// own reading.
func readHeader(text string) (header, bool) {
	_, block, found := strings.Cut("\n"+text, "\n# METADATA\n")
	if !found {
		return header{}, false
	}
	block, _, found = strings.Cut(block, "\npackage ")
	if !found {
		return header{}, false
	}
	top := headerEntries(strings.Split(block, "\n"), "# ")
	h := header{title: top["title"], description: top["description"], custom: map[string]string{}}
	if custom, ok := top["custom"]; ok {
		h.custom = headerEntries(strings.Split(custom, "\n"), "")
	}
	return h, true
}

// headerEntries reads the keys at the left margin of lines. The value of a key
// without one is the indented lines below it.
func headerEntries(lines []string, comment string) map[string]string {
	entries := map[string]string{}
	for i := 0; i < len(lines); i++ {
		key, value, ok := strings.Cut(strings.TrimPrefix(lines[i], comment), ":")
		if !ok || strings.HasPrefix(key, " ") {
			continue
		}
		if value = strings.TrimSpace(value); value != "" && value != "|" {
			entries[key] = plainScalar(value)
			continue
		}
		var below []string
		for i+1 < len(lines) {
			line := strings.TrimPrefix(lines[i+1], comment)
			if line = strings.TrimPrefix(line, strings.TrimSpace(comment)); line != "" && !strings.HasPrefix(line, "  ") {
				break
			}
			below = append(below, strings.TrimPrefix(line, "  "))
			i++
		}
		entries[key] = strings.TrimSpace(strings.Join(below, "\n"))
	}
	return entries
}

func plainScalar(value string) string {
	if unquoted, err := strconv.Unquote(value); err == nil {
		return unquoted
	}
	if len(value) > 1 && value[0] == '\'' && value[len(value)-1] == '\'' {
		return strings.ReplaceAll(value[1:len(value)-1], "''", "'")
	}
	switch value {
	case "false", "no":
		return "off"
	case "true", "yes":
		return "on"
	}
	return value
}
