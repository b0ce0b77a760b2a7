package cli

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/pvefw/pvefw/docs/rules"
	"github.com/pvefw/pvefw/internal/diag"
)

// pageOf is the page of a rule as Markdown: the one that comes with pvefw, else
// one of what the rule says about itself.
func pageOf(r *diag.Rule) string {
	if text, ok := rules.Page(r.Code); ok {
		return text
	}
	return makePage(r, nil)
}

// makePage writes a page. found is what a real run says about the rule's bad
// example; without one the page says nothing about it.
func makePage(r *diag.Rule, found diag.List) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s.\n\nSeverity %s, category %s.\n", r.Code, r.Title, severityIn(r, found), r.Category)
	shown := false
	for _, s := range r.Sections() {
		if way := s.Title == diag.FixSection || s.Title == diag.IgnoreSection; way && !shown {
			writeSection(&b, "What Proxmox does", proxmox(r, found))
			writeSection(&b, "Example", example(r, found))
			shown = true
		}
		if s.Title == diag.FixSection {
			s.Text += mends(found)
		}
		writeSection(&b, s.Title, s.Text)
	}
	return b.String()
}

// severityIn is the severity of a rule; some count certain cases as more or less.
func severityIn(r *diag.Rule, found diag.List) string {
	if len(found) > 0 && found[0].Severity != r.Severity {
		return fmt.Sprintf("%s (%s in the example below)", r.Severity, found[0].Severity)
	}
	return r.Severity.String()
}

func writeSection(b *strings.Builder, title, text string) {
	if text != "" {
		fmt.Fprintf(b, "\n## %s\n\n%s\n", title, strings.TrimSpace(text))
	}
}

// proxmox tells what both daemons make of the example.
func proxmox(r *diag.Rule, found diag.List) string {
	switch {
	case r.Category == "ignore" || r.Category == "settings":
		return "Nothing. Directives, settings and tests are pvefw's own; for Proxmox the first are comments, and it does not read the others."
	case len(found) == 0:
		return ""
	}
	d, text := &found[0], ""
	switch {
	case d.Effects.PVEFirewall == "" && d.Effects.ProxmoxFirewall == "":
		text = d.Effect
	default:
		text = "Of the example below:\n\n"
		for _, e := range [][2]string{{"pve-firewall", d.Effects.PVEFirewall}, {"proxmox-firewall", d.Effects.ProxmoxFirewall}} {
			if e[1] != "" {
				text += fmt.Sprintf("- `%s`: %s\n", e[0], e[1])
			}
		}
	}
	for _, said := range []string{d.ProxmoxMessage, d.ProxmoxRuntimeMessage} {
		if said != "" {
			text = strings.TrimSpace(text) + "\n\nIn the log of pve-firewall:\n\n" + fenced("", said)
		}
	}
	return text
}

// mostShown bounds the findings of an example that its page shows.
const mostShown = 2

func example(r *diag.Rule, found diag.List) string {
	var b strings.Builder
	if r.Page.Bad != "" {
		b.WriteString("Wrong:\n\n" + archive(r.Page.Bad))
	}
	if len(found) > 0 {
		var text bytes.Buffer
		if err := diag.WriteText(&text, found[:min(len(found), mostShown)], diag.TextOptions{}); err != nil {
			panic("unreachable: " + err.Error())
		}
		shown := strings.TrimSpace(text.String())
		shown = strings.TrimSpace(shown[:strings.LastIndex(shown, "\n\n")]) // without the summary
		b.WriteString("pvefw says:\n\n" + fenced("text", shown))
	}
	if r.Page.Good != "" {
		b.WriteString("Right:\n\n" + archive(r.Page.Good))
	}
	return b.String()
}

// mends lists the changes that lint offers for the example.
func mends(found diag.List) string {
	var b strings.Builder
	for i := range found[:min(len(found), 1)] {
		for _, f := range found[i].Fixes {
			if len(f.Edits) == 0 {
				continue
			}
			flags := "--fix"
			if f.Safety == diag.Unsafe {
				flags = "--fix --unsafe"
			}
			fmt.Fprintf(&b, "\n- `pvefw lint %s` can do it here: %s.", flags, f.Title)
		}
	}
	if b.Len() > 0 {
		return "\n" + b.String()
	}
	return ""
}

// mostLines bounds the lines of a file that a page shows.
const mostLines = 30

// archive shows files, each behind its name. Characters that nobody would see are
// shown as escapes.
func archive(text string) string {
	var b strings.Builder
	for _, f := range archived(text) {
		lines := strings.Split(strings.TrimRight(f.body, "\n"), "\n")
		if len(lines) > mostLines {
			lines = append(lines[:5:5], fmt.Sprintf("... and %d lines more", len(lines)-5))
		}
		for i := range lines {
			lines[i] = diag.Visible(lines[i])
		}
		if f.body == "" {
			fmt.Fprintf(&b, "`%s` (empty)\n\n", f.name)
			continue
		}
		fmt.Fprintf(&b, "`%s`\n\n%s", f.name, fenced("", strings.Join(lines, "\n")))
	}
	return b.String()
}

// archived are the files of an example, each behind a line "-- NAME --".
func archived(text string) []archivedFile {
	var out []archivedFile
	for line := range strings.Lines(text) {
		name, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "-- ")
		if name, is := strings.CutSuffix(name, " --"); ok && is {
			out = append(out, archivedFile{name: name})
		} else if len(out) > 0 {
			out[len(out)-1].body += line
		}
	}
	return out
}

type archivedFile struct{ name, body string }

// fenced is a code block. The fence is longer than any in the text.
func fenced(language, text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + language + "\n" + text + "\n" + fence + "\n\n"
}
