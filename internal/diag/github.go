package diag

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// WriteGitHub writes r as workflow commands that GitHub shows beside the lines of
// a change. All text of the input is escaped: none of it can be a command.
func WriteGitHub(w io.Writer, r Report) error {
	out := bufio.NewWriter(w)
	for i := range r.Findings {
		d := &r.Findings[i]
		fmt.Fprintf(out, "::%s %s::%s\n", githubLevel(d.Severity), r.githubProperties(d), githubData(githubMessage(d)))
	}
	for _, fact := range r.Summary.MissingFacts {
		fmt.Fprintf(out, "::notice title=missing fact::%s\n", githubData(bound(fact)))
	}
	fmt.Fprintln(out, r.Summary.Line())
	return out.Flush()
}

func githubLevel(s Severity) string { return [...]string{"notice", "warning", "error"}[s] }

func (r *Report) githubProperties(d *Diagnostic) string {
	var list []string
	add := func(name string, value any) {
		list = append(list, name+"="+githubProperty(fmt.Sprint(value)))
	}
	if !d.Span.IsZero() {
		first, last := linesOf(d.Span)
		add("file", r.pathOf(d.Span))
		add("line", first)
		if !d.Span.WholeFile() {
			add("endLine", last)
		}
		if first == last && !d.Span.WholeFile() { // columns of several lines are refused
			from := d.Span.From().Column
			add("col", from)
			add("endColumn", max(from, d.Span.To().Column-1)) // the last one, not the one behind it
		}
	}
	add("title", d.Rule.Code)
	return strings.Join(list, ",")
}

// githubMessage is what the annotation says below its title.
func githubMessage(d *Diagnostic) string {
	text := sentence(d)
	for _, f := range d.Fixes {
		text += "\nFix: " + bound(f.label())
	}
	return text
}

var (
	githubDataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubPropertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// githubData escapes a message. Line feeds stand; what else could drive the
// terminal that shows the log does not.
func githubData(text string) string { return githubDataEscapes.Replace(shown(text)) }

func githubProperty(text string) string { return githubPropertyEscapes.Replace(Visible(text)) }

// maxSummaryRows bounds the table of a job summary, which GitHub limits in size.
const maxSummaryRows = 200

// WriteGitHubSummary writes r as Markdown for the page of a workflow's run.
func WriteGitHubSummary(w io.Writer, r Report) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "### pvefw: %s\n\n", r.Summary.Line())
	if len(r.Findings) > 0 {
		out.WriteString("| | rule | place | finding |\n|---|---|---|---|\n")
	}
	for i := range r.Findings {
		if i == maxSummaryRows {
			fmt.Fprintf(out, "\n%d more are in the log.\n", len(r.Findings)-i)
			break
		}
		d := &r.Findings[i]
		fmt.Fprintf(out, "| %s | %s | %s | %s |\n", d.Severity, r.linked(d.Rule), markdownText(r.placeOf(d)), markdownText(sentence(d)))
	}
	for i, fact := range r.Summary.MissingFacts {
		if i == 0 {
			out.WriteString("\nMissing facts, so less could be judged:\n\n")
		}
		fmt.Fprintf(out, "- %s\n", markdownText(bound(fact)))
	}
	out.WriteString("\n")
	return out.Flush()
}

func (r *Report) linked(rule *Rule) string {
	if page := r.help(rule); page != "" {
		return "[" + markdownText(rule.Code) + "](" + page + ")"
	}
	return markdownText(rule.Code)
}

func (r *Report) placeOf(d *Diagnostic) string {
	file := r.pathOf(d.Span)
	if file == "" || d.Span.WholeFile() {
		return file
	}
	return fmt.Sprintf("%s:%d", file, d.Span.From().Line)
}

// markdownText makes plain text of untrusted words: whatever Markdown or HTML
// could take for its own is escaped.
func markdownText(text string) string {
	var b strings.Builder
	for _, c := range Visible(text) {
		switch {
		case c == '<':
			b.WriteString("&lt;")
			continue
		case c == '&':
			b.WriteString("&amp;")
			continue
		case c == '@': // would call a person
			b.WriteString("&#64;")
			continue
		case strings.ContainsRune("\\`*_{}[]()#+!|~>$", c):
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}
