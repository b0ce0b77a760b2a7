package cli

import (
	"encoding/json"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// findingCode writes findings down and reads them back, for files that have the
// same bytes in both.
type findingCode struct {
	files  []*source.File
	number map[*source.File]int
	rules  map[string]*diag.Rule
}

func newFindingCode(files []*source.File, rules []*diag.Rule) *findingCode {
	c := &findingCode{files: files, number: map[*source.File]int{}, rules: map[string]*diag.Rule{}}
	for i, f := range files {
		c.number[f] = i
	}
	for _, r := range rules {
		c.rules[r.Code] = r
	}
	return c
}

// place is a span: file, start and end. A finding may be about no file: nil.
type place *[3]int

type storedFinding struct {
	Code     string        `json:"c"`
	Severity uint8         `json:"s"`
	Texts    [6]string     `json:"t"` // message, effect, both effects, both messages
	At       place         `json:"a"`
	Related  []storedWords `json:"r,omitempty"`
	Fixes    []storedFix   `json:"f,omitempty"`
}

type storedWords struct {
	At   place  `json:"a"`
	Text string `json:"t"`
}

type storedFix struct {
	Title  string        `json:"t"`
	Safety uint8         `json:"s"`
	Edits  []storedWords `json:"e"`
}

// encode fails for findings in files that are no input.
func (c *findingCode) encode(l diag.List) ([]byte, bool) {
	ok := true
	at := func(s source.Span) place {
		if s.File == nil {
			return nil
		}
		n, known := c.number[s.File]
		ok = ok && known
		return &[3]int{n, int(s.Start), int(s.End)}
	}
	out := make([]storedFinding, 0, len(l))
	for i := range l {
		d := &l[i]
		s := storedFinding{Code: d.Rule.Code, Severity: uint8(d.Severity), At: at(d.Span),
			Texts: [6]string{d.Message, d.Effect, d.Effects.PVEFirewall, d.Effects.ProxmoxFirewall, d.ProxmoxMessage, d.ProxmoxRuntimeMessage}}
		for _, r := range d.Related {
			s.Related = append(s.Related, storedWords{at(r.Span), r.Message})
		}
		for _, f := range d.Fixes {
			fix := storedFix{Title: f.Title, Safety: uint8(f.Safety)}
			for _, e := range f.Edits {
				fix.Edits = append(fix.Edits, storedWords{at(e.Span), e.Text})
			}
			s.Fixes = append(s.Fixes, fix)
		}
		out = append(out, s)
	}
	data, err := json.Marshal(out)
	return data, ok && err == nil
}

// decode fails for anything that encode would not have written for these files.
func (c *findingCode) decode(data []byte) (diag.List, bool) {
	var list []storedFinding
	if json.Unmarshal(data, &list) != nil {
		return nil, false
	}
	ok := true
	at := func(p place) source.Span {
		if p == nil {
			return source.Span{}
		}
		n, start, end := p[0], p[1], p[2]
		if n < 0 || n >= len(c.files) || start < 0 || end < start || end > len(c.files[n].Bytes()) {
			ok = false
			return source.Span{}
		}
		return c.files[n].Span(start, end)
	}
	var out diag.List
	for _, s := range list {
		rule := c.rules[s.Code]
		if rule == nil || s.Severity > uint8(diag.Error) {
			return nil, false
		}
		d := diag.Diagnostic{Rule: rule, Severity: diag.Severity(s.Severity), Message: s.Texts[0], Effect: s.Texts[1],
			Effects:        diag.Effects{PVEFirewall: s.Texts[2], ProxmoxFirewall: s.Texts[3]},
			ProxmoxMessage: s.Texts[4], ProxmoxRuntimeMessage: s.Texts[5], Span: at(s.At)}
		for _, r := range s.Related {
			d.Related = append(d.Related, diag.Related{Span: at(r.At), Message: r.Text})
		}
		for _, f := range s.Fixes {
			fix := diag.Fix{Title: f.Title, Safety: diag.Safety(min(f.Safety, uint8(diag.Offered)))}
			for _, e := range f.Edits {
				fix.Edits = append(fix.Edits, source.Edit{Span: at(e.At), Text: e.Text})
			}
			d.Fixes = append(d.Fixes, fix)
		}
		out = append(out, d)
	}
	return out, ok
}
