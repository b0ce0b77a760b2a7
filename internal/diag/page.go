package diag

import (
	"fmt"
	"strings"
)

// Page is what people read about a rule beside its title and description: texts
// of whole sentences, paragraphs parted by empty lines.
type Page struct {
	Why string // what it costs whoever has the fault
	Fix string // how to get rid of it
	// Bad and Good are CONFIGs, one file behind each "-- NAME --" line. The rule
	// finds something in Bad and nothing in Good.
	Bad, Good string
}

// PageSection is a piece of a page: a heading and Markdown under it.
type PageSection struct{ Title, Text string }

// The headings of the sections that say what can be done.
const (
	FixSection    = "Fix"
	IgnoreSection = "How to ignore"
)

// Sections are the parts of the rule's page that need no run, in the order in
// which they are read. Empty ones are left out.
func (r *Rule) Sections() []PageSection {
	var out []PageSection
	for _, s := range []PageSection{
		{"What", r.Description}, {"Why", r.Page.Why}, {FixSection, r.Page.Fix}, {IgnoreSection, r.ignoring()},
	} {
		if s.Text = strings.TrimSpace(s.Text); s.Text != "" {
			out = append(out, s)
		}
	}
	return out
}

// ignoring says how to live with the finding. Findings about settings and
// directives are mended where they stand.
func (r *Rule) ignoring() string {
	switch {
	case r.Category == "settings":
		return "It cannot be ignored: what is not understood is not in force."
	case r.OptIn:
		return fmt.Sprintf("The rule is silent unless it is enabled: `--enable %s`, or `lint.enable` in `.pvefw.yaml`.\n\n%s", r.Code, r.silencing())
	}
	return r.silencing()
}

func (r *Rule) silencing() string {
	return fmt.Sprintf("Behind a rule, an alias or an entry of a set (options take no comment):\n\n```\n# pvefw:ignore %s REASON\n```\n\n"+
		"For files, objects or everywhere, in `.pvefw.yaml`:\n\n```yaml\nlint:\n  ignores:\n    - {code: %s, path: \"*.fw\", reason: REASON}\n```\n\n"+
		"`--disable %s` switches the rule off for one run.", r.Code, r.Code, r.Code)
}

// help is the page as text and as Markdown for programs that show it beside a
// finding.
func (r *Rule) help() (text, markdown string) {
	var t, m strings.Builder
	for _, s := range r.Sections() {
		fmt.Fprintf(&m, "## %s\n\n%s\n\n", s.Title, s.Text)
		if s.Title != IgnoreSection {
			fmt.Fprintf(&t, "%s\n\n", s.Text)
		}
	}
	if m.Len() == 0 {
		return r.Title, r.Title
	}
	return strings.TrimSpace(t.String()), strings.TrimSpace(m.String())
}
