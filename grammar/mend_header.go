package grammar

import (
	"fmt"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// goodHeader finds the header that text was certainly meant to be: a keyword with
// blanks around it, in the wrong number, mistyped, or with a comment behind it,
// which then goes to a line of its own. Both are empty where nothing is certain.
func goodHeader(env facts.Env, text []byte) (header, comment string) {
	if endsInReturn(text) { // mended with the line endings of the whole file
		return "", ""
	}
	inside, behind, closed := strings.Cut(string(text[1:]), "]")
	behind = strings.TrimSpace(behind)
	fields := strings.Fields(inside)
	if !closed || len(fields) == 0 || len(fields) > 2 || behind != "" && behind[0] != '#' {
		return "", ""
	}
	section, ok := meantSection(strings.ToLower(fields[0]), len(fields) == 2)
	if !ok || !available(env, section) {
		return "", ""
	}
	if behind != "" {
		comment = behind + "\n"
	}
	if len(fields) == 1 {
		return "[" + section.Keyword() + "]", comment
	}
	if judgeName(section, lower([]byte(fields[1])), Word{}) != nil {
		return "", ""
	}
	return "[" + section.Keyword() + " " + fields[1] + "]", comment
}

// Keyword is what stands in the header, as Proxmox writes it.
func (s Section) Keyword() string {
	return [...]string{"", "OPTIONS", "ALIASES", "RULES", "group", "IPSET"}[s]
}

// meantSection is the only section whose keyword is at most two letters away.
func meantSection(word string, named bool) (Section, bool) {
	found := NoSection
	for s := Options; s <= IPSetSection; s++ {
		if named != (s >= GroupSection) || diag.Distance(word, strings.ToLower(s.Keyword())) > 2 {
			continue
		}
		if found != NoSection {
			return NoSection, false
		}
		found = s
	}
	return found, found != NoSection
}

// missingHeader puts headers in front of the first lines of a file, when all of
// them up to the first header are clearly options or rules, options first.
func (r *reporter) missingHeader() []diag.Fix {
	meant := NoSection
	var edits []source.Edit
	for _, l := range r.file.Lines {
		if _, ok := l.(*Trivia); ok {
			continue
		}
		b, ok := l.(*Bad)
		if !ok {
			break
		}
		looks := r.looksLike(b)
		if looks == NoSection || meant == Rules && looks == Options {
			return nil
		}
		if looks != meant {
			at := b.Whole().Start
			edits = append(edits, r.edit(Word{at, at}, "["+looks.Keyword()+"]\n"))
		}
		meant = looks
	}
	switch len(edits) {
	case 0:
		return nil
	case 1:
		return r.unsafe("write ["+meant.Keyword()+"]"+r.takes(r.at), edits...)
	}
	return r.unsafe("write [OPTIONS] and [RULES]"+r.takes(r.at), edits...)
}

// looksLike is the only section that a line without one can be for.
func (r *reporter) looksLike(b *Bad) Section {
	body := b.Body()
	if o, ok := r.parseOption(b.Base, body).(*Option); ok {
		if _, known := facts.OptionIn(r.file.Env, string(r.bytes(o.Name))); known {
			return Options
		}
	}
	rule := r.readRule(r.bytes(body))
	if rule.complete() && (len(rule.plan.params) > 0 || len(r.words(b)) == 2) {
		switch lower(rule.cut(rule.typeWord())) {
		case "in", "out", "forward", "group":
			return Rules
		}
	}
	return NoSection
}

// takes names the lines from an index on that a mended header brings to life.
func (r *reporter) takes(from int) string {
	first, last := int32(0), int32(0)
	for _, l := range r.file.Lines[from:] {
		switch l.(type) {
		case *Header:
			return span(first, last)
		case *Trivia:
		default:
			if r.bytes(l.base().Body())[0] == '[' {
				return span(first, last)
			}
			if first == 0 {
				first = l.base().Number
			}
			last = l.base().Number
		}
	}
	return span(first, last)
}

func span(first, last int32) string {
	switch {
	case first == 0:
		return ""
	case first == last:
		return fmt.Sprintf("; line %d is then read", first)
	}
	return fmt.Sprintf("; lines %d to %d are then read", first, last)
}
