package diag

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/source"
)

// sarifSchema is where the standard's committee keeps the schema of its version 2.1.0.
const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// sarifRoot is the name that relative paths are relative to.
const sarifRoot = "%SRCROOT%"

// WriteSARIF writes r as a SARIF 2.1.0 log with one run, one result per line.
// Rules are those of the findings, by code. Columns count code points, and ends
// are exclusive, as the standard has them.
func WriteSARIF(w io.Writer, r Report) error {
	s := sarifWriter{Report: &r, rules: map[string]int{}, seen: map[string]int{}}
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "{\"$schema\":%q,\n \"version\":\"2.1.0\",\n \"runs\":[{\n  \"tool\":", sarifSchema)
	if err := encode(out, s.tool()); err != nil {
		return err
	}
	fmt.Fprintf(out, ",\n  \"columnKind\":\"unicodeCodePoints\",\n  \"results\":[")
	for i := range r.Findings {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n   ")
		if err := encode(out, s.result(i)); err != nil {
			return err
		}
	}
	out.WriteString("]\n }]\n}\n")
	return out.Flush()
}

type sarifWriter struct {
	*Report
	rules map[string]int // index by code
	seen  map[string]int // fingerprints
}

// tool lists the rules of the findings and remembers where each stands.
func (s *sarifWriter) tool() sarifTool {
	var used []*Rule
	for i := range s.Findings {
		if r := s.Findings[i].Rule; !slices.ContainsFunc(used, func(u *Rule) bool { return u.Code == r.Code }) {
			used = append(used, r)
		}
	}
	slices.SortFunc(used, func(a, b *Rule) int { return strings.Compare(a.Code, b.Code) })
	t := sarifTool{sarifDriver{Name: "pvefw", Version: s.Version, URI: "https://github.com/pvefw/pvefw", Rules: []sarifRule{}}}
	for i, r := range used {
		s.rules[r.Code] = i
		t.Driver.Rules = append(t.Driver.Rules, s.rule(r))
	}
	return t
}

func (s *sarifWriter) rule(r *Rule) sarifRule {
	text, markdown := r.help()
	out := sarifRule{
		ID: r.Code, Name: camel(r.Code), Short: sarifText{Text: r.Title}, Help: sarifText{text, markdown}, HelpURI: s.help(r),
		Default: sarifDefault{!r.OptIn, sarifLevel(r.Severity)},
		Properties: sarifRuleProperties{Tags: []string{r.Category, "security"},
			Problem: map[Severity]string{Error: "error", Warning: "warning", Info: "recommendation"}[r.Severity]},
	}
	if first, _, _ := strings.Cut(r.Description, "\n\n"); first != "" {
		out.Full = &sarifText{Text: first}
	}
	return out
}

// camel writes a code as SARIF wants names of rules: alias-unknown is AliasUnknown.
func camel(code string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(code, "-") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

func sarifLevel(s Severity) string { return [...]string{"note", "warning", "error"}[s] }

func (s *sarifWriter) result(i int) sarifResult {
	d := &s.Findings[i]
	out := sarifResult{
		Rule: d.Rule.Code, Index: s.rules[d.Rule.Code], Level: sarifLevel(d.Severity), Message: sarifText{Text: sentence(d)},
		Locations: []sarifLocation{}, Properties: sarifProperties{d.Rule.Category, jsonEffects(d.Effects), bound(d.ProxmoxMessage)},
	}
	if !d.Span.IsZero() {
		out.Locations = append(out.Locations, s.location(d.Span))
	}
	if print, nth := s.fingerprint(i, s.seen); print != "" {
		out.Fingerprints = map[string]string{"primaryLocationLineHash": fmt.Sprintf("%s:%d", print, nth+1)}
	}
	for n, rel := range d.Related {
		if rel.Span.IsZero() {
			continue
		}
		at := s.location(rel.Span)
		at.ID, at.Message = n+1, &sarifText{Text: bound(rel.Message)}
		out.Related = append(out.Related, at)
	}
	for _, f := range d.Fixes {
		if fix, ok := s.fix(f); ok {
			out.Fixes = append(out.Fixes, fix)
		}
	}
	return out
}

func (s *sarifWriter) artifact(span source.Span) sarifArtifact {
	text, base := uri(s.pathOf(span))
	a := sarifArtifact{URI: text}
	if base {
		a.Base = sarifRoot
	}
	return a
}

// location of a whole file is its first line: GitHub shows no result without one.
func (s *sarifWriter) location(span source.Span) sarifLocation {
	region := sarifRegion{StartLine: 1}
	if !span.WholeFile() {
		region = regionOf(span)
	}
	return sarifLocation{Physical: sarifPhysical{s.artifact(span), region}}
}

func regionOf(span source.Span) sarifRegion {
	from, to := span.From(), span.To()
	return sarifRegion{from.Line, from.Column, to.Line, to.Column}
}

// fix groups the edits by file. A fix without edits is advice and has no place in
// the format.
func (s *sarifWriter) fix(f Fix) (sarifFix, bool) {
	out := sarifFix{Description: sarifText{Text: bound(f.Title)}, Properties: map[string]string{"safety": f.Safety.String()}}
	var files []*source.File
	for _, e := range f.Edits {
		n := slices.Index(files, e.Span.File)
		if n < 0 {
			n = len(files)
			files = append(files, e.Span.File)
			out.Changes = append(out.Changes, sarifChange{Artifact: s.artifact(e.Span)})
		}
		out.Changes[n].Replacements = append(out.Changes[n].Replacements, sarifReplacement{regionOf(e.Span), &sarifText{Text: strings.ToValidUTF8(e.Text, "\uFFFD")}})
	}
	return out, len(out.Changes) > 0
}
