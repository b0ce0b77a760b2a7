package lint

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// marker begins an ignore directive: `# pvefw:ignore CODE reason` behind a rule,
// alias, set entry or header, alone in the comment or at its end. Proxmox keeps
// such comments when its GUI saves a file (reference/pve-firewall §13.4), and
// only those, so a comment line of its own is no directive.
const marker = "pvefw:ignore"

var (
	ignoreIncomplete = &diag.Rule{
		Code: "ignore-incomplete", Category: "ignore", Severity: diag.Warning, Page: pages["ignore-incomplete"],
		Title: "An ignore directive without a code or a reason",
		Description: "A directive reads `# pvefw:ignore CODE reason`. The reason is required: whoever reads the file " +
			"next has to know why the finding does not count. Without it nothing is ignored.",
	}
	ignoreUnused = &diag.Rule{
		Code: "ignore-unused", Category: "ignore", Severity: diag.Info, Page: pages["ignore-unused"],
		Title: "An ignore directive that ignores nothing",
		Description: "The line has no finding of that code, so the directive is left over from an older state of the " +
			"file, or its code is misspelt. Left in place it would hide the fault when it comes back.",
	}
)

// Catalog lists the rules about ignore directives.
func Catalog() []*diag.Rule { return []*diag.Rule{ignoreIncomplete, ignoreUnused, ignoreExpired} }

// directive is one `pvefw:ignore`.
type directive struct {
	span   source.Span // from the marker to the end of the code
	code   string
	reason string
	used   bool
}

// Directive is what goes behind a line so that a finding of a code is ignored there, as
// soon as a reason is written behind it.
func Directive(line, code string) string {
	mark := " "
	if !strings.Contains(line, "#") {
		mark = " # "
	}
	return mark + marker + " " + code + " "
}

// directives are the ignores of a run, by file and line.
type directives struct {
	files []*source.File
	byAt  map[*source.File]map[int][]*directive
}

// readDirectives reads those of files and of every file with a finding.
func readDirectives(files []*source.File, found diag.List) *directives {
	ds := &directives{byAt: map[*source.File]map[int][]*directive{}}
	for _, f := range files {
		ds.read(f)
	}
	for i := range found {
		if f := found[i].Span.File; f != nil {
			ds.read(f)
		}
	}
	return ds
}

func (ds *directives) read(f *source.File) {
	if _, done := ds.byAt[f]; done {
		return
	}
	ds.byAt[f] = nil
	ds.files = append(ds.files, f)
	if !bytes.Contains(f.Bytes(), []byte(marker)) {
		return
	}
	lines := map[int][]*directive{}
	for n := 1; n <= f.LineCount(); n++ {
		if found := directivesIn(f.Line(n)); found != nil {
			lines[n] = found
		}
	}
	ds.byAt[f] = lines
}

// directivesIn reads the directives in the trailing comment of a line.
func directivesIn(line source.Span) []*directive {
	text := line.Text()
	hash := strings.IndexByte(text, '#')
	if hash < 0 || strings.TrimSpace(text[:hash]) == "" {
		return nil
	}
	var found []*directive
	at := strings.Index(text[hash:], marker)
	if at < 0 {
		return nil
	}
	for at += hash; at < len(text); {
		next := strings.Index(text[at+len(marker):], marker)
		end := len(text)
		if next >= 0 {
			end = at + len(marker) + next
		}
		found = append(found, newDirective(line, text, at, end))
		at = end
	}
	return found
}

// newDirective reads the directive at text[at:end], text being the line's.
func newDirective(line source.Span, text string, at, end int) *directive {
	words := strings.Fields(text[at+len(marker) : end])
	d := &directive{}
	stop := at + len(marker)
	if len(words) > 0 {
		d.code = words[0]
		stop += strings.Index(text[stop:end], d.code) + len(d.code)
		d.reason = strings.Join(words[1:], " ")
	}
	d.span = line.File.Span(int(line.Start)+at, int(line.Start)+stop)
	return d
}

// apply removes what the directives silence, and counts it.
func (ds *directives) apply(l diag.List) (diag.List, int) {
	kept := slices.DeleteFunc(l, func(d diag.Diagnostic) bool { return ds.silences(&d) })
	return kept, len(l) - len(kept)
}

func (ds *directives) silences(d *diag.Diagnostic) bool {
	lines := ds.byAt[d.Span.File]
	if len(lines) == 0 || d.Span.WholeFile() {
		return false
	}
	for _, x := range lines[d.Span.From().Line] {
		if x.code == d.Rule.Code && x.reason != "" {
			x.used = true
			return true
		}
	}
	return false
}

// complaints are the findings about the directives themselves. Those that are
// unused are only told with a catalogue; a disabled code is never unused.
func (ds *directives) complaints(opt Options) diag.List {
	known := map[string]bool{}
	for _, r := range opt.Catalog {
		known[r.Code] = true
	}
	var out diag.List
	for _, f := range ds.files {
		for _, line := range ds.byAt[f] {
			for _, d := range line {
				if bad, is := d.complaint(known); is && !opt.offCode(d.code) {
					out = append(out, bad)
				}
			}
		}
	}
	return out
}

func (d *directive) complaint(known map[string]bool) (diag.Diagnostic, bool) {
	switch {
	case d.code == "":
		return diag.New(ignoreIncomplete, d.span, "this directive names no code: write `pvefw:ignore CODE reason`"), true
	case d.reason == "":
		return diag.New(ignoreIncomplete, d.span, fmt.Sprintf("no reason is given for ignoring %s, so it is not ignored", d.code)), true
	case len(known) == 0 || d.used:
		return diag.Diagnostic{}, false
	case !known[d.code]:
		return diag.New(ignoreUnused, d.span, fmt.Sprintf("there is no rule %q to ignore", d.code)), true
	}
	return diag.New(ignoreUnused, d.span, fmt.Sprintf("the line has no finding %s to ignore", d.code)), true
}
