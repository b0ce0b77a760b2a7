package lint

import (
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// place is what may hold one finding of a code. Findings about a whole file or
// about no file at all are told apart by their words.
type place struct {
	file    *source.File
	line    int
	code    string
	message string
}

func placeOf(d *diag.Diagnostic) place {
	p := place{file: d.Span.File, code: d.Rule.Code}
	if d.Span.IsZero() || d.Span.WholeFile() {
		p.message = d.Message
	} else {
		p.line = d.Span.From().Line
	}
	return p
}

// merge sorts l and leaves one finding per place. The first one speaks; what the
// others add (another word of the line, a fix, a text of the daemon) is kept
// with it. l itself is reordered.
func merge(l diag.List) diag.List {
	l.Sort()
	at := map[place]int{}
	var out diag.List
	for i := range l {
		p := placeOf(&l[i])
		if first, ok := at[p]; ok {
			absorb(&out[first], &l[i])
			continue
		}
		at[p] = len(out)
		out = append(out, l[i])
	}
	return out
}

// maxRelated bounds what one finding carries: a hostile line can hold any number
// of faults of one kind.
const maxRelated = 16

// absorb adds to d what other says beyond it.
func absorb(d, other *diag.Diagnostic) {
	d.Severity = max(d.Severity, other.Severity)
	d.ProxmoxMessage = joined(d.ProxmoxMessage, other.ProxmoxMessage)
	d.ProxmoxRuntimeMessage = joined(d.ProxmoxRuntimeMessage, other.ProxmoxRuntimeMessage)
	if d.Span == other.Span && d.Message == other.Message {
		return
	}
	if len(d.Related) >= maxRelated {
		return
	}
	also := diag.Related{Span: other.Span, Message: other.Message}
	for _, r := range d.Related {
		if r == also {
			return
		}
	}
	d.Related = append(d.Related[:len(d.Related):len(d.Related)], also)
	d.Fixes = append(d.Fixes[:len(d.Fixes):len(d.Fixes)], other.Fixes...)
}

// joined puts b on a line below a unless a says it already.
func joined(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "" || strings.Contains(a, b):
		return a
	}
	return a + "\n" + b
}
