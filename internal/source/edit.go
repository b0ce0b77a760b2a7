package source

import (
	"fmt"
	"sort"
)

// Edit replaces the text under Span by Text.
type Edit struct {
	Span Span
	Text string
}

// Apply returns f's content with the edits made. Edits of other files are an
// error, and so are edits that overlap; their order does not matter.
func Apply(f *File, edits []Edit) ([]byte, error) {
	sorted := append([]Edit(nil), edits...)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].Span.Less(sorted[j].Span) })
	var out []byte
	at := int32(0)
	for _, e := range sorted {
		if e.Span.File != f {
			return nil, fmt.Errorf("edit of %s applied to %s", e.Span, f.name)
		}
		if e.Span.Start < at {
			return nil, fmt.Errorf("edits overlap at %s", e.Span)
		}
		out = append(out, f.data[at:e.Span.Start]...)
		out = append(out, e.Text...)
		at = e.Span.End
	}
	return append(out, f.data[at:]...), nil
}
