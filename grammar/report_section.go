package grammar

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

func (r *reporter) header(h *Header) {
	r.refused = nil
	if h.Fault != nil {
		r.refused = h
		r.refusedName(h)
	}
	want := map[Section]string{GroupSection: "group", IPSetSection: "IPSET"}[h.Section]
	if written := string(r.bytes(h.Keyword)); want != "" && written != want {
		d := r.add(sectionKeywordCase, h.Keyword, fmt.Sprintf("the keyword %q is read by pve-firewall only", written),
			diag.Effects{ProxmoxFirewall: refuses})
		d.Effect = refuses
		d.Fixes = r.safe("write "+want, r.edit(h.Keyword, want))
	}
}

func (r *reporter) refusedName(h *Header) {
	rule, message := nameInvalid, fmt.Sprintf("%s is no valid name for %s", r.name(h.Name), kindOf(h.Section))
	if h.Fault.Code == nameTooLong.Code {
		limit := map[Section]int{GroupSection: longestGroup, IPSetSection: longestIPSet}[h.Section]
		rule = nameTooLong
		message = fmt.Sprintf("the name has %d characters; %s may have %d", h.Name.End-h.Name.Start, kindOf(h.Section), limit)
	}
	effects := diag.Effects{
		PVEFirewall:     "pve-firewall refuses the header and skips every line up to the next one.",
		ProxmoxFirewall: "proxmox-firewall takes the name.",
	}
	if !previewName(r.bytes(h.Name)) {
		effects.ProxmoxFirewall = refuses
	}
	r.add(rule, h.Name, message, effects).ProxmoxMessage = h.Fault.Message
}

func kindOf(s Section) string {
	if s == GroupSection {
		return "a security group"
	}
	return "an IPSet"
}

// previewName is what proxmox-firewall takes for a name: one letter suffices and
// there is no limit (reference/proxmox-firewall §7).
func previewName(name []byte) bool {
	return isName(string(name)) || len(name) == 1 && isName(string(name)+"a")
}

// headerCode tells a section that this file cannot have from no section at all.
func headerCode(text []byte) string {
	if scanSection(Base{Body: Word{0, int32(len(text))}}, text) != nil {
		return sectionNotAllowedHere.Code
	}
	return unknownSection.Code
}

// strayHeader reports a line in brackets that came to be read as content of the
// section before. The daemon's words about that content are judged in config.
func (r *reporter) strayHeader(l Line) {
	text := r.bytes(l.base().Body)
	if text[0] != '[' || bytes.IndexByte(text[:countWord(text)], ':') >= 0 {
		return
	}
	r.wrongHeader(l, "")
}

func (r *reporter) wrongHeader(l Line, says string) {
	base := l.base()
	text := r.bytes(base.Body)
	h := scanSection(*base, text)
	var d *diag.Diagnostic
	if h != nil {
		d = r.add(sectionNotAllowedHere, h.Keyword, fmt.Sprintf("%s has no section [%s]", fileKind(r.file.Env), r.bytes(h.Keyword)), r.misplaced(base, h))
	} else {
		bracket := Word{base.Body.Start, base.Body.Start + int32(bracketEnd(text))}
		d = r.add(unknownSection, bracket, r.headerFault(text), r.misplaced(base, nil))
		if good, ok := goodHeader(r.file.Env, text); ok {
			d.Fixes = r.safe("write "+good.title()+r.takes(r.at+1), good.edits(r, base.Body)...)
		}
	}
	d.ProxmoxMessage = says
}

// misplaced says what becomes of a line that was meant as a header.
func (r *reporter) misplaced(base *Base, h *Header) diag.Effects {
	e := diag.Effects{ProxmoxFirewall: refuses}
	if h != nil && r.file.Env == facts.VNet && (h.Section == Aliases || string(r.bytes(h.Keyword)) == keywordOf(GroupSection)) {
		e.ProxmoxFirewall = "proxmox-firewall reads the section but never uses it."
	}
	if h == nil && endsInReturn(r.bytes(base.Body)) {
		e.ProxmoxFirewall = ""
	}
	if base.In == nil {
		e.PVEFirewall = "pve-firewall opens no section here and skips the lines below, up to the next header."
	} else {
		e.PVEFirewall = fmt.Sprintf("pve-firewall opens no section here and reads this line and those below as lines of [%s].", r.bytes(base.In.Keyword))
	}
	return e
}

func fileKind(env facts.Env) string {
	switch {
	case env == facts.Host:
		return "host.fw"
	case env == facts.VNet:
		return "a VNet's file"
	case env.IsGuest():
		return "a guest's file"
	}
	return "cluster.fw"
}

func (r *reporter) headerFault(text []byte) string {
	bracket := quote(text[:bracketEnd(text)])
	bare := bytes.TrimSuffix(text, []byte("\r"))
	switch {
	case len(bare) < len(text) && scanSection(Base{Body: Word{0, int32(len(bare))}}, bare) != nil:
		return bracket + " is no header because a carriage return follows it"
	case scanSection(Base{}, text[:bracketEnd(text)]) != nil:
		return bracket + " is no header because text follows it"
	}
	return bracket + " is no section header"
}

// bracketEnd is the length of the text in brackets, the brackets included.
func bracketEnd(text []byte) int {
	if n := bytes.IndexByte(text, ']'); n >= 0 {
		return n + 1
	}
	return len(bytes.TrimRight(text, "\r"))
}

// goodText is the header that was certainly meant, with the comment that has to
// go to a line of its own.
type goodText struct{ comment, header string }

func (g goodText) title() string { return g.header }

func (g goodText) edits(r *reporter, body Word) []source.Edit {
	text := g.header
	if g.comment != "" {
		text = g.comment + "\n" + text
	}
	return []source.Edit{r.edit(body, text)}
}

// goodHeader finds the header that text was meant to be: a keyword with blanks
// around it, in the wrong number, mistyped, or with a comment behind it.
func goodHeader(env facts.Env, text []byte) (goodText, bool) {
	if endsInReturn(text) { // mended with the line endings of the whole file
		return goodText{}, false
	}
	inner := string(text[1:])
	inside, behind, closed := strings.Cut(inner, "]")
	behind = strings.TrimSpace(behind)
	fields := strings.Fields(inside)
	if !closed || len(fields) == 0 || len(fields) > 2 || behind != "" && behind[0] != '#' {
		return goodText{}, false
	}
	section, ok := meantSection(strings.ToLower(fields[0]), len(fields) == 2)
	if !ok || !available(env, section) {
		return goodText{}, false
	}
	good := goodText{header: "[" + keywordOf(section) + "]", comment: behind}
	if len(fields) == 2 {
		good.header = "[" + keywordOf(section) + " " + fields[1] + "]"
		if judgeName(section, strings.ToLower(fields[1]), Word{}) != nil {
			return goodText{}, false
		}
	}
	return good, true
}

func keywordOf(s Section) string {
	return [...]string{"", "OPTIONS", "ALIASES", "RULES", "group", "IPSET"}[s]
}

// meantSection is the only section whose keyword is at most two letters away.
func meantSection(word string, named bool) (Section, bool) {
	found := NoSection
	for s := Options; s <= IPSetSection; s++ {
		if named != (s >= GroupSection) || distance(word, strings.ToLower(keywordOf(s))) > 2 {
			continue
		}
		if found != NoSection {
			return NoSection, false
		}
		found = s
	}
	return found, found != NoSection
}

// missingHeader puts a header in front of the first lines of a file, when all of
// them up to the first header are clearly rules, or clearly options.
func (r *reporter) missingHeader() []diag.Fix {
	meant := NoSection
	for i, l := range r.file.Lines {
		switch l := l.(type) {
		case *Trivia:
			continue
		case *Bad:
			looks := r.looksLike(l)
			if i < r.at || looks == NoSection || meant != NoSection && looks != meant {
				return nil
			}
			meant = looks
			continue
		}
		break
	}
	if meant == NoSection {
		return nil
	}
	at := r.file.Lines[r.at].base().Whole.Start
	header := "[" + keywordOf(meant) + "]"
	return r.safe("write "+header+r.takes(r.at), r.edit(Word{at, at}, header+"\n"))
}

// looksLike is the only section that a line without one can be for.
func (r *reporter) looksLike(b *Bad) Section {
	text := r.bytes(b.Body)
	if o, ok := parseOption(b.Base, text).(*Option); ok {
		if _, known := facts.OptionIn(r.file.Env, string(r.bytes(o.Name))); known {
			return Options
		}
	}
	rule, ok := parseRule(b.Base, text).(*Rule)
	if ok && rule.Params != nil || ok && len(b.Words) == 2 {
		switch lower(r.bytes(rule.Type)) {
		case "in", "out", "forward", "group":
			return Rules
		}
	}
	return NoSection
}

// takes names the lines from an index on that a mended header will claim.
func (r *reporter) takes(from int) string {
	first, last := int32(0), int32(0)
	for _, l := range r.file.Lines[from:] {
		switch l.(type) {
		case *Header:
			return span(first, last)
		case *Trivia:
		default:
			if r.bytes(l.base().Body)[0] == '[' {
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
		return fmt.Sprintf("; line %d then belongs to it", first)
	}
	return fmt.Sprintf("; lines %d to %d then belong to it", first, last)
}

// distance is the number of letters to insert, delete or change from a to b,
// counted in bytes. Words that differ much in length are simply far apart.
func distance(a, b string) int {
	if d := len(a) - len(b); d > 3 || d < -3 {
		return 4
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
