package diag

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tabWidth is how many cells a tab takes in a shown line, wherever it stands:
// a window into a long line does not know the column it begins at.
const tabWidth = 4

// Visible makes untrusted text safe to print: whatever is not a printable
// character (control characters, bytes that are not UTF-8, blanks other than
// the plain one, characters that turn the text around) is shown as an escape.
func Visible(text string) string {
	if isPlain(text) {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		r, n := utf8.DecodeRuneInString(text)
		b.WriteString(glyph(r, text[:n]))
		text = text[n:]
	}
	return b.String()
}

// isPlain reports whether all of a text is printable ASCII, as nearly all texts are.
func isPlain(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// glyph is what is shown for one rune, given the bytes it was made of.
func glyph(r rune, raw string) string {
	switch {
	case r == utf8.RuneError && len(raw) == 1:
		return fmt.Sprintf(`\x%02x`, raw[0])
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return strings.Repeat(" ", tabWidth)
	case unicode.IsPrint(r):
		return raw
	case r < 0x80:
		return fmt.Sprintf(`\x%02x`, r)
	case r < 0x10000:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}

// cells is how many terminal cells a glyph takes.
func cells(g string) int {
	n := 0
	for _, r := range g {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me):
		case isWide(r):
			n += 2
		default:
			n++
		}
	}
	return n
}

// wide are the blocks that terminals show two cells wide (Unicode Standard
// Annex 11, classes W and F, rounded to whole blocks).
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x1100, 0x115F, 1}, {0x2E80, 0x303E, 1}, {0x3041, 0x33FF, 1}, {0x3400, 0x4DBF, 1}, {0x4E00, 0x9FFF, 1},
		{0xA000, 0xA4CF, 1}, {0xA960, 0xA97F, 1}, {0xAC00, 0xD7A3, 1}, {0xF900, 0xFAFF, 1}, {0xFE30, 0xFE6F, 1},
		{0xFF00, 0xFF60, 1}, {0xFFE0, 0xFFE6, 1},
	},
	R32: []unicode.Range32{
		{0x16FE0, 0x18AFF, 1}, {0x1B000, 0x1B2FF, 1}, {0x1F300, 0x1F64F, 1}, {0x1F680, 0x1F6FF, 1},
		{0x1F900, 0x1F9FF, 1}, {0x20000, 0x3FFFD, 1},
	},
}

func isWide(r rune) bool { return r >= 0x1100 && unicode.Is(wide, r) }

// isFormat reports invisible characters that change how text is laid out.
func isFormat(r rune) bool { return unicode.Is(unicode.Cf, r) }
