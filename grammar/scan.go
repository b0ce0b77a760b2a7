package grammar

import (
	"bytes"
	"encoding/binary"
	"math/bits"

	"github.com/alecthomas/participle/v2/lexer"
)

// scan collects the tokens of one line. Its state is a cursor; the functions that
// drive it (one scanner per kind of line) know what may stand where.
type scan struct {
	text []byte
	base int32 // offset of text in the file
	at   int
	tokens
}

// start makes s ready for another line.
func (s *scan) start(text []byte, base int32) {
	s.text, s.base, s.at = text, base, 0
	s.shape, s.words = s.shape[:0], s.words[:0]
}

// isBlank is the daemon's white space inside a line. Byte 0xA0 is not: it only
// counts at the ends of a line (reference/pve-firewall §1.5).
func isBlank(b byte) bool { return b == ' ' || b-'\t' <= '\r'-'\t' }

// isEdge is what the daemon strips at both ends of a line.
func isEdge(b byte) bool { return b == ' ' || b == '\t' || b == 0xA0 }

func (s *scan) done() bool { return s.at >= len(s.text) }

// emit makes a token of the next n bytes.
func (s *scan) emit(kind lexer.TokenType, n int) {
	start := s.base + int32(s.at)
	s.shape = append(s.shape, byte(-kind))
	s.words = append(s.words, Word{start, start + int32(n)})
	s.at += n
}

// pair makes a token of the next n bytes and one of the white space behind them.
func (s *scan) pair(kind lexer.TokenType, n int) {
	start := s.base + int32(s.at)
	end := start + int32(n)
	s.at += n
	gap := countBlanks(s.text[s.at:])
	if gap == 0 {
		s.shape, s.words = append(s.shape, byte(-kind)), append(s.words, Word{start, end})
		return
	}
	s.shape = append(s.shape, byte(-kind), byte(-gapType(s.text[s.at], gap)))
	s.words = append(s.words, Word{start, end}, Word{end, end + int32(gap)})
	s.at += gap
}

// gap emits the white space here, if any, by its size.
func (s *scan) gap() {
	if n := countBlanks(s.text[s.at:]); n > 0 {
		s.emit(gapType(s.text[s.at], n), n)
	}
}

// gapType is the token type of n blanks that begin with first.
func gapType(first byte, n int) lexer.TokenType {
	switch {
	case n > 1:
		return tGap
	case first == ' ':
		return tSpace
	}
	return tBlank
}

// word returns the run of non-blanks here.
func (s *scan) word() []byte {
	rest := s.text[s.at:]
	return rest[:countWord(rest)]
}

// next emits the word here, if any, with the white space behind it.
func (s *scan) next() {
	if n := len(s.word()); n > 0 {
		s.pair(tWord, n)
	}
}

// remainder emits the rest of the line, if any, as one token, however many words
// there are, and the white space that ends it as another.
func (s *scan) remainder() {
	n := len(s.text)
	for n > s.at && isBlank(s.text[n-1]) {
		n--
	}
	if n > s.at {
		s.emit(tText, n-s.at)
	}
	s.gap()
}

// uncomment takes the comment off the text and returns its length.
func (s *scan) uncomment() int {
	i := bytes.IndexByte(s.text, '#')
	if i < 0 {
		return 0
	}
	n := len(s.text) - i
	s.text = s.text[:i]
	return n
}

// comment emits the n bytes that uncomment took off.
func (s *scan) comment(n int) {
	if n > 0 {
		s.at = len(s.text)
		s.emit(tComment, n)
	}
}

func countBlanks(text []byte) int {
	n := 0
	for n < len(text) && isBlank(text[n]) {
		n++
	}
	return n
}

// countWord looks at eight bytes at a time for one that is not above a space;
// only some of those are blanks.
func countWord(text []byte) int {
	const each, high = 0x0101010101010101, 0x8080808080808080
	n := 0
	for ; n+8 <= len(text); n += 8 {
		x := binary.LittleEndian.Uint64(text[n:])
		if low := (x - each*(' '+1)) &^ x & high; low != 0 {
			n += bits.TrailingZeros64(low) / 8
			break
		}
	}
	for n < len(text) && !isBlank(text[n]) {
		n++
	}
	return n
}

// folds reports whether word is name, which has small letters only, in any case.
func folds(word []byte, name string) bool {
	if len(word) != len(name) {
		return false
	}
	for i, b := range word {
		if b|0x20 != name[i] {
			return false
		}
	}
	return true
}

// lower is text in lower case, ASCII only, as the daemon folds raw bytes.
func lower(text []byte) string {
	out := make([]byte, len(text))
	for i, b := range text {
		if b >= 'A' && b <= 'Z' {
			b += 'a' - 'A'
		}
		out[i] = b
	}
	return string(out)
}
