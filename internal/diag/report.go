package diag

import (
	"net/url"
	"path"
	"strings"

	"github.com/pvefw/pvefw/internal/source"
)

// Report is a list of findings as other programs are told of it: SARIF, JUnit,
// GitHub, GitLab, Checkstyle. Each of these has its own file.
type Report struct {
	Findings List
	Summary  Summary
	// Fingerprints, in the order of Findings, name them from one run to the next;
	// equal findings may have equal ones.
	Fingerprints []string
	Fails        []bool // whether the finding fails the run, in the order of Findings
	// Path turns a file's name into the path that the program knows it by, relative
	// to the top of the repository where there is one.
	Path    func(name string) string
	Help    func(r *Rule) string // the address of the rule's page; empty for none
	Version string               // of pvefw
}

// pathOf is the path of the file that a span is in; empty for nowhere.
func (r *Report) pathOf(s source.Span) string {
	if s.IsZero() {
		return ""
	}
	if r.Path == nil {
		return s.File.Name()
	}
	return r.Path(s.File.Name())
}

// reported is a file and its findings, by their places in Findings.
type reported struct {
	path     string
	findings []int
}

// byFile lists files in the order of their first findings.
func (r *Report) byFile() []reported {
	var list []reported
	places := map[string]int{}
	for i := range r.Findings {
		file := r.pathOf(r.Findings[i].Span)
		n, known := places[file]
		if !known {
			n = len(list)
			places[file] = n
			list = append(list, reported{path: file})
		}
		list[n].findings = append(list[n].findings, i)
	}
	return list
}

// help is the address of a rule's page.
func (r *Report) help(rule *Rule) string {
	if r.Help == nil {
		return ""
	}
	return r.Help(rule)
}

func (r *Report) fails(i int) bool { return i < len(r.Fails) && r.Fails[i] }

// fingerprint is that of finding i; nth counts equal ones before it.
func (r *Report) fingerprint(i int, seen map[string]int) (print string, nth int) {
	if i >= len(r.Fingerprints) {
		return "", 0
	}
	print = r.Fingerprints[i]
	seen[print]++
	return print, seen[print] - 1
}

// sentence is what a finding says in one paragraph: the message, and the effect
// behind it.
func sentence(d *Diagnostic) string {
	if d.Effect == "" {
		return bound(d.Message)
	}
	stop := ". "
	if strings.HasSuffix(d.Message, ".") || strings.HasSuffix(d.Message, "?") || strings.HasSuffix(d.Message, "\n") {
		stop = " "
	}
	return bound(d.Message + stop + d.Effect)
}

// bound limits a text to what a finding may take.
func bound(text string) string {
	if len(text) <= maxText {
		return strings.ToValidUTF8(text, "\uFFFD")
	}
	return strings.ToValidUTF8(text[:maxText], "") + omitted
}

// linesOf are the first and the last line of a span, 1 for a whole file.
func linesOf(s source.Span) (first, last int) {
	if s.IsZero() || s.WholeFile() {
		return 1, 1
	}
	first, last = s.From().Line, s.To().Line
	if last > first && s.To().Column == 1 { // the end is behind a line feed
		last--
	}
	return first, last
}

// uri is a path as a URI reference; base tells that it is relative.
func uri(file string) (text string, base bool) {
	u := url.URL{Path: file}
	if path.IsAbs(file) {
		u.Scheme = "file"
		return u.String(), false
	}
	return u.String(), true
}

// shown makes text of several lines safe to show: each line by itself, as Visible
// does.
func shown(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = Visible(strings.TrimSuffix(lines[i], "\r"))
	}
	return strings.Join(lines, "\n")
}
