package source

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPosCountsCodePoints(t *testing.T) {
	f := NewFile("a.fw", []byte("é x\r\n\xff\xfey\n\nlast"))
	for offset, want := range map[int]Pos{
		0:   {1, 1},
		2:   {1, 2}, // behind é, two bytes
		5:   {1, 5}, // the line feed belongs to its line
		6:   {2, 1},
		8:   {2, 3}, // two bytes that are no UTF-8 count as one each
		10:  {3, 1},
		11:  {4, 1},
		15:  {4, 5}, // the end of the file
		99:  {4, 5},
		-10: {1, 1},
	} {
		if got := f.Pos(offset); got != want {
			t.Errorf("offset %d: %v, want %v", offset, got, want)
		}
	}
	if f.LineCount() != 4 || f.Line(2).Text() != "\xff\xfey" || f.Line(4).Text() != "last" || !f.Line(9).WholeFile() {
		t.Errorf("lines: %d, %q, %q", f.LineCount(), f.Line(2).Text(), f.Line(4).Text())
	}
}

func TestSpanNames(t *testing.T) {
	f := NewFile("dir/a.fw", []byte("one\ntwo"))
	for span, want := range map[Span]string{
		{}:           "-",
		f.Span(0, 0): "dir/a.fw",
		f.Span(4, 7): "dir/a.fw:2:1",
		f.Span(5, 6): "dir/a.fw:2:2",
	} {
		if got := span.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if from, to := f.Span(4, 7).From(), f.Span(4, 7).To(); from != (Pos{2, 1}) || to != (Pos{2, 4}) {
		t.Errorf("from %v to %v: the end is exclusive", from, to)
	}
}

// Law: edits at random places give what replacing the pieces by hand gives, in
// whatever order they come.
func TestApplyReplacesPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOfN(rapid.StringN(0, 4, -1), 1, 9).Draw(t, "pieces")
		f := NewFile("f", []byte(strings.Join(pieces, "")))
		var edits []Edit
		var want strings.Builder
		at := 0
		for i, piece := range pieces {
			if i%2 == 1 && piece != "" {
				text := rapid.StringN(0, 3, -1).Draw(t, "text")
				edits = append(edits, Edit{f.Span(at, at+len(piece)), text})
				want.WriteString(text)
			} else {
				want.WriteString(piece)
			}
			at += len(piece)
		}
		got, err := Apply(f, rapid.Permutation(edits).Draw(t, "order"))
		if err != nil || !bytes.Equal(got, []byte(want.String())) {
			t.Fatalf("got %q, %v; want %q", got, err, want.String())
		}
	})
}

func TestApplyRefusesNonsense(t *testing.T) {
	f, other := NewFile("f", []byte("abcdef")), NewFile("g", []byte("abcdef"))
	for name, edits := range map[string][]Edit{
		"overlap":    {{f.Span(0, 3), "x"}, {f.Span(2, 4), "y"}},
		"other file": {{other.Span(0, 1), "x"}},
	} {
		if text, err := Apply(f, edits); err == nil {
			t.Errorf("%s: no error, %q", name, text)
		}
	}
}
