package grammar

import (
	"bytes"

	"github.com/alecthomas/participle/v2/lexer"
)

// flags are the spellings that the daemon knows (reference/pve-firewall §5.3).
var flags = map[string]lexer.TokenType{
	"-i": tIface,
	"-p": tProto, "-proto": tProto, "--proto": tProto,
	"-source": tSource, "--source": tSource,
	"-dest": tDest, "--dest": tDest,
	"-dport": tDPort, "--dport": tDPort,
	"-sport": tSPort, "--sport": tSPort,
	"-log": tLog, "--log": tLog,
	"-icmp-type": tICMPType, "--icmp-type": tICMPType,
}

const longestFlag = len("--icmp-type")

var levels = []string{"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug", "nolog"}

var verdicts = []string{"ACCEPT", "DROP", "REJECT"}

// scanRule emits the bar, type, action and parameters of a rule, then its
// comment, which starts at the first # (§5.1).
func scanRule(text []byte, base int32) []token {
	s := newScan(text, base)
	n := s.uncomment()
	if !s.done() && s.text[0] == '|' {
		s.emit(tBar, 1)
	}
	s.gap()
	direction := s.ruleType()
	s.gap()
	s.action(direction)
	s.gap()
	for !s.done() {
		s.parameter()
	}
	return s.comment(n)
}

// ruleType emits the first word and tells whether a macro call may follow.
func (s *scan) ruleType() (direction bool) {
	word := s.word()
	kind := tWord
	if len(word) <= len("forward") {
		switch lower(word) {
		case "in", "out", "forward":
			kind, direction = tDirection, true
		case "group":
			kind = tGroup
		}
	}
	if len(word) > 0 {
		s.emit(kind, len(word))
	}
	return direction
}

// action emits the second word, as a macro call if it is one. The macro's name
// is everything before the last parenthesis (§5.2).
func (s *scan) action(direction bool) {
	word := s.word()
	if name, verdict, ok := splitCall(word); ok && direction {
		s.emit(tMacro, name)
		s.emit(tLeftParen, 1)
		s.emit(tVerdict, verdict)
		s.emit(tRightParen, 1)
		return
	}
	if len(word) > 0 {
		s.emit(tWord, len(word))
	}
}

// splitCall measures the name and the verdict of NAME(VERDICT).
func splitCall(word []byte) (name, verdict int, ok bool) {
	for _, v := range verdicts {
		if rest, found := bytes.CutSuffix(word, []byte("("+v+")")); found && len(rest) > 0 {
			return len(rest), len(v), true
		}
	}
	return 0, 0, false
}

// parameter emits one word; behind a flag that is spelled right also the gap and
// the value, whatever it looks like: the daemon takes `-dest` in `-source -dest`
// for an address.
func (s *scan) parameter() {
	word := s.word()
	kind := tWord
	if len(word) <= longestFlag {
		if k, ok := flags[string(word)]; ok {
			kind = k
		}
	}
	if len(word) > 0 {
		s.emit(kind, len(word))
	}
	s.gap()
	if kind == tWord || s.done() {
		return
	}
	if n := levelLength(s.word()); kind == tLog && n > 0 {
		s.emit(tLevel, n)
	} else {
		s.emit(tWord, len(s.word()))
	}
	s.gap()
}

// levelLength is the length of the log level that word begins with; the daemon
// does not look for a word's end (§5.3).
func levelLength(word []byte) int {
	for _, level := range levels {
		if bytes.HasPrefix(word, []byte(level)) {
			return len(level)
		}
	}
	return 0
}
