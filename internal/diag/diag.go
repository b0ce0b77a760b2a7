// Package diag owns findings: what a Diagnostic says, the catalogue record of
// the rule behind it, and the renderers. It must not know who found it or why.
// Invariant: a Diagnostic is complete by itself (span, effect, fix), so every
// renderer shows the same facts. Start reading at Diagnostic; renderers are one
// file each (text.go, json.go; for other programs report.go and the files of
// their formats).
package diag

import (
	"sort"

	"github.com/pvefw/pvefw/internal/source"
)

// Severity orders findings; the zero value is the least severe.
type Severity uint8

// The severities, in rising order.
const (
	Info Severity = iota
	Warning
	Error
)

// String is the name used in every output: info, warning, error.
func (s Severity) String() string { return [...]string{"info", "warning", "error"}[s] }

// Rule is the catalogue record of one code. Each package lists its own rules in
// a slice literal; lint/all concatenates them.
type Rule struct {
	Code        string // kebab-case, names the fault: alias-unknown
	Category    string // syntax, reference, value, lockout, dead, noeffect, exposure, ...
	Severity    Severity
	Title       string // one line, no full stop
	Description string // why it matters and what Proxmox does, for pvefw explain
	OptIn       bool   // silent unless somebody asks for it by its code
	Page        Page
}

// Effects says what each daemon does because of the fault, one sentence each;
// empty where it makes no difference.
type Effects struct {
	PVEFirewall     string
	ProxmoxFirewall string
}

// Safety tells whether a fix may be applied without asking.
type Safety uint8

// A Safe fix never changes the meaning of a line that it does not name. An
// Offered one is a beginning that somebody must finish, such as a set that is
// still empty: an editor makes it when asked, and nothing makes it by itself,
// because that would hide the fault.
const (
	Safe Safety = iota
	Unsafe
	Offered
)

// String is safe or unsafe, as scripts know it.
func (s Safety) String() string { return [...]string{"safe", "unsafe", "unsafe"}[s] }

// Fix is a mend: a title and the edits that make it.
type Fix struct {
	Title  string
	Safety Safety
	Edits  []source.Edit
}

// label is the title, with a warning where the fix needs one.
func (f *Fix) label() string {
	switch f.Safety {
	case Unsafe:
		return f.Title + " (changes what the file means)"
	case Offered:
		return f.Title + " (by hand or in an editor; --fix leaves it to you)"
	}
	return f.Title
}

// Related points at another place that explains the finding.
type Related struct {
	Span    source.Span
	Message string
}

// Diagnostic is one finding.
type Diagnostic struct {
	Rule     *Rule
	Severity Severity // starts as Rule.Severity; configuration may change it
	Message  string   // what is wrong, naming the word
	Effect   string   // one sentence: what happens because of it
	Effects  Effects

	// The production daemon's own words. ProxmoxMessage is the reader's text
	// after "FILE (line N)" and its separator, parameter lines joined by \n;
	// ProxmoxRuntimeMessage is the generator's. Empty where it says nothing.
	ProxmoxMessage        string
	ProxmoxRuntimeMessage string

	Span    source.Span // tight; WholeFile for findings about a file
	Related []Related
	Fixes   []Fix
}

// New makes a finding of rule r at span with its default severity.
func New(r *Rule, span source.Span, message string) Diagnostic {
	return Diagnostic{Rule: r, Severity: r.Severity, Message: message, Span: span}
}

// List is an ordered collection of findings.
type List []Diagnostic

// Sort orders by file, place, code and message: the order of every output.
func (l List) Sort() {
	sort.SliceStable(l, func(i, j int) bool {
		a, b := &l[i], &l[j]
		if a.Span != b.Span {
			return a.Span.Less(b.Span)
		}
		if a.Rule.Code != b.Rule.Code {
			return a.Rule.Code < b.Rule.Code
		}
		return a.Message < b.Message
	})
}

// Count returns how many findings have severity s.
func (l List) Count(s Severity) int {
	n := 0
	for i := range l {
		if l[i].Severity == s {
			n++
		}
	}
	return n
}
