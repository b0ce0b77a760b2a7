package grammar

import (
	"fmt"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// trouble finds the first fault of an incomplete line.
func (r reading) trouble() trouble {
	if !r.head {
		return r.headTrouble()
	}
	if t, ok := r.iptables(); ok {
		return t
	}
	if typ := r.typeWord(); typ.Start < typ.End && !isLetter(r.text[typ.Start]) {
		return trouble{at: typ, preview: refuses,
			message: fmt.Sprintf("%s begins no rule: rules begin with IN, OUT, FORWARD or GROUP", quote(r.cut(typ)))}
	}
	at := Word{r.rest.Start, r.rest.Start + int32(countWord(r.cut(r.rest)))}
	word := string(r.cut(at))
	switch {
	case r.kind(r.taken-1) == tLevel && r.shape[r.taken-1] < oneSpace:
		return r.longLevel(at)
	case r.tree.Group != nil:
		return trouble{at: at, preview: refuses,
			message: fmt.Sprintf("%s is not allowed: a GROUP rule takes -i and nothing else", quote([]byte(word)))}
	case word[0] != '-' || word == "-":
		return r.strayWord(at, word)
	case flag([]byte(word)) != tWord:
		return r.flagValue(at, word, flag([]byte(word)))
	case strings.Contains(word, "="):
		return r.equalsSign(at, word)
	}
	return r.unknownFlag(at, word)
}

// typeWord is the first word behind the bar.
func (r reading) typeWord() Word {
	n := 0
	if r.tree.Bar != nil {
		n = 1
	}
	return r.word(r.place(n))
}

func (r reading) cut(w Word) []byte { return r.text[w.Start:w.End] }

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// headTrouble is a line without a type and an action.
func (r reading) headTrouble() trouble {
	text := r.cut(r.rest)
	at := r.trimmed(r.rest)
	word := text[:countWord(text)]
	switch {
	case len(text) > 1 && text[0] == '|' && isBlank(text[1]):
		gap := Word{1, int32(1 + countBlanks(text[1:]))}
		return trouble{at: Word{0, gap.End}, message: "white space stands between | and the rule it disables",
			preview: "Accepts the white space.",
			mended:  "remove the white space", fix: &change{gap, ""}}
	case string(word) == "|":
		return trouble{at: at, message: "no rule follows the |", preview: refuses}
	case len(word) == 0:
		return trouble{at: at, message: "white space that is neither space nor tab stands in front of the rule"}
	}
	return trouble{at: at, preview: refuses, message: fmt.Sprintf("%s stands alone: a rule needs a type and an action", quote(word))}
}

// longLevel is a log level with something glued to it: -log information.
func (r reading) longLevel(at Word) trouble {
	level := r.word(r.place(r.taken - 1))
	at.Start = level.Start
	return trouble{at: at, preview: refuses, message: fmt.Sprintf("%s is no log level", quote(r.cut(at)))}
}

func (r reading) strayWord(at Word, word string) trouble {
	if t, ok := r.brokenList(at, word); ok {
		return t
	}
	if t, ok := r.positional(); ok {
		return t
	}
	return trouble{at: at, preview: refuses, message: fmt.Sprintf("%s stands where a flag is expected", quote([]byte(word)))}
}

// flagValue is a known flag whose value does not follow as it should.
func (r reading) flagValue(at Word, word string, kind lexer.TokenType) trouble {
	behind := r.cut(Word{at.End, r.rest.End})
	gap := countBlanks(behind)
	if gap == len(behind) {
		return trouble{at: at, preview: refuses, message: word + " has no value"}
	}
	value := behind[gap : gap+countWord(behind[gap:])]
	wide := gap > 1 || behind[0] != ' '
	if kind == tLog && levelLength(value) == 0 {
		return r.wrongLevel(at, gap, value)
	}
	if !wide {
		return trouble{at: at, message: word + " cannot be read"}
	}
	space := Word{at.End, at.End + int32(gap)}
	return trouble{at: Word{at.Start, space.End}, spacing: true,
		message: fmt.Sprintf("exactly one space must stand between %s and its value", word),
		preview: "Accepts the white space.",
		mended:  "write one space", fix: &change{space, " "}}
}

// wrongLevel is a value of -log that is none of the nine levels in lower case.
func (r reading) wrongLevel(flag Word, gap int, value []byte) trouble {
	start := flag.End + int32(gap)
	at := Word{start, start + int32(len(value))}
	t := trouble{at: at, preview: refuses, message: fmt.Sprintf("%s is no log level", quote(value))}
	meant := lower(value)
	switch {
	case levelLength([]byte(meant)) == len(meant):
		t.message += "; levels are written in lower case"
	case meant == "warn":
		meant, t.guess = "warning", true
		t.preview = "Knows the level."
	default:
		return t
	}
	t.mended, t.fix = "write "+meant, &change{Word{flag.End, at.End}, " " + meant}
	return t
}

// equalsSign is FLAG=VALUE.
func (r reading) equalsSign(at Word, word string) trouble {
	flag, value, _ := strings.Cut(word, "=")
	t := trouble{at: at, message: fmt.Sprintf("%s and its value are joined by =", flag),
		preview: fmt.Sprintf("Takes %s for the value.", quote([]byte("="+value)))}
	good, known := meantFlag(flag, lower(r.cut(r.typeWord())))
	switch good {
	case "-source", "-dest", "-log":
		t.preview = refuses
	}
	if !known {
		t.message, t.preview = fmt.Sprintf("%s is no parameter of a rule", quote([]byte(flag))), refuses
	} else if value != "" {
		sign := Word{at.Start, at.Start + int32(len(flag)) + 1}
		t.guess = !sameFlag(flag, good)
		t.mended, t.fix = "write a space instead of =", &change{sign, good + " "}
	}
	return t
}

// unknownFlag is a word with a dash that the daemon does not know.
func (r reading) unknownFlag(at Word, word string) trouble {
	t := trouble{at: at, preview: refuses, message: fmt.Sprintf("%s is no parameter of a rule", quote([]byte(word)))}
	name := strings.TrimLeft(word, "-")
	if previewFlags[name] && len(word)-len(name) <= 2 {
		t.preview = "Accepts this spelling."
	}
	good, known := meantFlag(word, lower(r.cut(r.typeWord())))
	switch {
	case good == "#":
		return r.commentFlag(t, at)
	case !known:
		t.message += advice[name]
		return t
	}
	behind := r.cut(Word{at.End, r.rest.End})
	gap := countBlanks(behind)
	if gap == 0 || gap == len(behind) {
		return t
	}
	t.message += "; " + good + " is"
	t.guess = !sameFlag(word, good)
	t.mended = "write " + good
	t.fix = &change{Word{at.Start, at.End + int32(gap)}, good + " "}
	return t
}

// sameFlag tells that two flags differ in dashes and case at most.
func sameFlag(a, b string) bool {
	return strings.EqualFold(strings.TrimLeft(a, "-"), strings.TrimLeft(b, "-"))
}

// commentFlag is iptables' -comment "text" at the end of a rule.
func (r reading) commentFlag(t trouble, at Word) trouble {
	t.message += "; a comment stands behind #"
	text := strings.Trim(strings.TrimSpace(string(r.cut(Word{at.End, r.rest.End}))), `"'`)
	if text != "" && r.rest.End == int32(len(r.text)) {
		t.mended, t.guess = "write the comment behind #", true
		t.fix = &change{Word{at.Start, r.rest.End}, "# " + text}
	}
	return t
}
