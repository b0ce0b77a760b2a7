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
	Width int  // cells of a line of output; 0: source lines are cut at 120, text is not wrapped
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
	p := newPrinter(w, opt)
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
	wraps  bool // running text is broken into lines of opt.Width
	gutter int  // cells of the widest line number of the finding
}

func newPrinter(w io.Writer, opt TextOptions) *printer {
	p := &printer{out: bufio.NewWriter(w), opt: opt, wraps: opt.Width > 0}
	if !p.wraps {
		p.opt.Width = 120
	}
	return p
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
	fmt.Fprintf(p.out, "%s%s\n", p.paint(d.Severity.style(), head), p.paint(bold, ": "+p.wrapped(clip(d.Message), len(head)+2)))
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
		p.note(green, "fix", f.label())
	}
}

// note writes one "= name: text" line, or several for text of several lines.
func (p *printer) note(style, name, text string) {
	pad := strings.Repeat(" ", p.gutter+1)
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		fmt.Fprintf(p.out, "%s%s %s %s\n", pad, p.paint(blue, "="), p.paint(style, name+":"), p.wrapped(clip(line), p.gutter+len(name)+5))
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

// wrapped breaks text into lines for a terminal. The first begins behind `used`
// cells; the others are indented so that they stand under the note.
func (p *printer) wrapped(text string, used int) string {
	if !p.wraps {
		return text
	}
	indent := p.gutter + 3
	return Wrap(text, max(p.opt.Width, indent+20), used, indent)
}

// Wrap breaks text at blanks so that no line is longer than width cells, as far as
// its words allow. The first line begins behind used cells, the others are
// indented. Text that fits stays as it is.
func Wrap(text string, width, used, indent int) string {
	if used+cells(text) <= width {
		return text
	}
	var b strings.Builder
	for i, word := range strings.Split(text, " ") {
		n := cells(word)
		switch {
		case i == 0:
		case used+1+n > width && used > indent:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			used = indent
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += n
	}
	return b.String()
}

// clip makes text visible and bounds its length.
func clip(text string) string {
	if len(text) <= maxText {
		return Visible(text)
	}
	return Visible(strings.ToValidUTF8(text[:maxText], "")) + omitted
}
