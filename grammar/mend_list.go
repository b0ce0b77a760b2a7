package grammar

import (
	"fmt"
	"slices"
	"strings"
)

// listFlags are those whose value may be a list (reference/pve-firewall §5.8, §5.10).
var listFlags = []string{"source", "dest", "sport", "dport"}

// brokenList is a word that belongs to the list in front of it: -dport 80, 443. A
// value ends at the first blank, so the rest of the list stands where a flag must.
func (r reading) brokenList(at Word, word string) (trouble, bool) {
	before := strings.Fields(string(r.text[:at.Start]))
	if len(before) < 2 || !slices.Contains(listFlags, strings.TrimLeft(before[len(before)-2], "-")) {
		return trouble{}, false
	}
	flag, list := before[len(before)-2], before[len(before)-1]
	if !continues(list, word) {
		return trouble{}, false
	}
	from, to := at.Start-int32(len(trailingBlanks(r.text[:at.Start]))+len(list)), at.Start
	for rest := r.cut(Word{to, r.rest.End}); ; rest = r.cut(Word{to, r.rest.End}) {
		gap := countBlanks(rest)
		next := string(rest[gap : gap+countWord(rest[gap:])])
		if next == "" || next[0] == '-' || !continues(list, next) {
			break
		}
		list += next
		to += int32(gap + len(next))
	}
	return trouble{at: at, preview: refuses, message: fmt.Sprintf("a blank ends the list of %s, so %s stands where a flag is expected", flag, quote([]byte(word))),
		mended: "write the list without blanks", fix: &change{Word{from, to}, list}}, true
}

// continues tells whether a comma joins two words.
func continues(list, word string) bool {
	return strings.HasSuffix(list, ",") != strings.HasPrefix(word, ",")
}

func trailingBlanks(text []byte) []byte { return text[len(strings.TrimRight(string(text), " \t")):] }
