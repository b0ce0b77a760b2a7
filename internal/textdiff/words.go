package textdiff

import (
	"strings"
	"unicode/utf8"
)

// Part is a stretch of text with one operation.
type Part struct {
	Op   Op
	Text string
}

// Words compares two texts, usually two forms of one line, word by word. The
// parts that are not inserted make the old text, those that are not deleted the
// new one; deletions stand before insertions. It is nil for two empty texts.
func Words(old, new string) []Part {
	a, b := words(old), words(new)
	var parts []Part
	i, j := 0, 0
	for _, r := range script(a, b) {
		text := a[i:]
		if r.op == Insert {
			text = b[j:]
		}
		parts = append(parts, Part{Op: r.op, Text: strings.Join(text[:r.n], "")})
		i, j = r.advance(i, j)
	}
	return parts
}

// words splits a text into runs of blanks, runs of letters and digits, and single
// other characters, so that one part of an address or a port list can differ.
func words(text string) []string {
	var tokens []string
	for text != "" {
		first := class(text[0])
		end := 1
		for first != otherByte && end < len(text) && class(text[end]) == first {
			end++
		}
		tokens = append(tokens, text[:end])
		text = text[end:]
	}
	return tokens
}

const (
	otherByte = iota
	blankByte
	wordByte
)

// class sorts a byte; bytes of characters beyond ASCII belong to words.
func class(c byte) int {
	switch {
	case c == ' ' || c == '\t':
		return blankByte
	case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_', c >= utf8.RuneSelf:
		return wordByte
	}
	return otherByte
}
