package grammar

import (
	"bytes"
	"encoding/binary"

	"github.com/alecthomas/participle/v2/lexer"
)

// Nearly all rules of all files are written like this: a bar or none, words with
// one space between them, capital types, flags that exist, a comment or none. The
// functions of this file make the same tokens of such a line as anyRule, in less
// time. They give up, with nothing done, where anything is different.

// usualRule wants a line that is not empty.
func (s *scan) usualRule() bool {
	at, n, stop := s.at, s.n, min(s.end, s.nextSign())
	if s.text[at] == '|' {
		s.shape[n], s.starts[n] = byte(-tBar), int32(at)
		n++
		at++
	}
	words := s.marks.from(at)
	end := words.place()
	kind := wordKind(s.text, at, end)
	if end+1 >= stop || kind != tDirection && kind != tGroup || !s.single(end) {
		return false
	}
	s.shape[n], s.starts[n] = byte(-kind)|oneSpace, int32(at)
	n++
	at, end = end+1, min(words.place(), stop)
	if kind == tDirection && s.text[end-1] == ')' {
		verdict := callLength(s.text[at:end])
		if verdict == 0 {
			return false
		}
		open := end - 2 - verdict
		s.shape[n], s.starts[n] = byte(-tMacro), int32(at)
		s.shape[n+1], s.starts[n+1] = byte(-tLeftParen), int32(open)
		s.shape[n+2], s.starts[n+2] = byte(-tVerdict), int32(open+1)
		s.shape[n+3], s.starts[n+3] = byte(-tRightParen), int32(end-1)
		n += 4
	} else {
		s.shape[n], s.starts[n] = byte(-tWord), int32(at)
		n++
	}
	return s.usualParameters(words, end, stop, n)
}

// nextSign is the place of the next # of the text, in whatever line. Most lines
// have none, so what was found is kept.
func (s *scan) nextSign() int {
	if s.at < s.sign.from || s.at >= s.sign.at {
		s.sign.from, s.sign.at = s.at, len(s.text)
		if n := bytes.IndexByte(s.text[s.at:], '#'); n >= 0 {
			s.sign.at = s.at + n
		}
	}
	return s.sign.at
}

// single reports whether a single space stands at a place.
func (s *scan) single(at int) bool { return s.text[at] == ' ' && s.text[at+1] > ' ' }

// usualParameters begins behind the action.
func (s *scan) usualParameters(words walk, at, stop, n int) bool {
	text, shape, starts := s.text, s.shape, s.starts
	for at < stop {
		if text[at] != ' ' {
			return false
		}
		shape[n-1] |= oneSpace
		at++
		if at == stop {
			break
		}
		flagEnd := words.place()
		kind := wordKind(text, at, flagEnd)
		if flagEnd+1 >= stop || kind > tIface || kind == tLevel || !s.single(flagEnd) {
			return false
		}
		end := min(words.place(), stop)
		value := tWord
		if kind == tLog {
			if value = wordKind(text, flagEnd+1, end); value != tLevel {
				return false
			}
		}
		shape[n], starts[n] = byte(-kind)|oneSpace, int32(at)
		shape[n+1], starts[n+1] = byte(-value), int32(flagEnd+1)
		n += 2
		at = end
	}
	s.n, s.at = n, stop
	if stop < s.end {
		s.emit(tComment, s.end-stop)
	}
	return true
}

// callLength is the length of the verdict in NAME(VERDICT), 0 for other words.
func callLength(word []byte) int {
	const accept, reject, drop = "(ACCEPT)", "(REJECT)", "(DROP)"
	if n := len(word) - len(accept); n > 0 {
		if end := string(word[n:]); end == accept || end == reject {
			return len(accept) - 2
		}
	}
	if n := len(word) - len(drop); n > 0 && string(word[n:]) == drop {
		return len(drop) - 2
	}
	return 0
}

// wordTable finds types and flags without a comparison of letters: the eight
// bytes of a word as a number, times a number that was found by trying, give a
// place of its own for each.
var wordTable = func() (table [1 << tableBits]struct {
	key  uint64
	kind lexer.TokenType
}) {
	for word, kind := range map[string]lexer.TokenType{
		"IN": tDirection, "OUT": tDirection, "FORWARD": tDirection, "GROUP": tGroup,
		"-i": tIface, "-p": tProto, "-proto": tProto, "--proto": tProto,
		"-source": tSource, "--source": tSource, "-dest": tDest, "--dest": tDest,
		"-dport": tDPort, "--dport": tDPort, "-sport": tSPort, "--sport": tSPort,
		"-log": tLog, "--log": tLog,
		"emerg": tLevel, "alert": tLevel, "crit": tLevel, "err": tLevel, "warning": tLevel,
		"notice": tLevel, "info": tLevel, "debug": tLevel, "nolog": tLevel,
	} {
		var eight [8]byte
		copy(eight[:], word)
		key := binary.LittleEndian.Uint64(eight[:])
		table[key*tableFactor>>(64-tableBits)] = struct {
			key  uint64
			kind lexer.TokenType
		}{key, kind}
	}
	return table
}()

const (
	tableBits   = 6
	tableFactor = 0xF337E8B1C77546D7
)

// wordKind is the type of the word text[at:end], tWord where it is none of the
// table.
func wordKind(text []byte, at, end int) lexer.TokenType {
	if n := end - at; n <= 8 && at+8 <= len(text) {
		key := binary.LittleEndian.Uint64(text[at:]) & (1<<(8*n) - 1)
		if slot := &wordTable[key*tableFactor>>(64-tableBits)]; slot.key == key && n > 0 {
			return slot.kind
		}
	}
	return tWord
}
