package grammar

import (
	"bytes"
	"fmt"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
)

// Findings about headers: names and keywords, sections that do not exist or not
// in this kind of file.

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
		PVEFirewall:     "Refuses the header and skips every line up to the next one.",
		ProxmoxFirewall: "Takes the name.",
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
func (g *language) headerCode(text []byte) string {
	if g.scanSection(Base{Body: Word{0, int32(len(text))}}, text) != nil {
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
	h := r.scanSection(*base, text)
	var d *diag.Diagnostic
	if h != nil {
		d = r.add(sectionNotAllowedHere, h.Keyword, fmt.Sprintf("%s has no section [%s]", fileKind(r.file.Env), r.bytes(h.Keyword)), r.misplaced(base, h))
	} else {
		bracket := Word{base.Body.Start, base.Body.Start + int32(bracketEnd(text))}
		d = r.add(unknownSection, bracket, r.headerFault(text), r.misplaced(base, nil))
		if header, comment := goodHeader(r.file.Env, text); header != "" {
			d.Fixes = r.revives("write "+header, r.takes(r.at+1), r.edit(base.Body, comment+header))
		}
	}
	d.ProxmoxMessage = says
}

// misplaced says what becomes of a line that was meant as a header.
func (r *reporter) misplaced(base *Base, h *Header) diag.Effects {
	e := diag.Effects{ProxmoxFirewall: refuses}
	if h != nil && r.file.Env == facts.VNet && (h.Section == Aliases || string(r.bytes(h.Keyword)) == keywordOf(GroupSection)) {
		e.ProxmoxFirewall = "Reads the section but never uses it."
	}
	if h == nil && endsInReturn(r.bytes(base.Body)) {
		e.ProxmoxFirewall = ""
	}
	if base.In == nil {
		e.PVEFirewall = "Opens no section here and skips the lines below, up to the next header."
	} else {
		e.PVEFirewall = fmt.Sprintf("Opens no section here and reads this line and those below as lines of [%s].", r.bytes(base.In.Keyword))
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
	case len(bare) < len(text) && r.scanSection(Base{Body: Word{0, int32(len(bare))}}, bare) != nil:
		return bracket + " is no header because a carriage return follows it"
	case r.scanSection(Base{}, text[:bracketEnd(text)]) != nil:
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
