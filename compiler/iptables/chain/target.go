package chain

import (
	"fmt"
	"slices"
	"strings"
)

// target is what a rule does with a packet that it matches.
type target struct {
	name    string // of the target or chain; empty for a rule that only counts
	goes    bool   // -g: not to return here
	options map[string]string
	strange string // options that nobody here can read

	kind        targetKind
	value, mask uint32 // setMark: the mark loses the bits of mask, then those of value are flipped
	what        string // what an effect does, the kind of an answer, the number of a queue
}

type targetKind uint8

const (
	nothing     targetKind = iota // go on with the next rule
	toChain                       // a chain of the table
	accept                        // ACCEPT
	drop                          // DROP
	reject                        // REJECT, with an answer
	queue                         // NFQUEUE
	back                          // RETURN
	setMark                       // MARK
	effect                        // something that decides nothing: logs, helpers, marks of connections
	unknownFate                   // nobody knows
)

func readJump(p *ruleReader, not bool) bool { return p.readTarget(not, false) }
func readGoto(p *ruleReader, not bool) bool { return p.readTarget(not, true) }

// readTarget reads the target and all options behind it.
func (p *ruleReader) readTarget(not, goes bool) bool {
	t := &p.rule.target
	*t = target{name: p.value(), goes: goes, options: map[string]string{}}
	for p.at < len(p.words) && strings.HasPrefix(p.words[p.at], "--") {
		name := p.value()
		start := p.at
		for p.at < len(p.words) && (p.at == start || !strings.HasPrefix(p.words[p.at], "-")) && !flagsOfTargets[name] {
			p.at++
		}
		t.options[name] = strings.Join(p.words[start:p.at], " ")
	}
	return !not && t.name != ""
}

// flagsOfTargets are the options without a value.
var flagsOfTargets = map[string]bool{"--queue-bypass": true, "--queue-cpu-fanout": true, "--log-tcp-sequence": true,
	"--log-tcp-options": true, "--log-ip-options": true, "--log-uid": true, "--log-macdecode": true, "--notrack": true}

// take removes an option and returns its value.
func (t *target) take(name string) (string, bool) {
	value, ok := t.options[name]
	delete(t.options, name)
	return value, ok
}

// finish works out what the target does; an option that is left over makes it
// unknown.
func (t *target) finish() {
	switch t.name {
	case "":
		t.kind = nothing
	case "ACCEPT":
		t.kind = accept
	case "DROP":
		t.kind = drop
	case "RETURN":
		t.kind = back
	case "REJECT":
		t.kind = reject
		t.what, _ = t.take("--reject-with")
	case "NFQUEUE":
		t.kind, t.what = queue, t.queue()
	case "MARK":
		t.marking(setMark)
	case "CONNMARK":
		t.marking(effect)
		t.what = fmt.Sprintf("connmark %d/%#x", t.value, t.mask)
	case "NFLOG", "LOG":
		t.kind, t.what = effect, t.log()
	case "CT":
		helper, ok := t.take("--helper")
		t.kind, t.what = effect, "helper "+helper
		if !ok {
			t.kind = unknownFate
		}
	default:
		t.kind = toChain // or a target that nobody here knows; only the table tells
	}
	if len(t.options) > 0 {
		t.kind, t.strange = unknownFate, t.rest()
	}
}

// rest lists the options that are left.
func (t *target) rest() string {
	var words []string
	for name, value := range t.options {
		words = append(words, name+" "+value)
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

// marking reads the ways of setting a mark; the kernel knows only the one of
// --set-xmark.
func (t *target) marking(kind targetKind) {
	t.kind = unknownFate
	for name, normal := range map[string]func(v, m uint32) (uint32, uint32){
		"--set-xmark": func(v, m uint32) (uint32, uint32) { return v, m },
		"--set-mark":  func(v, m uint32) (uint32, uint32) { return v, v | m },
		"--or-mark":   func(v, _ uint32) (uint32, uint32) { return v, v },
		"--xor-mark":  func(v, _ uint32) (uint32, uint32) { return v, 0 },
		"--and-mark":  func(v, _ uint32) (uint32, uint32) { return 0, ^v },
	} {
		text, given := t.take(name)
		if !given {
			continue
		}
		if v, m, ok := readMasked(text); ok {
			t.kind = kind
			t.value, t.mask = normal(v, m)
		}
	}
}

// queue is the number or the range of the queues, and whether a packet passes that
// nobody takes from there.
func (t *target) queue() string {
	number, _ := t.take("--queue-num")
	if balance, ok := t.take("--queue-balance"); ok {
		number = balance
	}
	if _, ok := t.take("--queue-bypass"); !ok {
		return orElse(number, "0") + ", which drops where nobody listens"
	}
	return orElse(number, "0")
}

// log says what is logged. Where the line goes to and how much of the packet with
// it, is not compared.
func (t *target) log() string {
	prefix, ok := t.take("--nflog-prefix")
	if !ok {
		prefix, _ = t.take("--log-prefix")
	}
	group, _ := t.take("--nflog-group")
	for name := range t.options {
		if strings.HasPrefix(name, "--log-") || strings.HasPrefix(name, "--nflog-") {
			delete(t.options, name)
		}
	}
	if group != "" && group != "0" {
		return "log to group " + group + " " + prefix
	}
	return "log " + prefix
}

// form is a normal form.
func (t *target) form() string {
	word := "-j "
	if t.goes {
		word = "-g "
	}
	return strings.TrimSpace(fmt.Sprintf("%s%s %d/%#x %s %s", word, t.name, t.value, t.mask, t.what, t.strange))
}
