package config

import (
	"fmt"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// mostFindings bounds what a file makes us remember and people read, beside the
// findings of the lexer, which has a bound of its own. Real files have a few.
const mostFindings = 1 << 12

// quiet counts what is not told any more.
type quiet struct {
	untold int
	first  source.Span
}

// say adds a finding and returns it for details.
func (f *reader) say(rule *diag.Rule, span source.Span, message string) *diag.Diagnostic {
	return f.tell(diag.New(rule, span, message))
}

// tell adds a finding. Behind the bound nobody sees what it returns.
func (f *reader) tell(d diag.Diagnostic) *diag.Diagnostic {
	if f.told >= mostFindings {
		if f.quiet.untold++; f.quiet.untold == 1 {
			f.quiet.first = d.Span
		}
		return &d
	}
	f.told++
	f.list = append(f.list, d)
	return &f.list[len(f.list)-1]
}

// untold stands for the findings behind the bound.
func (f *reader) untold() {
	if f.quiet.untold == 0 {
		return
	}
	d := diag.New(tooManyFaults, f.quiet.first, fmt.Sprintf("%d more findings about lines of the file are left out", f.quiet.untold))
	d.Effect = "Lines without a finding from here on may be faulty as well."
	f.list = append(f.list, d)
}
