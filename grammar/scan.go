package grammar

import (
	"bytes"
	"encoding/binary"
	"math/bits"

	"github.com/alecthomas/participle/v2/lexer"
)

// scan collects the tokens of lines. Its state is a cursor; the functions that
// drive it (one scanner per kind of line) know what may stand where.
type scan struct {
	text   []byte                 // a whole file, or a line alone
	marks  marks                  // of text
	at     int                    // place in text
	end    int                    // of the line, less what has been taken off
	tokens                        // room
	n      int                    // index of the next token
	sign   struct{ from, at int } // see nextSign
}

// alone returns the tokens of a line of its own, with places that count from its
// beginning.
func alone(by scanner, text []byte) tokens {
	s := &scan{text: text, marks: mark(nil, text)}
	return s.split(by, Word{0, int32(len(text))})
}

// split scans a line, or any part of one; the result is valid until the next call.
func (s *scan) split(by scanner, line Word) tokens {
	s.at, s.end, s.n = int(line.Start), int(line.End), 0
	if most := s.end - s.at + 1; most > len(s.shape) {
		s.shape, s.starts = make([]byte, 2*most), make([]int32, 2*most)
	}
	by(s)
	s.starts[s.n] = int32(s.at)
	return tokens{s.shape[:s.n], s.starts[:s.n+1]}
}

// isBlank is the daemon's white space inside a line. Byte 0xA0 is not: it only
// counts at the ends of a line (reference/pve-firewall §1.5).
func isBlank(b byte) bool { return b == ' ' || b-'\t' <= '\r'-'\t' }

// isEdge is what the daemon strips at both ends of a line.
func isEdge(b byte) bool { return b == ' ' || b == '\t' || b == 0xA0 }

func (s *scan) done() bool { return s.at >= s.end }

// rest is what has not been scanned.
func (s *scan) rest() []byte { return s.text[s.at:s.end] }

// emit makes a token of the next n bytes.
func (s *scan) emit(kind lexer.TokenType, n int) {
	s.shape[s.n], s.starts[s.n] = byte(-kind), int32(s.at)
	s.n++
	s.at += n
}

// pair makes a token of the next n bytes and one of the white space behind them.
func (s *scan) pair(kind lexer.TokenType, n int) {
	s.emit(kind, n)
	s.gap()
}

// gap emits the white space here, if any, by its size; a single space goes with
// the token in front.
func (s *scan) gap() {
	n := countBlanks(s.rest())
	switch {
	case n == 0:
	case n == 1 && s.text[s.at] == ' ' && s.n > 0:
		s.shape[s.n-1] |= oneSpace
		s.at++
	default:
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

// run is the word here.
func (s *scan) run() []byte {
	rest := s.rest()
	return rest[:countWord(rest)]
}

// next emits the word here, if any, with the white space behind it.
func (s *scan) next() {
	if n := len(s.run()); n > 0 {
		s.pair(tWord, n)
	}
}

// remainder emits the rest of the line, if any, as one token, however many words
// there are, and the white space that ends it as another.
func (s *scan) remainder() {
	n := s.end
	for n > s.at && isBlank(s.text[n-1]) {
		n--
	}
	if n > s.at {
		s.emit(tText, n-s.at)
	}
	s.gap()
}

// uncomment takes the comment off the line and returns its length.
func (s *scan) uncomment() int {
	i := bytes.IndexByte(s.rest(), '#')
	if i < 0 {
		return 0
	}
	n := s.end - s.at - i
	s.end -= n
	return n
}

// comment emits the n bytes that uncomment took off.
func (s *scan) comment(n int) {
	if n > 0 {
		s.at = s.end
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
