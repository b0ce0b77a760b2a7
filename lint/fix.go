package lint

import (
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// Mend is one fix of a finding that is made or to be made.
type Mend struct {
	Finding diag.Diagnostic
	Fix     diag.Fix
}

// Choose picks a fix for every finding that has one and leaves out those that
// get in each other's way: the graver finding comes first, then the earlier
// place. Without unsafe only safe fixes count; of several the first is taken.
// Fixes that edit anything but the given files are not made.
func Choose(found diag.List, unsafe bool, files []*source.File) []Mend {
	ours := map[*source.File]bool{}
	for _, f := range files {
		ours[f] = true
	}
	var all []Mend
	for _, d := range found {
		if fix, ok := firstFix(&d, unsafe); ok {
			all = append(all, Mend{d, fix})
		}
	}
	slices.SortStableFunc(all, func(a, b Mend) int { return int(b.Finding.Severity) - int(a.Finding.Severity) })
	taken := editedPlaces{}
	return slices.DeleteFunc(all, func(m Mend) bool {
		for _, e := range m.Fix.Edits {
			if !ours[e.Span.File] || taken.meet(e) {
				return true
			}
		}
		taken.add(m.Fix.Edits)
		return false
	})
}

// firstFix is the fix of a finding that would be made, if there is one. Nobody
// asked for what is only offered.
func firstFix(d *diag.Diagnostic, unsafe bool) (diag.Fix, bool) {
	for _, f := range d.Fixes {
		if len(f.Edits) > 0 && (f.Safety == diag.Safe || unsafe && f.Safety == diag.Unsafe) {
			return f, true
		}
	}
	return diag.Fix{}, false
}

// Apply makes mends that Choose has picked, or any part of them, and returns the
// files that change with what becomes of them.
func Apply(mends []Mend) map[*source.File]*source.File {
	edits := map[*source.File][]source.Edit{}
	for _, m := range mends {
		for _, e := range m.Fix.Edits {
			edits[e.Span.File] = append(edits[e.Span.File], e)
		}
	}
	changed := map[*source.File]*source.File{}
	for f, list := range edits {
		text, err := source.Apply(f, list)
		if err != nil {
			panic("unreachable: " + err.Error())
		}
		if string(text) != string(f.Bytes()) {
			changed[f] = source.NewFile(f.Name(), text)
		}
	}
	return changed
}

// editedPlaces are the lines that fixes have touched already, by file. Two fixes
// for one line wait for each other: the second was found in a text that the first
// changes.
type editedPlaces map[*source.File]map[int]bool

func (p editedPlaces) meet(e source.Edit) bool {
	first, last := touched(e)
	for n := first; n <= last; n++ {
		if p[e.Span.File][n] {
			return true
		}
	}
	return false
}

func (p editedPlaces) add(edits []source.Edit) {
	for _, e := range edits {
		if p[e.Span.File] == nil {
			p[e.Span.File] = map[int]bool{}
		}
		first, last := touched(e)
		for n := first; n <= last; n++ {
			p[e.Span.File][n] = true
		}
	}
}

// touched are the lines that an edit changes, from first to last. What is put in
// between two lines belongs to the upper one, so that it happens once.
func touched(e source.Edit) (first, last int) {
	from, to := e.Span.From(), e.Span.To()
	switch {
	case isInsertion(e):
		return from.Line - 1, from.Line - 1
	case to.Line > from.Line && to.Column == 1 && (endsLine(e.Text) || e.Text == "" && from.Column == 1):
		return from.Line, to.Line - 1
	}
	return from.Line, to.Line
}

// isInsertion tells that an edit puts whole lines between two others.
func isInsertion(e source.Edit) bool {
	return e.Span.Start == e.Span.End && e.Span.From().Column == 1 && endsLine(e.Text)
}

func endsLine(text string) bool { return strings.HasSuffix(text, "\n") }
