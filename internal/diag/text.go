package diag

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/source"
)

// TextOptions say how findings are shown to people.
type TextOptions struct {
	Color bool // ANSI colours
	Width int  // cells of a line of output before source lines are cut; 0 means 120
	// Summary is shown under the findings; without one the findings are counted.
	Summary *Summary
}

// maxText is how many bytes of a message are shown: a finding quotes what it is
// about, and the input may hold lines of any length.
const maxText = 2000

// WriteText writes l for people: each finding with its source line, the places
// it relates to, its effects and its fixes, and at the end the missing facts and
// a summary. Nothing of the input reaches the terminal unescaped.
func WriteText(w io.Writer, l List, opt TextOptions) error {
	if opt.Width <= 0 {
		opt.Width = 120
	}
	p := &printer{out: bufio.NewWriter(w), opt: opt}
	for i := range l {
		p.finding(&l[i])
	}
	p.summary(l)
	return p.out.Flush()
}

// printer carries the writer through one WriteText.
type printer struct {
	out    *bufio.Writer
	opt    TextOptions
	gutter int // cells of the widest line number of the finding
}

// The ANSI styles in use.
const (
	bold    = "1"
	red     = "1;31"
	yellow  = "1;33"
	cyan    = "1;36"
	blue    = "1;34"
	plain   = ""
	green   = "1;32"
	caret   = "^"
	dash    = "-"
	omitted = "…"
)

func (p *printer) paint(style, text string) string {
	if !p.opt.Color || style == plain {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

func (s Severity) style() string { return [...]string{cyan, yellow, red}[s] }

func (p *printer) finding(d *Diagnostic) {
	p.gutter = gutterOf(d)
	head := fmt.Sprintf("%s[%s]", d.Severity, d.Rule.Code)
	fmt.Fprintf(p.out, "%s%s\n", p.paint(d.Severity.style(), head), p.paint(bold, ": "+clip(d.Message)))
	p.place("-->", d.Span)
	p.excerpt(d.Span, caret, d.Severity.style(), "")
	for _, r := range d.Related {
		p.related(r, d.Span)
	}
	p.notes(d)
	p.out.WriteByte('\n')
}

// gutterOf is the width of the widest line number that the finding shows.
func gutterOf(d *Diagnostic) int {
	last := d.Span.From().Line
	for _, r := range d.Related {
		last = max(last, r.Span.From().Line)
	}
	return len(strconv.Itoa(last))
}

func (p *printer) place(arrow string, s source.Span) {
	if s.IsZero() {
		return
	}
	pad := strings.Repeat(" ", p.gutter)
	fmt.Fprintf(p.out, "%s%s %s\n", pad, p.paint(blue, arrow), Visible(s.String()))
}

// related shows another place; one in the line above needs no path again.
func (p *printer) related(r Related, main source.Span) {
	if r.Span.IsZero() || r.Span.WholeFile() {
		p.note(plain, "note", r.Message+place(r.Span))
		return
	}
	if r.Span.File != main.File || r.Span.From().Line != main.From().Line {
		p.place(":::", r.Span)
	}
	p.excerpt(r.Span, dash, blue, r.Message)
}

func place(s source.Span) string {
	if s.IsZero() {
		return ""
	}
	return " (" + s.String() + ")"
}

// notes are the lines behind "=": what happens, in whose words, and the way out.
func (p *printer) notes(d *Diagnostic) {
	if d.Effects.PVEFirewall == "" {
		p.note(plain, "effect", d.Effect)
	}
	p.note(plain, "pve-firewall", d.Effects.PVEFirewall)
	p.note(plain, "proxmox-firewall", d.Effects.ProxmoxFirewall)
	p.note(plain, "Proxmox says", d.ProxmoxMessage)
	p.note(plain, "Proxmox says at run time", d.ProxmoxRuntimeMessage)
	for _, f := range d.Fixes {
		title := f.Title
		if f.Safety == Unsafe {
			title += " (changes what the file means)"
		}
		p.note(green, "fix", title)
	}
}

// note writes one "= name: text" line, or several for text of several lines.
func (p *printer) note(style, name, text string) {
	pad := strings.Repeat(" ", p.gutter+1)
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		fmt.Fprintf(p.out, "%s%s %s %s\n", pad, p.paint(blue, "="), p.paint(style, name+":"), clip(line))
	}
}

func (p *printer) summary(l List) {
	s := Summarize(l)
	if p.opt.Summary != nil {
		s = *p.opt.Summary
	}
	for _, fact := range s.MissingFacts {
		fmt.Fprintf(p.out, "%s %s\n", p.paint(cyan, "missing fact:"), clip(fact))
	}
	fmt.Fprintln(p.out, p.paint(bold, s.Line()))
}

// clip makes text visible and bounds its length.
func clip(text string) string {
	if len(text) <= maxText {
		return Visible(text)
	}
	return Visible(strings.ToValidUTF8(text[:maxText], "")) + omitted
}
