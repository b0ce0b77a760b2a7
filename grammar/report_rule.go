package grammar

import (
	"bytes"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// rule reports a dropped rule: what is wrong with the first part that could not
// be read, and a fix if mending every part makes the line readable.
func (r *reporter) rule(b *Bad) {
	read, fault, words := r.readRule(r.bytes(b.Body())), r.file.Fault(b), r.words(b)
	first := read.trouble()
	all, mended := r.troubles(read)
	d := r.add(ruleUnparsable, fault.At, first.message, diag.Effects{
		PVEFirewall:     dropped("Drops the whole line", words),
		ProxmoxFirewall: preview(all),
	})
	if fault.Code == flagDoubleSpace.Code {
		d.Rule = flagDoubleSpace
	}
	if len(words) > 0 && words[0][0] == '|' {
		d.Severity = diag.Warning // the rule was to have no effect anyway
	}
	d.ProxmoxMessage = fault.Message
	if mended {
		d.Fixes = r.mend(b, all)
	}
}

// mend turns the changes of all faults into one fix.
func (r *reporter) mend(b *Bad, all []trouble) []diag.Fix {
	title := all[0].mended
	if len(all) > 1 {
		title += ", and mend what follows"
	}
	var edits []source.Edit
	mended := r.safe
	for _, t := range all {
		edits = append(edits, r.edit(t.fix.at.behind(b.Body().Start), t.fix.text))
		if t.guess {
			mended = r.unsafe
		}
	}
	return mended(title, edits...)
}

// dropped ends the sentence about a dropped line with what its loss means. A lost
// DROP is the dangerous case: the firewall fails open.
func dropped(says string, words [][]byte) string {
	if len(words) < 2 {
		return says + "."
	}
	action := strings.ToUpper(string(words[1]))
	switch lower(words[0][:min(len(words[0]), len("forward")+1)]) {
	case "group":
		return says + ": the group's rules do not apply here."
	case "in", "out", "forward":
		if strings.Contains(action, "DROP") || strings.Contains(action, "REJECT") {
			return says + ": traffic that it was written to block is not blocked by it."
		}
		if strings.Contains(action, "ACCEPT") {
			return says + ": traffic that it was written to allow is not allowed by it."
		}
	}
	return says + "."
}

// trouble is the first fault of a rule line. Its places count from the beginning
// of the trimmed line.
type trouble struct {
	at      Word
	message string
	preview string  // what proxmox-firewall does about it
	mended  string  // what the fix does
	fix     *change // nil where nothing certain can be done
	spacing bool    // nothing is wrong but the white space behind the flag
	guess   bool    // the fix exchanges a word for another one
}

// change replaces the text under at.
type change struct {
	at   Word
	text string
}

// preview is what proxmox-firewall does: one fault that it refuses is enough.
func preview(all []trouble) string {
	for _, t := range all {
		if t.preview == refuses {
			return refuses
		}
	}
	return all[0].preview
}

// troubles are the faults of a line from left to right, each found after mending
// the one before, with places in the original line. mended is false if one of
// them, the last, cannot be mended with certainty.
func (g *language) troubles(read reading) (all []trouble, mended bool) {
	const (
		most   = 16      // twice the parameters that a rule can have
		tooBig = 4 << 10 // bytes; nobody mends longer lines by hand either
	)
	shift := int32(0) // by how much mending has made the line longer so far
	for !read.complete() {
		t := read.trouble()
		fix := t.fix
		all = append(all, t)
		if fix == nil || len(all) > most || len(read.text) > tooBig {
			return all, false
		}
		at := Word{fix.at.Start - shift, fix.at.End - shift}
		if n := len(all) - 1; n > 0 && at.Start < all[n-1].fix.at.End {
			return all, false
		}
		all[len(all)-1].fix = &change{at, fix.text}
		shift += int32(len(fix.text)) - (fix.at.End - fix.at.Start)
		read = g.readRule(bytes.Join([][]byte{read.text[:fix.at.Start], []byte(fix.text), read.text[fix.at.End:]}, nil))
	}
	return all, true
}
