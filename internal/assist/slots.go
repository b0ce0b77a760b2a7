package assist

import (
	"strings"

	"github.com/pvefw/pvefw/grammar"
)

// slot is a part of a line that wants to be a rule, whether it is one or not: what
// an editor sees is half written most of the time.
type slot struct {
	kind  slotKind
	param grammar.ParamKind // of flags and values
	known bool              // the flag is one of the daemon's
	at    grammar.Word
}

type slotKind uint8

const (
	typeSlot    slotKind = iota
	actionSlot           // ACCEPT, or the macro in MACRO(ACCEPT)
	verdictSlot          // in MACRO(ACCEPT)
	groupSlot            // the name behind GROUP
	flagSlot
	valueSlot
)

// ruleSlots divides a line at its blanks: type, action, and flags with one value
// each. Words that are neither flag nor value count as flags.
func ruleSlots(f *grammar.File, l grammar.Line) []slot {
	words := f.Words(l, int(grammar.BaseOf(l).Whole().End-grammar.BaseOf(l).Whole().Start))
	var slots []slot
	for _, w := range words {
		text := f.Text(w)
		if len(slots) == 0 && strings.HasPrefix(text, "|") {
			w.Start, text = w.Start+1, text[1:]
		}
		s := following(f, slots)
		s.at = w
		switch s.kind {
		case flagSlot:
			s.param, s.known = grammar.ParamOf(text)
		case actionSlot:
			if open := strings.LastIndexByte(text, '('); open > 0 {
				slots = append(slots, splitCall(w, open, strings.HasSuffix(text, ")"))...)
				continue
			}
		}
		slots = append(slots, s)
	}
	return slots
}

// splitCall divides NAME(VERDICT), of which the end may be missing.
func splitCall(w grammar.Word, open int, closed bool) []slot {
	name, verdict := w, w
	name.End = w.Start + int32(open)
	verdict.Start = name.End + 1
	if closed {
		verdict.End--
	}
	return []slot{{kind: actionSlot, at: name}, {kind: verdictSlot, at: verdict}}
}

// following is what the next word is, behind slots.
func following(f *grammar.File, slots []slot) slot {
	if len(slots) == 0 {
		return slot{kind: typeSlot}
	}
	switch last := slots[len(slots)-1]; {
	case last.kind == typeSlot && strings.EqualFold(f.Text(last.at), "group"):
		return slot{kind: groupSlot}
	case last.kind == typeSlot:
		return slot{kind: actionSlot}
	case last.kind == flagSlot && strings.HasPrefix(f.Text(last.at), "-"):
		return slot{kind: valueSlot, param: last.param, known: last.known}
	}
	return slot{kind: flagSlot}
}

// slotAt is the slot that a cursor touches, else the one that would begin there
// and is still empty; before are the slots in front of it.
func slotAt(f *grammar.File, slots []slot, offset int) (at slot, before []slot) {
	for i, s := range slots {
		if int(s.at.Start) > offset {
			slots = slots[:i]
			break
		}
		if offset <= int(s.at.End) {
			return s, slots[:i]
		}
	}
	at = following(f, slots)
	at.at = grammar.Word{Start: int32(offset), End: int32(offset)}
	return at, slots
}

// param is the value of a parameter among slots, as written; empty without one.
func paramText(f *grammar.File, slots []slot, k grammar.ParamKind) string {
	for i := len(slots) - 1; i >= 0; i-- {
		if s := slots[i]; s.kind == valueSlot && s.known && s.param == k {
			return f.Text(s.at)
		}
	}
	return ""
}

// isRuleSection reports whether the lines below a header are rules, or would be.
func isRuleSection(h *grammar.Header) bool {
	return h == nil || h.Section == grammar.Rules || h.Section == grammar.GroupSection
}

// commentStart is where the comment of a line begins, or the end of the line. Lines
// of options have no comments.
func commentStart(f *grammar.File, l grammar.Line) int32 {
	whole := grammar.BaseOf(l).Whole()
	if h := grammar.BaseOf(l).In(); h == nil || h.Section != grammar.Options {
		if i := strings.IndexByte(f.Text(whole), '#'); i >= 0 {
			return whole.Start + int32(i)
		}
	}
	return whole.End
}
