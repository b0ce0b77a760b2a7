package grammar

import (
	"fmt"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// report makes the findings of a parsed file in the order of its lines. Every
// line with a message of the daemon gets exactly one finding that carries it.
func report(f *File, g *language) diag.List {
	r := &reporter{file: f, language: g}
	for i, at := range g.notable {
		r.at = int(at)
		if len(r.list) >= mostFindings {
			r.rest(g.notable[i:])
			break
		}
		l := f.Lines[at]
		switch l := l.(type) {
		case *Header:
			r.header(l)
		case *Bad:
			r.bad(l)
		case *Alias:
			r.alias(l)
			r.strayHeader(l)
		case *Rule, *SetEntry:
			r.strayHeader(l)
		}
		r.returns(l)
	}
	return r.list
}

// mostFindings bounds what a file that is no firewall file makes us remember and
// people read.
const mostFindings = 1 << 12

// rest stands for the findings about all further lines.
func (r *reporter) rest(notable []int32) {
	dropped, first := 0, Word{}
	for _, at := range notable {
		b, ok := r.file.Lines[at].(*Bad)
		if ok && dropped == 0 {
			first = b.Body()
		}
		if ok {
			dropped++
		}
	}
	if dropped > 0 {
		r.add(tooManyFaults, first, fmt.Sprintf("%d more lines of the file are dropped; the findings about them are left out", dropped),
			diag.Effects{PVEFirewall: "Drops every one of them.", ProxmoxFirewall: refuses})
	}
}

// reporter walks the lines of a file and remembers what later lines depend on.
type reporter struct {
	*language
	file     *File
	list     diag.List
	at       int     // index of the line in hand
	refused  *Header // the header in force, if its name was refused
	returned bool    // the file's line endings have been reported
	outsider bool    // a line outside of all sections has been reported
}

// refuses is what proxmox-firewall does about every fault of syntax that it sees
// (reference/proxmox-firewall §7).
const refuses = "Refuses the file, so no update of the node's rules takes place."

func (r *reporter) bad(b *Bad) {
	switch b.Why.Code {
	case unknownSection.Code, sectionNotAllowedHere.Code:
		r.wrongHeader(b, r.file.Fault(b).Message)
	case byteOrderMarkRule.Code:
		r.byteOrderMark(b)
	case lineOutsideSection.Code:
		r.skipped(b)
	case optionUnparsable.Code:
		r.option(b)
	case aliasMalformed.Code:
		r.malformedAlias(b)
	case ruleUnparsable.Code, flagDoubleSpace.Code:
		r.rule(b)
	}
}

// add makes a finding at w. The effect under pve-firewall is also the effect
// that is shown first.
func (r *reporter) add(rule *diag.Rule, w Word, message string, effects diag.Effects) *diag.Diagnostic {
	d := diag.New(rule, r.file.Span(w), message)
	d.Effect, d.Effects = effects.PVEFirewall, effects
	r.list = append(r.list, d)
	return &r.list[len(r.list)-1]
}

// name is a word for a message, cut where it gets long.
func (r *reporter) name(w Word) string { return quote(r.bytes(w)) }

func quote(text []byte) string {
	const most = 60
	if len(text) > most {
		return `"` + string(text[:most]) + `…"`
	}
	return `"` + string(text) + `"`
}

// revives is a fix after which other lines are read: unsafe if there are any.
func (r *reporter) revives(title, lines string, edits ...source.Edit) []diag.Fix {
	if lines == "" {
		return r.safe(title, edits...)
	}
	return r.unsafe(title+lines, edits...)
}

// unsafe is a fix that somebody should look at: it exchanges a word for another
// one, or lines that it does not edit come to mean something.
func (r *reporter) unsafe(title string, edits ...source.Edit) []diag.Fix {
	return []diag.Fix{{Title: title, Safety: diag.Unsafe, Edits: edits}}
}

// safe is a fix that changes nothing but the lines of its finding.
func (r *reporter) safe(title string, edits ...source.Edit) []diag.Fix {
	return []diag.Fix{{Title: title, Safety: diag.Safe, Edits: edits}}
}

func (r *reporter) edit(w Word, text string) source.Edit {
	return source.Edit{Span: r.file.Span(w), Text: text}
}

func (r *reporter) byteOrderMark(b *Bad) {
	fault := r.file.Fault(b)
	d := r.add(byteOrderMarkRule, fault.At, "the file begins with a byte order mark", diag.Effects{
		PVEFirewall:     "Takes the mark for text and skips the line, even if a header follows it.",
		ProxmoxFirewall: refuses,
	})
	d.ProxmoxMessage = fault.Message
	d.Fixes = r.revives("remove the byte order mark", r.takes(r.at+1), r.edit(fault.At, ""))
}

func (r *reporter) skipped(b *Bad) {
	fault := r.file.Fault(b)
	message := "the line has no section: no header stands above it"
	effects := diag.Effects{PVEFirewall: dropped("Skips the line", r.words(b)), ProxmoxFirewall: refuses}
	if r.refused != nil {
		message = "the line has no section: the name in the header above is refused"
		effects.ProxmoxFirewall = ""
	}
	d := r.add(lineOutsideSection, fault.At, message, effects)
	d.ProxmoxMessage = fault.Message
	if !r.outsider && r.refused == nil {
		d.Fixes = r.missingHeader()
	}
	r.outsider = true
	if r.refused != nil {
		d.Related = []diag.Related{{Span: r.file.Span(r.refused.Name), Message: "this name is refused"}}
	}
}

// words are the first words of a dropped line as text.
func (r *reporter) words(b *Bad) [][]byte {
	var out [][]byte
	for _, w := range r.file.Words(b, 3) {
		out = append(out, r.bytes(w))
	}
	return out
}
