package assist

import (
	"fmt"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// page is Markdown that is put together from paragraphs. Texts of files go into it
// through code and plain alone.
type page struct{ strings.Builder }

// add writes a paragraph; nothing for an empty text.
func (p *page) add(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if text == "" {
		return
	}
	if p.Len() > 0 {
		p.WriteString("\n\n")
	}
	p.WriteString(text)
}

// block writes lines as they stand in a file.
func (p *page) block(lines []string) {
	if len(lines) == 0 {
		return
	}
	var shown []string
	for _, line := range lines {
		shown = append(shown, strings.ReplaceAll(diag.Visible(line), "```", "'''"))
	}
	p.add("```pve-firewall\n%s\n```", strings.Join(shown, "\n"))
}

// list writes points.
func (p *page) list(points []string) {
	if len(points) > 0 {
		p.add("- %s", strings.Join(points, "\n- "))
	}
}

// code shows a word of a file.
func code(text string) string {
	text = diag.Visible(text)
	if strings.Contains(text, "`") {
		return "`` " + text + " ``"
	}
	return "`" + text + "`"
}

var escapes = strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "<", `\<`, "[", `\[`, "]", `\]`, "#", `\#`, "|", `\|`)

// plain shows a text of a file that is prose: a comment.
func plain(text string) string { return escapes.Replace(diag.Visible(text)) }

// where names a place shortly: the file's last name and the line.
func where(s source.Span) string {
	if s.IsZero() {
		return ""
	}
	name := diag.Visible(lastName(s.File))
	if s.WholeFile() {
		return name
	}
	return fmt.Sprintf("%s:%d", name, s.From().Line)
}

// lastName is the name of a file without its folders.
func lastName(f *source.File) string {
	return f.Name()[strings.LastIndexAny(f.Name(), `/\`)+1:]
}

// count writes a number with its noun.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func rules(n int) string { return count(n, "rule", "rules") }

func entries(n int) string { return count(n, "entry", "entries") }

// clipped is a text of at most so many runes.
func clipped(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most]) + "…"
}
