package load

import (
	"strconv"
	"strings"
	"time"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/lint"
	"go.yaml.in/yaml/v3"
)

// LintSettings say what is told, and how loudly. Codes are not judged here: only
// whoever knows the policies can.
type LintSettings struct {
	Disable, Enable []Selection
	Severity        []CodeSeverity
	Ignores         []IgnoreEntry
	Dialect         Word // empty Text: not set; so below
	FailLevel       Word
	Baseline        Word   // a file, from the settings file's directory
	Policies        []Word // directories and bundles, from the settings file's directory
}

// Selection is a selector as written: a code or category alone, or a mapping.
type Selection struct {
	lint.Selector
	Codes []Word
	Span  source.Span
}

// CodeSeverity overrides the severity of a code or category.
type CodeSeverity struct {
	Code     Word
	Severity diag.Severity
}

// IgnoreEntry silences what it selects.
type IgnoreEntry struct {
	Selection
	Reason  string
	Expires time.Time // zero: for ever
}

// Words are all codes and categories that the settings name.
func (l *LintSettings) Words() []Word {
	var words []Word
	for _, s := range append(append([]Selection(nil), l.Disable...), l.Enable...) {
		words = append(words, s.Codes...)
	}
	for _, s := range l.Severity {
		words = append(words, s.Code)
	}
	for _, i := range l.Ignores {
		words = append(words, i.Codes...)
	}
	return words
}

func (l *LintSettings) read(d *document, n *yaml.Node) {
	d.mapping(n, "lint", fields{
		"disable":  func(n *yaml.Node) { l.Disable = d.selections(n, "lint.disable") },
		"enable":   func(n *yaml.Node) { l.Enable = d.selections(n, "lint.enable") },
		"severity": func(n *yaml.Node) { l.readSeverity(d, n) },
		"ignores":  func(n *yaml.Node) { l.readIgnores(d, n) },
		"dialect": func(n *yaml.Node) {
			l.Dialect, _ = d.choice(n, "lint.dialect", "pve-firewall", "proxmox-firewall", "both")
		},
		"fail_level": func(n *yaml.Node) { l.FailLevel, _ = d.choice(n, "lint.fail_level", "error", "warning", "info") },
		"baseline":   func(n *yaml.Node) { l.Baseline, _ = d.word(n, "lint.baseline") },
		"policies": func(n *yaml.Node) {
			d.oneOrMore(n, "lint.policies", func(w Word, _ *yaml.Node) { l.Policies = append(l.Policies, w) })
		},
	})
}

func (l *LintSettings) readSeverity(d *document, n *yaml.Node) {
	d.pairs(n, "lint.severity", func(key Word, _, value *yaml.Node) {
		w, ok := d.choice(value, "the severity of "+diag.Visible(key.Text), "error", "warning", "info")
		if ok {
			level := map[string]diag.Severity{"error": diag.Error, "warning": diag.Warning, "info": diag.Info}[w.Text]
			l.Severity = append(l.Severity, CodeSeverity{key, level})
		}
	})
}

func (l *LintSettings) readIgnores(d *document, n *yaml.Node) {
	d.items(n, "lint.ignores", func(item *yaml.Node) {
		var e IgnoreEntry
		said := len(d.found)
		known := e.fields(d)
		known["reason"] = func(n *yaml.Node) {
			if w, ok := d.word(n, "reason"); ok {
				e.Reason = strings.TrimSpace(w.Text)
			}
		}
		known["expires"] = func(n *yaml.Node) { e.Expires = d.date(n, "expires") }
		d.mapping(item, "an entry of lint.ignores", known)
		if e.Span = d.span(item); len(e.Codes) > 0 {
			e.Span = e.Codes[0].Span
		}
		switch {
		case len(d.found) > said:
		case e.empty():
			d.wrong(item, "this entry must say with code, path or object what it ignores")
		case e.Reason == "":
			d.wrong(item, "this entry must say with reason why the finding does not count")
		}
		l.Ignores = append(l.Ignores, e)
	})
}

// selections reads a list of codes, categories and mappings.
func (d *document) selections(n *yaml.Node, what string) []Selection {
	var list []Selection
	d.items(n, what, func(item *yaml.Node) {
		s := Selection{Span: d.span(item)}
		if item.Kind != yaml.MappingNode {
			w, ok := d.word(item, "an item of "+what)
			if ok {
				s.add(w)
				list = append(list, s)
			}
			return
		}
		said := len(d.found)
		d.mapping(item, "an item of "+what, s.fields(d))
		if s.empty() && len(d.found) == said {
			d.wrong(item, "this item must say code, path or object")
		}
		list = append(list, s)
	})
	return list
}

func (s *Selection) empty() bool { return len(s.Codes)+len(s.Paths)+len(s.Objects) == 0 }

func (s *Selection) add(w Word) {
	s.Codes = append(s.Codes, w)
	s.Selector.Codes = append(s.Selector.Codes, w.Text)
}

func (s *Selection) fields(d *document) fields {
	return fields{
		"code": func(n *yaml.Node) { d.oneOrMore(n, "code", func(w Word, _ *yaml.Node) { s.add(w) }) },
		"path": func(n *yaml.Node) {
			d.oneOrMore(n, "path", func(w Word, at *yaml.Node) {
				if !lint.GoodPattern(w.Text) {
					d.wrong(at, "\"%s\" is not a pattern of paths such as firewall/100.fw or lab/**", diag.Visible(w.Text))
				}
				s.Paths = append(s.Paths, w.Text)
			})
		},
		"object": func(n *yaml.Node) {
			d.oneOrMore(n, "object", func(w Word, at *yaml.Node) {
				o, ok := lint.ParseObject(w.Text)
				if !ok {
					d.wrong(at, "\"%s\" is not an object; write group NAME, ipset NAME, guest VMID, node NAME or vnet NAME", diag.Visible(w.Text))
				}
				s.Objects = append(s.Objects, o)
			})
		},
	}
}

// date reads a day such as 2027-01-31.
func (d *document) date(n *yaml.Node, what string) time.Time {
	w, ok := d.word(n, what)
	if !ok {
		return time.Time{}
	}
	day, err := time.Parse(time.DateOnly, w.Text)
	if err != nil {
		d.wrong(n, "%s must be a day such as 2027-01-31, not \"%s\"", what, diag.Visible(w.Text))
	}
	return day
}

func (d *document) version(n *yaml.Node) {
	w, ok := d.word(n, "version")
	if _, err := strconv.Atoi(w.Text); ok && (err != nil || w.Text != settingsVersion) {
		d.wrong(n, "version must be %s, the only one that this pvefw reads", settingsVersion)
	}
}
