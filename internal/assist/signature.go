package assist

import (
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/facts"
)

// Signature is how a line is written, with the part that the cursor is in.
type Signature struct {
	Label  string
	Doc    string
	Parts  []Part
	Active int // index of Parts; -1 where the cursor is in none
}

// Part is a part of a signature: the bytes [From, To) of its label.
type Part struct {
	From, To int
	Doc      string
}

// Signature is the grammar of the line of the cursor; nil where lines have none.
func (p Place) Signature() *Signature {
	line := p.line()
	if line == nil || int32(p.Offset) > commentStart(p.FW.File, line) {
		return nil
	}
	if _, isHeader := line.(*grammar.Header); isHeader {
		return nil
	}
	switch h := p.section(); {
	case h == nil:
		return nil
	case h.Section == grammar.Options:
		return p.optionSignature(line)
	case h.Section == grammar.Aliases:
		return p.wordSignature(line, "an alias: exactly one blank stands between name and address", "NAME", "a letter, then letters, digits, hyphens and underscores", "ADDRESS", "an address or a network")
	case h.Section == grammar.IPSetSection:
		return p.wordSignature(line, "an entry of a set; ! in front leaves it out", "[!]ADDRESS", "an address, a network or the name of an alias")
	}
	return p.ruleSignature(line)
}

// wordSignature is that of a line of words that have their place.
func (p Place) wordSignature(line grammar.Line, doc string, words ...string) *Signature {
	s := &Signature{Doc: doc, Active: -1}
	for i := 0; i < len(words); i += 2 {
		s.part(words[i], words[i+1])
	}
	s.Active = min(len(strings.Fields(p.before(line)+"x"))-1, len(s.Parts)-1)
	return s
}

// before is the text of the line in front of the cursor.
func (p Place) before(line grammar.Line) string {
	return p.text(grammar.Word{Start: grammar.BaseOf(line).Whole().Start, End: int32(p.Offset)})
}

func (s *Signature) part(text, doc string) {
	if s.Label != "" {
		s.Label += " "
	}
	s.Parts = append(s.Parts, Part{len(s.Label), len(s.Label) + len(text), doc})
	s.Label += text
}

func (p Place) optionSignature(line grammar.Line) *Signature {
	name, _, behind := strings.Cut(strings.TrimSpace(p.before(line)), ":")
	o, ok := facts.OptionIn(p.FW.Env, name)
	if !ok {
		return nil
	}
	s := &Signature{Doc: o.Description}
	s.part(o.Name+":", "the option; no blank stands in front of the colon")
	value := shape(o)
	if list := o.Values(); list != nil {
		value = strings.Join(list, "|")
	}
	s.part(strings.ReplaceAll(value, "`", ""), optionDetail(o))
	if behind {
		s.Active = 1
	}
	return s
}

// ruleSignature shows the parts that this kind of rule can have; those behind the
// action come in any order.
func (p Place) ruleSignature(line grammar.Line) *Signature {
	c := &completion{Place: p, above: line}
	slots := ruleSlots(p.FW.File, line)
	at, _ := slotAt(p.FW.File, slots, p.Offset)
	group := len(slots) > 0 && strings.EqualFold(p.text(slots[0].at), "group")
	s := &Signature{Doc: "a rule: type and action, then flags in any order, each with one blank and one value", Active: -1}
	s.part(strings.Join(typesOf(c.ruleEnv()), "|"), "whose packets: "+typeDetails["IN"]+", "+typeDetails["OUT"])
	if group {
		s.part("NAME", "the name of a security group of the datacenter")
	} else {
		s.part("ACTION|MACRO(ACTION)", "ACCEPT, DROP or REJECT; a macro stands for protocols and ports")
	}
	active := map[slotKind]int{typeSlot: 0, actionSlot: 1, verdictSlot: 1, groupSlot: 1}
	if i, ok := active[at.kind]; ok {
		s.Active = i
	}
	for k := grammar.Iface; k < grammar.ParamCount; k++ {
		if group && k != grammar.Iface || k == grammar.Iface && !c.flagFits(k, group, false, "") {
			continue
		}
		if at.known && at.param == k && (at.kind == valueSlot || at.kind == flagSlot) {
			s.Active = len(s.Parts)
		}
		s.part("["+flags[k].flag+" "+flags[k].value+"]", flags[k].meaning)
	}
	return s
}
