package rego

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// Facts say that a rule is covered, not by which lines: every rule would have
// facts of its own. A policy leaves a word for Go to fill in instead:
//
//	{blockers}  what stands before and takes the packets: "line 4 and cluster.fw:7"
//	{heirs}     what comes after and does the same
//	{undercut}  the earlier rules that accept from every source
//	{uses}      where the rule is shadowed, if it is not everywhere
//
// Whoever names blockers, heirs or undercut also gets them as related places.

// shownBlockers is how many lines a message or a finding names.
const shownBlockers = 4

// explainCover fills the words in.
func (w *world) explainCover(d *diag.Diagnostic) {
	if !strings.Contains(d.Message, "{") && !strings.Contains(d.Effect, "{") {
		return
	}
	l := w.covers()[d.Span]
	if l == nil {
		return
	}
	l.relate(d)
	d.Message, d.Effect = l.fill(d.Message, d.Span.File), l.fill(d.Effect, d.Span.File)
}

// relate adds the places that the message will name.
func (l *lineCover) relate(d *diag.Diagnostic) {
	for _, part := range []struct {
		word, message string
		list          []blocker
	}{
		{"{blockers}", "covered by this rule", l.blockers},
		{"{heirs}", "this does the same", l.heirs},
		{"{undercut}", "this accepts from every source first", l.undercut},
	} {
		if strings.Contains(d.Message, part.word) {
			d.Related = append(d.Related, related(part.list, part.message)...)
		}
	}
}

func (l *lineCover) fill(text string, file *source.File) string {
	if !strings.Contains(text, "{") {
		return text
	}
	return strings.NewReplacer("{blockers}", named(l.blockers, file), "{heirs}", named(l.heirs, file),
		"{undercut}", named(l.undercut, file), "{uses}", l.places()).Replace(text)
}

// places names where a line is shadowed, and of how many uses.
func (l *lineCover) places() string {
	n := l.fates[fateShadowed]
	text := inWords(l.in, n)
	return fmt.Sprintf("%s (%d of its %d uses)", text, n, l.uses)
}

// inWords lists words; count is how many there are in all.
func inWords(words []string, count int) string {
	if more := count - len(words); more > 0 && len(words) > 0 {
		return strings.Join(words, ", ") + " and " + strconv.Itoa(more) + " more"
	}
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
}

// named lists blockers as a reader of the file finds them.
func named(list []blocker, file *source.File) string {
	var lines []int
	var others []string
	for _, b := range list[:min(len(list), shownBlockers)] {
		switch at := b.at; {
		case strings.HasPrefix(b.name, "policy_"):
			others = append(others, b.name)
		case b.name != "":
			others = append(others, "the built-in "+b.name)
		case at.File == file:
			lines = append(lines, at.From().Line)
		default:
			others = append(others, at.File.Name()+":"+strconv.Itoa(at.From().Line))
		}
	}
	return inWords(append(numbered(lines), others...), len(list))
}

// numbered lists lines: "line 4", or "lines 4", "5", "9".
func numbered(lines []int) []string {
	slices.Sort(lines)
	var words []string
	for _, n := range lines {
		words = append(words, strconv.Itoa(n))
	}
	switch len(words) {
	case 0:
	case 1:
		words[0] = "line " + words[0]
	default:
		words[0] = "lines " + words[0]
	}
	return words
}

// related points at blockers that are lines, a handful of them.
func related(list []blocker, message string) []diag.Related {
	var out []diag.Related
	more := 0
	for _, b := range list {
		if b.name != "" || b.at.IsZero() || b.at.WholeFile() {
			continue
		}
		if len(out) == shownBlockers {
			more++
			continue
		}
		out = append(out, diag.Related{Span: b.at, Message: message})
	}
	if more > 0 {
		out[len(out)-1].Message += ", and " + strconv.Itoa(more) + " more"
	}
	return out
}
