package grammar

import (
	"bytes"
	"fmt"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// Findings about option and alias lines, and about line endings.

func (r *reporter) option(b *Bad) {
	text := r.bytes(b.Body())
	fault := r.file.Fault(b)
	at, message := fault.At, "the line is no option: an option is NAME: VALUE"
	effects := diag.Effects{PVEFirewall: "Drops the line; the option keeps its value from elsewhere.", ProxmoxFirewall: refuses}
	var fixes []diag.Fix
	n := countOption(text)
	gap := countBlanks(text[n:])
	sign := Word{b.Body().Start + int32(n), b.Body().Start + int32(n+gap)}
	switch {
	case n == 0 || n+gap >= len(text):
	case text[n+gap] == ':' && gap > 0:
		at = Word{b.Body().Start, sign.End + 1}
		message = fmt.Sprintf("white space stands between %s and its colon", quote(text[:n]))
		effects.ProxmoxFirewall = "Accepts the white space."
		fixes = r.safe("remove the white space", r.edit(sign, ""))
	case text[n+gap] == '=':
		at = Word{b.Body().Start, sign.End + 1}
		message = fmt.Sprintf("%s is set with = instead of a colon", quote(text[:n]))
		fixes = r.equals(text, b, sign)
	}
	d := r.add(optionUnparsable, at, message, effects)
	d.ProxmoxMessage, d.Fixes = fault.Message, fixes
}

// equals turns `name = value` into `name: value`.
func (r *reporter) equals(text []byte, b *Bad, sign Word) []diag.Fix {
	behind := sign.End + 1 - b.Body().Start
	sign.End += 1 + int32(countBlanks(text[behind:]))
	return r.safe("write a colon", r.edit(sign, ": "))
}

// countOption is the length of the text in front that could be an option's name.
func countOption(text []byte) int {
	n := 0
	for n < len(text) && (isLetter(text[n]) || text[n] == '_' || text[n] >= '0' && text[n] <= '9') {
		n++
	}
	return n
}

func (r *reporter) alias(a *Alias) {
	name := r.bytes(a.Name)
	if len(name) < 2 || name[len(name)-1] != ':' {
		return
	}
	colon := Word{a.Name.End - 1, a.Name.End}
	d := r.add(aliasMalformed, colon, fmt.Sprintf("the colon becomes part of the alias name %s", quote(name)), diag.Effects{
		PVEFirewall:     "Stores the alias under a name that no rule can use.",
		ProxmoxFirewall: refuses,
	})
	d.Fixes = r.unsafe("remove the colon", r.edit(colon, ""))
}

func (r *reporter) malformedAlias(b *Bad) {
	text := r.bytes(b.Body())
	effects := diag.Effects{
		PVEFirewall:     "Forgets the line without a message; every rule that uses the alias is dead.",
		ProxmoxFirewall: refuses,
	}
	fault := r.file.Fault(b)
	at, message := fault.At, "the line is no alias: an alias is NAME ADDRESS"
	var fixes []diag.Fix
	switch words := r.file.Words(b, 3); {
	case endsInReturn(text) && r.isAlias(text[:len(text)-1]):
		at = Word{b.Body().End - 1, b.Body().End}
		message = fmt.Sprintf("a carriage return follows the address of alias %s", r.name(words[0]))
		effects.ProxmoxFirewall = "Ignores the carriage return."
	case len(words) == 0:
	case len(words) == 1:
		at, message = words[0], fmt.Sprintf("alias %s has no address", r.name(words[0]))
	case len(words) == 2:
		at = Word{words[0].End, words[1].Start}
		message = fmt.Sprintf("more than one blank stands behind the alias name %s", r.name(words[0]))
		effects.ProxmoxFirewall = "Accepts the white space."
		fixes = r.alone(b, at, " ", "write one blank")
	case string(r.bytes(words[1])) == "=":
		at, message = words[1], fmt.Sprintf("alias %s is written with =", r.name(words[0]))
		fixes = r.alone(b, Word{words[0].End, words[2].Start}, " ", "remove the =")
	default:
		at = words[2]
		message = fmt.Sprintf("%s stands behind the address of alias %s", r.name(words[2]), r.name(words[0]))
	}
	d := r.add(aliasMalformed, at, message, effects)
	d.ProxmoxMessage, d.Fixes = fault.Message, fixes
}

// alone offers an edit only where it makes an alias of the line.
func (r *reporter) alone(b *Bad, at Word, text, title string) []diag.Fix {
	line := r.bytes(b.Body())
	mended := bytes.Join([][]byte{line[:at.Start-b.Body().Start], []byte(text), line[at.End-b.Body().Start:]}, nil)
	if !r.isAlias(bytes.TrimSuffix(mended, []byte("\r"))) {
		return nil
	}
	return r.unsafe(title, r.edit(at, text))
}

func (g *language) isAlias(bare []byte) bool {
	line := alone(scanAlias, bare)
	read := g.known().aliases.match(line.shape)
	return read.ok && read.taken == line.count()
}

func endsInReturn(text []byte) bool { return len(text) > 0 && text[len(text)-1] == '\r' }

// returns reports carriage returns once per file, at the first line whose
// meaning they change (reference/pve-firewall §1.5).
func (r *reporter) returns(l Line) {
	if !r.carriage || r.returned {
		return
	}
	body := l.base().Body()
	if !endsInReturn(r.bytes(body)) || !r.changedByReturn(l, Word{body.Start, body.End - 1}) {
		return
	}
	r.returned = true
	d := r.add(lineEnding, Word{body.End - 1, body.End}, "the line ends in a carriage return, which changes what it means", diag.Effects{
		PVEFirewall: "Keeps the carriage return: plain section headers are not recognised and aliases without a comment are lost.",
	})
	var edits []source.Edit
	for _, l := range r.file.Lines {
		if body := l.base().Body(); endsInReturn(r.bytes(body)) {
			edits = append(edits, r.edit(Word{body.End - 1, body.End}, ""))
		}
	}
	d.Fixes = r.safe("end all lines of the file in a line feed only", edits...)
}

// changedByReturn compares what a line is with what bare, its text without the
// carriage return, would be.
func (r *reporter) changedByReturn(l Line, bare Word) bool {
	if _, ok := l.(*Header); ok || bare.Start == bare.End {
		return false
	}
	if h, ok := r.section(bare); ok {
		return available(r.file.Env, h.Section)
	}
	b, ok := l.(*Bad)
	return ok && b.Why.Code == aliasMalformed.Code && r.isAlias(r.bytes(bare))
}
