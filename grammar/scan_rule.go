package grammar

import (
	"bytes"

	"github.com/alecthomas/participle/v2/lexer"
)

// flag knows the spellings that the daemon knows (reference/pve-firewall §5.3).
// It returns tWord for all others.
func flag(word []byte) lexer.TokenType {
	switch string(word) {
	case "-i":
		return tIface
	case "-p", "-proto", "--proto":
		return tProto
	case "-source", "--source":
		return tSource
	case "-dest", "--dest":
		return tDest
	case "-dport", "--dport":
		return tDPort
	case "-sport", "--sport":
		return tSPort
	case "-log", "--log":
		return tLog
	case "-icmp-type", "--icmp-type":
		return tICMPType
	}
	return tWord
}

// ParamOf is the parameter that a flag stands for, in the daemon's spellings.
func ParamOf(text string) (k ParamKind, ok bool) {
	k, ok = paramKinds[flag([]byte(text))]
	return k, ok
}

var levels = [...]string{"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug", "nolog"}

// scanRule emits the bar, type, action and parameters of a rule, then its
// comment, which starts at the first # (§5.1).
func scanRule(s *scan) {
	if !s.usualRule() {
		s.anyRule()
	}
}

func (s *scan) anyRule() {
	n := s.uncomment()
	if !s.done() && s.text[s.at] == '|' {
		s.emit(tBar, 1)
	}
	s.gap()
	direction := s.ruleType()
	s.action(direction)
	s.parameters()
	s.remainder()
	s.comment(n)
}

// ruleType emits the first word, if any, and tells whether a macro call may
// follow.
func (s *scan) ruleType() (direction bool) {
	word := s.run()
	switch {
	case len(word) == 0:
	case folds(word, "in"), folds(word, "out"), folds(word, "forward"):
		s.pair(tDirection, len(word))
		return true
	case folds(word, "group"):
		s.pair(tGroup, len(word))
	default:
		s.pair(tWord, len(word))
	}
	return false
}

// action emits the second word, if any, as a macro call if it is one. The macro's
// name is everything before the last parenthesis (§5.2).
func (s *scan) action(direction bool) {
	word := s.run()
	if len(word) == 0 {
		return
	}
	name, verdict := 0, 0
	if direction && word[len(word)-1] == ')' {
		name, verdict = splitCall(word)
	}
	if name == 0 {
		s.pair(tWord, len(word))
		return
	}
	s.emit(tMacro, name)
	s.emit(tLeftParen, 1)
	s.emit(tVerdict, verdict)
	s.pair(tRightParen, 1)
}

// splitCall measures the name and the verdict of NAME(VERDICT). Without a name
// there is no call.
func splitCall(word []byte) (name, verdict int) {
	name = bytes.LastIndexByte(word, '(')
	switch v := word[name+1 : len(word)-1]; string(v) {
	case "ACCEPT", "DROP", "REJECT":
		return max(name, 0), len(v)
	}
	return 0, 0
}

// parameters emits flags that are spelled right and their values, whatever they
// look like, each with the gap behind it: the daemon takes `-dest` in
// `-source -dest` for an address. It stops where no flag stands, because the
// daemon reads no further either.
func (s *scan) parameters() {
	before := tWord // the flag whose value comes next, tWord if a flag comes
	for !s.done() {
		word, kind := s.run(), tWord
		switch {
		case before == tWord:
			if before = flag(word); before == tWord {
				return
			}
			s.pair(before, len(word))
			continue
		case before == tLog:
			if level := levelLength(word); level > 0 {
				word, kind = word[:level], tLevel
			}
		}
		s.pair(kind, len(word))
		before = tWord
	}
}

// levelLength is the length of the log level that word begins with; the daemon
// does not look for a word's end (§5.3).
func levelLength(word []byte) int {
	for _, level := range levels {
		if len(word) >= len(level) && word[0] == level[0] && string(word[:len(level)]) == level {
			return len(level)
		}
	}
	return 0
}
