package chain

import "strings"

// split cuts a line into words as iptables-restore does: blanks separate, double
// quotes join, and a backslash inside of quotes keeps the next byte. It reports
// false for a quote that is never closed.
func split(line string) ([]string, bool) {
	var words []string
	for {
		line = strings.TrimLeft(line, " \t\r")
		if line == "" {
			return words, true
		}
		word, rest, ok := cutWord(line)
		if !ok {
			return words, false
		}
		words = append(words, word)
		line = rest
	}
}

// cutWord takes the first word of a line that does not begin with a blank. Words
// without quotes are parts of the line, not copies.
func cutWord(line string) (word, rest string, ok bool) {
	end := strings.IndexAny(line, " \t\r\"")
	switch {
	case end < 0:
		return line, "", true
	case line[end] != '"':
		return line[:end], line[end:], true
	}
	var b strings.Builder
	quoted := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\' && i+1 < len(line):
			i++
			b.WriteByte(line[i])
		case !quoted && (c == ' ' || c == '\t' || c == '\r'):
			return b.String(), line[i:], true
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), "", !quoted
}
