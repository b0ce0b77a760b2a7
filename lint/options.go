package lint

import (
	"slices"

	"github.com/pvefw/pvefw/internal/diag"
)

// Options change which findings are told, and how loudly.
type Options struct {
	Disable []string // codes and categories that are not told; overrule Switches
	Enable  []string // codes and categories that are told although something disables them
	// Switches come from settings. The most specific that fits decides: one for
	// places before one for all, a code before a category, on before off.
	Switches []Switch
	Severity map[string]diag.Severity // by code or category; the code wins
	Ignores  *Ignores                 // nil: none
	// Catalog is every rule there is. With it, directives that ignore nothing
	// and those that name no rule are findings.
	Catalog []*diag.Rule
	// Path turns a file's name into the path that patterns are about; nil leaves
	// it as it is.
	Path func(name string) string
	// Known, if set, picks the findings that are told from those that remain: the
	// others are known already.
	Known Filter
}

// Filter says for each finding whether it is kept. Identities are those of the
// findings, in the same order.
type Filter func(found diag.List, ids []Identity) (keep []bool)

// rank orders switches by how specific they are; the highest decides.
func rank(s *Switch, byCode, flag bool) int {
	n := 1
	for i, is := range []bool{s.On, byCode, s.scoped(), flag} {
		if is {
			n += 1 << i
		}
	}
	return n
}

// tells decides whether a finding is told.
func (o *Options) tells(r *diag.Rule, at *Place) bool {
	s := o.decide(r, func(s *Switch) bool { return s.fits(r, at) })
	return s == nil && !r.OptIn || s != nil && s.On
}

// off reports a rule that is told nowhere: it is disabled, or nobody has asked
// for it although it only speaks when asked.
func (o *Options) off(r *diag.Rule) bool {
	on, _, somewhere := o.Told(r)
	somewhere = somewhere && slices.ContainsFunc(o.Switches, func(s Switch) bool {
		is, _ := s.names(r)
		return is && s.On && s.scoped()
	})
	return !on && !somewhere
}

// Told says whether findings of a rule are told, who decides that ("" for nobody),
// and whether it is otherwise in some places.
func (o *Options) Told(r *diag.Rule) (on bool, from string, somewhere bool) {
	on = !r.OptIn
	if s := o.decide(r, func(s *Switch) bool { return !s.scoped() }); s != nil {
		on, from = s.On, s.From
	}
	for i := range o.Switches {
		is, _ := o.Switches[i].names(r)
		somewhere = somewhere || is && o.Switches[i].scoped() && o.Switches[i].On != on
	}
	return on, from, somewhere
}

// decide finds the highest switch about r of those that apply; nil without any.
func (o *Options) decide(r *diag.Rule, applies func(*Switch) bool) (found *Switch) {
	best := 0
	look := func(s *Switch, flag bool) {
		is, byCode := s.names(r)
		if n := rank(s, byCode, flag); is && n > best && applies(s) {
			found, best = s, n
		}
	}
	for i := range o.Switches {
		look(&o.Switches[i], false)
	}
	if len(o.Disable) > 0 {
		look(&Switch{Selector: Selector{Codes: o.Disable}, From: "--disable"}, true)
	}
	if len(o.Enable) > 0 {
		look(&Switch{Selector: Selector{Codes: o.Enable}, On: true, From: "--enable"}, true)
	}
	return found
}

// offCode is off for a code that may be none.
func (o *Options) offCode(code string) bool {
	for _, r := range o.Catalog {
		if r.Code == code {
			return o.off(r)
		}
	}
	return o.off(&diag.Rule{Code: code})
}

// Off reports whether findings of a rule are told nowhere.
func (o *Options) Off(r *diag.Rule) bool { return o.off(r) }

// SeverityOf is how loudly findings of a rule are told.
func (o *Options) SeverityOf(r *diag.Rule) (diag.Severity, bool) {
	s, ok := o.Severity[r.Code]
	if !ok {
		s, ok = o.Severity[r.Category]
	}
	return s, ok
}

// keep leaves the findings that the options want, with the severities they want.
func (o *Options) keep(l diag.List, x *index) diag.List {
	for i := range l {
		if s, ok := o.SeverityOf(l[i].Rule); ok {
			l[i].Severity = s
		}
	}
	return slices.DeleteFunc(l, func(d diag.Diagnostic) bool { return !o.tells(d.Rule, x.place(&d)) })
}

// path is what patterns see of a file's name.
func (o *Options) path(name string) string {
	if o.Path == nil {
		return name
	}
	return o.Path(name)
}

// AllOf keeps what all filters keep. Each of them sees all findings.
func AllOf(filters ...Filter) Filter {
	return func(found diag.List, ids []Identity) []bool {
		keep := make([]bool, len(found))
		for i := range keep {
			keep[i] = true
		}
		for _, f := range filters {
			for i, kept := range f(found, ids) {
				keep[i] = keep[i] && kept
			}
		}
		return keep
	}
}
