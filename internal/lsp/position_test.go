package lsp

import (
	"strings"
	"testing"
	"unicode/utf8"

	"go.lsp.dev/protocol"
	"pgregory.net/rapid"
)

func TestPositions(t *testing.T) {
	text := []byte("a𝄞é\r\nb\rc\xffd\n\n")
	for offset, want := range map[int]struct{ utf16, utf8 protocol.Position }{
		0:  {at(0, 0), at(0, 0)},
		1:  {at(0, 1), at(0, 1)},
		5:  {at(0, 3), at(0, 5)}, // behind a character of four bytes, two code units
		7:  {at(0, 4), at(0, 7)},
		8:  {at(0, 4), at(0, 7)}, // between CR and LF is the end of the line
		9:  {at(1, 0), at(1, 0)},
		11: {at(2, 0), at(2, 0)}, // a CR alone ends a line
		13: {at(2, 2), at(2, 4)}, // what is no UTF-8 is a replacement character for the client
		15: {at(3, 0), at(3, 0)},
		16: {at(4, 0), at(4, 0)},
		99: {at(4, 0), at(4, 0)},
	} {
		if got := newLines(text, false).position(offset); got != want.utf16 {
			t.Errorf("offset %d: %v, want %v", offset, got, want.utf16)
		}
		if got := newLines(text, true).position(offset); got != want.utf8 {
			t.Errorf("offset %d in UTF-8: %v, want %v", offset, got, want.utf8)
		}
	}
	for p, want := range map[protocol.Position]int{at(0, 2): 1, at(0, 3): 5, at(0, 99): 7, at(1, 9): 10, at(9, 9): len(text), at(2, 2): 13} {
		if got := newLines(text, false).offset(p); got != want {
			t.Errorf("%v is at %d, want %d", p, got, want)
		}
	}
}

func at(line, character uint32) protocol.Position {
	return protocol.Position{Line: line, Character: character}
}

// Law: the place of a character leads back to it, in both encodings.
func TestPositionsLeadBack(t *testing.T) {
	piece := rapid.SampledFrom([]string{"a", "é", "𝄞", "\r", "\n", "\r\n", "\xff", "\x00", " "})
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "pieces"), ""))
		l := newLines(text, rapid.Bool().Draw(t, "utf8"))
		for offset := 0; offset < len(text); {
			between := offset > 0 && text[offset] == '\n' && text[offset-1] == '\r'
			if got := l.offset(l.position(offset)); got != offset && !between {
				t.Fatalf("%q: %d is %v is %d", text, offset, l.position(offset), got)
			}
			_, n := utf8.DecodeRune(text[offset:])
			offset += n
		}
	})
}
