package grammar

import (
	"bytes"

	"github.com/alecthomas/participle/v2/lexer"
)

// The scanners of everything but rules. Each gets the trimmed text of a line.

// keyword returns tWord for a word that is none.
func keyword(word []byte) lexer.TokenType {
	switch {
	case folds(word, "options"):
		return tOptionsKeyword
	case folds(word, "aliases"):
		return tAliasesKeyword
	case folds(word, "rules"):
		return tRulesKeyword
	case folds(word, "group"):
		return tGroupKeyword
	case folds(word, "ipset"):
		return tIPSetKeyword
	}
	return tWord
}

// scanHeader emits Open, a keyword, for groups and sets a name, Close and what
// follows. What cannot belong to a header comes out as one word, which fits
// nowhere: the line may be of any length.
func scanHeader(s *scan) {
	if s.done() || s.text[s.at] != '[' {
		s.remainder()
		return
	}
	s.emit(tOpen, 1)
	n := countLetters(s.rest())
	kind := keyword(s.rest()[:n])
	if kind == tWord {
		s.remainder()
		return
	}
	s.pair(kind, n)
	if n := nameLength(s.rest()); n > 0 {
		s.emit(tWord, n)
	}
	if !s.done() && s.text[s.at] == ']' {
		s.pair(tClose, 1)
	}
	if !s.done() && s.text[s.at] == '#' {
		s.emit(tComment, s.end-s.at)
	}
	s.remainder()
}

// nameLength is the length of a header's name: as many non-blanks as possible
// such that a bracket follows and then only white space or a comment. The name
// itself may hold brackets and # (reference/pve-firewall §2.1).
func nameLength(text []byte) int {
	run := countWord(text)
	behind := text[run:]
	behind = behind[countBlanks(behind):]
	for n := run - 1; n > 0; n-- {
		if text[n] != ']' {
			continue
		}
		if n+1 < run && text[n+1] == '#' || n+1 == run && (len(behind) == 0 || behind[0] == '#') {
			return n
		}
	}
	return 0
}

func countLetters(text []byte) int {
	n := 0
	for n < len(text) && (text[n]|0x20 >= 'a' && text[n]|0x20 <= 'z') {
		n++
	}
	return n
}

// scanOption emits the name, its colon and the value. There is no comment in an
// option line.
func scanOption(s *scan) {
	n := bytes.IndexByte(s.run(), ':')
	if n > 0 && s.text[s.at] != '[' {
		s.emit(tWord, n)
		s.emit(tColon, 1)
		s.gap()
	}
	s.remainder()
}

// scanAlias emits two words and what follows, which should be nothing. The
// comment starts at the first # wherever it stands.
func scanAlias(s *scan) {
	n := s.uncomment()
	s.gap()
	s.next()
	s.next()
	s.remainder()
	s.comment(n)
}

// scanEntry emits the ! of a set entry, its word, what follows and the comment.
// The ! must be the first byte and something must follow it, else it is part of
// the word (§4.1).
func scanEntry(s *scan) {
	n := s.uncomment()
	if rest := s.rest(); len(rest) > 1 && rest[0] == '!' && countBlanks(rest[1:]) < len(rest)-1 {
		s.emit(tBang, 1)
	}
	s.gap()
	s.next()
	s.remainder()
	s.comment(n)
}
