package chain

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
)

// This file reads the tests of interfaces, protocols and of what lies in a packet
// behind its addresses, except ports.

func readIn(p *ruleReader, not bool) bool {
	return p.device(not, func(name string) ir.Match { return ir.Match{In: name} }, "in ")
}

func readOut(p *ruleReader, not bool) bool {
	return p.device(not, func(name string) ir.Match { return ir.Match{Out: name} }, "out ")
}

// device reads a whole name; which names a + stands for is not known here.
func (p *ruleReader) device(not bool, match func(string) ir.Match, form string) bool {
	name := p.value()
	if name == "" || strings.HasSuffix(name, "+") {
		return name == "+" && !not
	}
	return p.match(not, form+name, match(name))
}

// readProtocol takes a number or a name of the protocol table; 0 asks for nothing.
func readProtocol(p *ruleReader, not bool) bool {
	p.module = ""
	word := p.value()
	n, ok := number(word, 255)
	if !ok {
		known, found := facts.ProtocolByName(strings.ToLower(word))
		if !found && word != "all" {
			return false
		}
		n = uint64(known.Number)
	}
	if n == 0 {
		return !not
	}
	if !not {
		p.proto = uint8(n)
	}
	return p.match(not, "proto "+strconv.FormatUint(n, 10), ir.Match{Proto: &ir.Proto{Number: uint8(n)}})
}

func readICMP(p *ruleReader, not bool) bool   { return p.icmp(not, false) }
func readICMPv6(p *ruleReader, not bool) bool { return p.icmp(not, true) }

// icmp reads a type by name or as N or N/CODE. In IPv4 the number 255 is how the
// kernel stores all types.
func (p *ruleReader) icmp(not, v6 bool) bool {
	word := p.value()
	c := &ir.ICMP{V6: v6, Code: -1}
	if known, ok := facts.ICMPTypeByName(word, v6); ok {
		c.Any, c.Type, c.Code = known.Any, known.Type, known.Code
	} else {
		kind, code, coded := strings.Cut(word, "/")
		n, ok1 := number(kind, 255)
		k, ok2 := number(code, 255)
		if !ok1 || coded && !ok2 {
			return false
		}
		c.Type = uint8(n)
		if coded {
			c.Code = int(k)
		}
		c.Any = !v6 && n == 255
	}
	form := fmt.Sprintf("icmp %t %d/%d", v6, c.Type, c.Code)
	if c.Any {
		form = fmt.Sprintf("icmp %t any", v6)
	}
	return p.match(not, form, ir.Match{ICMP: c})
}

var flagBits = map[string]uint8{"FIN": 1, "SYN": 2, "RST": 4, "PSH": 8, "ACK": 16, "URG": 32, "ALL": 63, "NONE": 0}

func readFlags(p *ruleReader, not bool) bool {
	mask, ok1 := readFlagList(p.value())
	want, ok2 := readFlagList(p.value())
	return ok1 && ok2 && p.flags(not, mask, want)
}

// readSyn is short for a packet that opens a connection.
func readSyn(p *ruleReader, not bool) bool {
	mask, _ := readFlagList("FIN,SYN,RST,ACK")
	return p.flags(not, mask, flagBits["SYN"])
}

func (p *ruleReader) flags(not bool, mask, want uint8) bool {
	return p.match(false, fmt.Sprintf("%sflags %d/%d", negated(not), want, mask), ir.Match{Flags: &ir.TCPFlags{Mask: mask, Want: want, Negated: not}})
}

func readFlagList(text string) (uint8, bool) {
	var bits uint8
	for word := range strings.SplitSeq(text, ",") {
		bit, ok := flagBits[word]
		if !ok {
			return 0, false
		}
		bits |= bit
	}
	return bits, true
}

var stateBits = map[string]ir.State{"NEW": ir.New, "ESTABLISHED": ir.EstablishedState, "RELATED": ir.Related,
	"INVALID": ir.Invalid, "UNTRACKED": ir.Untracked}

func readState(p *ruleReader, not bool) bool {
	var state ir.State
	for word := range strings.SplitSeq(p.value(), ",") {
		bit, ok := stateBits[word]
		if !ok {
			return false
		}
		state |= bit
	}
	return p.match(not, "state "+strconv.Itoa(int(state)), ir.Match{State: state})
}

// readMAC asks the other way round, as the IR can.
func readMAC(p *ruleReader, not bool) bool {
	mac := strings.ToUpper(p.value())
	return p.match(!not, "other mac "+mac, ir.Match{NotMAC: mac})
}

func readMark(p *ruleReader, not bool) bool {
	value, mask, ok := readMasked(p.value())
	return ok && p.add(&markTest{value: value, mask: mask, not: not})
}

// readMasked reads VALUE/MASK; without a mask all bits count.
func readMasked(text string) (value, mask uint32, ok bool) {
	first, second, masked := strings.Cut(text, "/")
	v, ok1 := number(first, 0xffffffff)
	m, ok2 := number(second, 0xffffffff)
	if !masked {
		m, ok2 = 0xffffffff, true
	}
	return uint32(v), uint32(m), ok1 && ok2
}

func readPhysdev(what portQuestion) func(*ruleReader, bool) bool {
	return func(p *ruleReader, not bool) bool {
		t := &portTest{what: what, not: not}
		if slices.Contains([]portQuestion{cameIn, goesOut}, what) {
			t.name = p.value()
		}
		return p.add(t)
	}
}
