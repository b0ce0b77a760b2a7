package cli

import (
	"regexp"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
)

// pageText shows Markdown as pages of rules have it in a terminal: headings,
// paragraphs, lists and code blocks, in lines of at most width cells.
func pageText(markdown string, color bool, width int) string {
	p := pagePrinter{color: color, width: width}
	for _, line := range strings.Split(strings.TrimSpace(markdown), "\n") {
		p.line(line)
	}
	p.flush()
	return p.out.String()
}

type pagePrinter struct {
	out       strings.Builder
	color     bool
	width     int
	paragraph []string // lines that are not out yet
	fence     string   // of the code block that goes on; empty outside
	style     string   // of the finding that is shown
}

func (p *pagePrinter) line(line string) {
	fence := line[:len(line)-len(strings.TrimLeft(line, "`"))]
	switch {
	case p.fence != "" && line == p.fence:
		p.fence = ""
	case p.fence != "":
		p.out.WriteString(strings.TrimRight("    "+p.code(p.broken(diag.Visible(line))), " ") + "\n")
	case len(fence) >= 3:
		p.flush()
		p.fence = fence
	case strings.HasPrefix(line, "## "):
		p.flush()
		p.out.WriteString(p.paint("1", strings.ToUpper(diag.Visible(line[3:]))) + "\n")
	case strings.HasPrefix(line, "# "):
		p.flush()
		p.out.WriteString(p.paint("1", diag.Visible(line[2:])) + "\n")
	case strings.HasPrefix(line, "- "):
		p.flush()
		p.paragraph = []string{line}
	case line == "":
		p.flush()
		p.out.WriteString("\n")
	default:
		p.paragraph = append(p.paragraph, line)
	}
}

// flush writes the paragraph or the entry of a list that has been gathered.
func (p *pagePrinter) flush() {
	if len(p.paragraph) == 0 {
		return
	}
	text := strings.Join(strings.Fields(strings.Join(p.paragraph, " ")), " ")
	indent := 0
	if strings.HasPrefix(text, "- ") {
		indent = 2
	}
	p.out.WriteString(diag.Wrap(diag.Visible(strings.ReplaceAll(text, "`", "")), p.width, 0, indent) + "\n")
	p.paragraph = nil
}

func (p *pagePrinter) paint(style, text string) string {
	if !p.color {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

// The parts of a finding that are shown in colour.
var (
	findingHead  = regexp.MustCompile(`^(error|warning|info)\[[a-z0-9-]+\]`)
	findingPlace = regexp.MustCompile(`^ *(-->|:::) `)
	findingNote  = regexp.MustCompile(`^ *= `)
	findingMark  = regexp.MustCompile(`^( *\d* \|)(.*)$`)
)

// broken breaks what a finding says into lines, as lint does; other code stays.
func (p *pagePrinter) broken(line string) string {
	note := findingNote.FindString(line)
	if note == "" && !findingHead.MatchString(line) {
		return line
	}
	return diag.Wrap(line, p.width, 4, 4+max(len(note), 4))
}

// code shows a line of a code block; those of findings have the colours that lint
// gives them.
func (p *pagePrinter) code(line string) string {
	if !p.color {
		return line
	}
	if m := findingHead.FindStringSubmatch(line); m != nil {
		p.style = map[string]string{"error": "1;31", "warning": "1;33", "info": "1;36"}[m[1]]
		return p.paint(p.style, m[0]) + p.paint("1", line[len(m[0]):])
	}
	if at := findingPlace.FindString(line); at != "" {
		return p.paint("1;34", at) + line[len(at):]
	}
	if m := findingMark.FindStringSubmatch(line); m != nil {
		if strings.Trim(m[2], " ^") == "" {
			return p.paint("1;34", m[1]) + p.paint(p.style, m[2])
		}
		return p.paint("1;34", m[1]) + m[2]
	}
	return line
}
