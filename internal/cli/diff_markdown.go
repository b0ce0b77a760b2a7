package cli

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir/analysis"
)

// The bounds of a comment: hosting services refuse those over 65,536 characters.
const (
	mostSections = 40
	mostRows     = 20
	mostPatch    = 24_000 // bytes
	mostComment  = 40_000 // bytes of sections
)

// markdownWriter writes a difference as a comment for a pull request.
type markdownWriter struct{ out bytes.Buffer }

var badges = map[analysis.Class]string{analysis.Equal: "⚪", analysis.Wider: "🔴", analysis.Narrower: "🟢", analysis.Incomparable: "🟡"}

func (r *diffRun) writeMarkdown(d *compared) error {
	w := &markdownWriter{}
	fmt.Fprintf(&w.out, "### %s Firewall: %s\n\n%s.\n", badges[d.class], d.class, upperFirst(d.summary()))
	for _, line := range append(d.loadLines(), d.brokenLines()...) {
		fmt.Fprintf(&w.out, "\n> ⚠️ %s\n", escapeMarkdown(line))
	}
	list := r.shown(d)
	for i, e := range list {
		if i == mostSections || w.out.Len() > mostComment {
			fmt.Fprintf(&w.out, "\n… and %s with changes.\n", count(len(list)-i, "more list"))
			break
		}
		w.endpoint(e, len(d.nodes))
	}
	w.files(d.files, r.stat)
	_, err := io.Copy(r.Stdout, &w.out)
	return err
}

func upperFirst(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

func (w *markdownWriter) endpoint(e *shownEndpoint, nodes int) {
	class := e.class.String()
	if e.unknown {
		class = "unknown in part"
	} else if e.onlyLogs() {
		class = "only logging differs"
	}
	fmt.Fprintf(&w.out, "\n#### %s: %s\n\n", escapeMarkdown(e.heading(nodes)), class)
	if len(e.changes) == 0 {
		return
	}
	w.out.WriteString("| | packets | was | is |\n|---|---|---|---|\n")
	for i := range e.changes {
		if i == mostRows {
			fmt.Fprintf(&w.out, "\n… and %s.\n", count(len(e.changes)-i, "more change"))
			return
		}
		c := &e.changes[i]
		var boxes []string
		for _, line := range c.boxLines() {
			boxes = append(boxes, escapeMarkdown(line))
		}
		fmt.Fprintf(&w.out, "| %s | %s | %s | %s |\n", c.effect, strings.Join(boxes, "<br>"), markdownFate(c.fate(0), &c.before), markdownFate(c.fate(1), &c.after))
	}
	w.witnesses(e)
}

// witnesses lists a packet for each change, as commands.
func (w *markdownWriter) witnesses(e *shownEndpoint) {
	var lines []string
	for i := range e.changes[:min(len(e.changes), mostRows)] {
		if c := &e.changes[i]; c.witness != "" {
			lines = append(lines, c.witness+"  # "+c.was+" → "+c.is)
		}
	}
	if len(lines) > 0 {
		w.block("sh", strings.Join(lines, "\n"))
	}
}

func markdownFate(verdict string, by *deciders) string {
	text := "**" + verdict + "**"
	if by.first == (decider{}) {
		return text
	}
	return text + "<br>" + codeSpan(cutText(by.first.Text)) + "<br>" + escapeMarkdown(by.where())
}

func (w *markdownWriter) files(list []fileDiff, stat bool) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(&w.out, "\n<details><summary>%s</summary>\n", count(len(list), "changed file"))
	room := mostPatch
	for i := range list {
		f := &list[i]
		fmt.Fprintf(&w.out, "\n%s: %s, +%d −%d\n", codeSpan(diag.Visible(f.path)), f.status, f.added, f.removed)
		var patch strings.Builder
		for line := range strings.Lines(f.patch) {
			patch.WriteString(patchLine(line) + "\n")
		}
		if room -= patch.Len() + len(f.path) + 40; stat || room < 0 {
			if room < -mostPatch {
				fmt.Fprintf(&w.out, "\n… and %s\n", count(len(list)-i-1, "more file"))
				break
			}
			continue
		}
		w.block("diff", strings.TrimSuffix(patch.String(), "\n"))
	}
	w.out.WriteString("\n</details>\n")
}

// block writes a fenced block whose fence the text does not end.
func (w *markdownWriter) block(language, text string) {
	w.out.WriteString("\n" + strings.TrimSuffix(fenced(language, text), "\n"))
}

// codeSpan shows a text as it is, in a cell of a table.
func codeSpan(text string) string {
	if text == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + strings.ReplaceAll(text, "|", `\|`) + fence
}

var markdownEscapes = strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "`", "\\`", "*", `\*`, "_", `\_`,
	"[", `\[`, "]", `\]`, "#", `\#`, "@", "&#64;", "~", `\~`)

// escapeMarkdown keeps text of files from being taken for markup or for a person's
// name.
func escapeMarkdown(text string) string { return markdownEscapes.Replace(text) }
