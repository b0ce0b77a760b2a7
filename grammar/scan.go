package grammar

import (
	"bytes"

	"github.com/alecthomas/participle/v2/lexer"
)

// scan collects the tokens of one line. Its state is a cursor; the functions that
// drive it (one scanner per kind of line) know what may stand where.
type scan struct {
	text   []byte
	base   int32 // offset of text in the file
	at     int
	tokens []token
}

func newScan(text []byte, base int32) *scan {
	return &scan{text: text, base: base, tokens: make([]token, 0, 16)}
}

// isBlank is the daemon's white space inside a line. Byte 0xA0 is not: it only
// counts at the ends of a line (reference/pve-firewall §1.5).
func isBlank(b byte) bool { return b == ' ' || b >= '\t' && b <= '\r' }

// isEdge is what the daemon strips at both ends of a line.
func isEdge(b byte) bool { return b == ' ' || b == '\t' || b == 0xA0 }

func (s *scan) done() bool { return s.at >= len(s.text) }

// emit makes a token of the next n bytes.
func (s *scan) emit(kind lexer.TokenType, n int) {
	start := s.base + int32(s.at)
	s.tokens = append(s.tokens, token{kind, Word{start, start + int32(n)}})
	s.at += n
}

// gap emits the white space here, if any, by its size.
func (s *scan) gap() {
	n := countBlanks(s.text[s.at:])
	switch {
	case n == 1 && s.text[s.at] == ' ':
		s.emit(tSpace, 1)
	case n == 1:
		s.emit(tBlank, 1)
	case n > 1:
		s.emit(tGap, n)
	}
}

// word returns the run of non-blanks here.
func (s *scan) word() []byte {
	rest := s.text[s.at:]
	return rest[:countWord(rest)]
}

// words emits the rest of the line as words.
func (s *scan) words() {
	for !s.done() {
		if n := countWord(s.text[s.at:]); n > 0 {
			s.emit(tWord, n)
		}
		s.gap()
	}
}

// remainder emits the rest of the line, if any, as one word.
func (s *scan) remainder() []token {
	if !s.done() {
		s.emit(tWord, len(s.text)-s.at)
	}
	return s.tokens
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
func (s *scan) comment(n int) []token {
	if n > 0 {
		s.at = len(s.text)
		s.emit(tComment, n)
	}
	return s.tokens
}

func countBlanks(text []byte) int {
	n := 0
	for n < len(text) && isBlank(text[n]) {
		n++
	}
	return n
}

func countWord(text []byte) int {
	n := 0
	for n < len(text) && !isBlank(text[n]) {
		n++
	}
	return n
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
