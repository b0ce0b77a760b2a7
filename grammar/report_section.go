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
	want := h.Section.Keyword()
	if written := string(r.bytes(h.Keyword)); h.Section >= GroupSection && written != want {
		d := r.add(sectionKeywordCase, h.Keyword, fmt.Sprintf("the keyword %q is read by pve-firewall only", written),
			diag.Effects{PVEFirewall: "Reads the keyword in any case.", ProxmoxFirewall: refuses})
		d.Effect = "proxmox-firewall refuses the file, so no update of the node's rules takes place."
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
func (g *language) headerCode(body Word) string {
	if _, ok := g.section(body); ok {
		return sectionNotAllowedHere.Code
	}
	return unknownSection.Code
}

// strayHeader reports a line in brackets that came to be read as content of the
// section before. The daemon's words about that content are judged in config.
func (r *reporter) strayHeader(l Line) {
	text := r.bytes(l.base().Body())
	if text[0] != '[' || bytes.IndexByte(text[:countWord(text)], ':') >= 0 {
		return
	}
	r.wrongHeader(l, "")
}

func (r *reporter) wrongHeader(l Line, says string) {
	base, body := l.base(), l.base().Body()
	text := r.bytes(body)
	h, isHeader := r.section(body)
	var d *diag.Diagnostic
	if isHeader {
		d = r.add(sectionNotAllowedHere, h.Keyword, fmt.Sprintf("%s has no section [%s]", fileKind(r.file.Env), r.bytes(h.Keyword)), r.misplaced(base, &h))
	} else {
		bracket := Word{body.Start, body.Start + int32(bracketEnd(text))}
		d = r.add(unknownSection, bracket, r.headerFault(body), r.misplaced(base, nil))
		if header, comment := goodHeader(r.file.Env, text); header != "" {
			d.Fixes = r.revives("write "+header, r.takes(r.at+1), r.edit(body, comment+header))
		}
	}
	d.ProxmoxMessage = says
}

// misplaced says what becomes of a line that was meant as a header.
func (r *reporter) misplaced(base *Base, h *Header) diag.Effects {
	e := diag.Effects{ProxmoxFirewall: refuses}
	if h != nil && r.file.Env == facts.VNet && (h.Section == Aliases || string(r.bytes(h.Keyword)) == GroupSection.Keyword()) {
		e.ProxmoxFirewall = "Reads the section but never uses it."
	}
	if h == nil && endsInReturn(r.bytes(base.Body())) {
		e.ProxmoxFirewall = ""
	}
	if base.In() == nil {
		e.PVEFirewall = "Opens no section here and skips the lines below, up to the next header."
	} else {
		e.PVEFirewall = fmt.Sprintf("Opens no section here and reads this line and those below as lines of [%s].", r.bytes(base.In().Keyword))
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

func (r *reporter) headerFault(body Word) string {
	text := r.bytes(body)
	end := bracketEnd(text)
	bracket := quote(text[:end])
	if endsInReturn(text) && r.isHeader(Word{body.Start, body.End - 1}) {
		return bracket + " is no header because a carriage return follows it"
	}
	if r.isHeader(Word{body.Start, body.Start + int32(end)}) {
		return bracket + " is no header because text follows it"
	}
	return bracket + " is no section header"
}

func (r *reporter) isHeader(body Word) bool {
	_, ok := r.section(body)
	return ok
}

// bracketEnd is the length of the text in brackets, the brackets included.
func bracketEnd(text []byte) int {
	if n := bytes.IndexByte(text, ']'); n >= 0 {
		return n + 1
	}
	return len(bytes.TrimRight(text, "\r"))
}
