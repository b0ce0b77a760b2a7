package chain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/ir"
)

// test is one condition of a rule: *packetTest, *setTest, *markTest or *portTest.
type test interface {
	// keys are normal forms, the same for tests that ask the same. Several are what
	// the kernel holds as several rules.
	keys() []string
}

// packetTest asks for something that the packet itself tells.
type packetTest struct {
	any   []ir.Match // one of them matches
	not   bool
	forms []string // normal forms; several for a list that is several rules to the kernel
}

func (t *packetTest) keys() []string {
	if t.not && len(t.forms) == 1 {
		return []string{negated(true) + t.forms[0]}
	}
	return t.forms
}

// setTest asks whether an address is in a named set.
type setTest struct {
	name   string
	source bool // else the destination
	not    bool
}

func (t *setTest) keys() []string {
	return []string{negated(t.not) + "set " + t.name + end(t.source)}
}

// markTest asks for the packet's mark: the bits under mask are those of value.
type markTest struct {
	value, mask uint32
	not         bool
}

func (t *markTest) keys() []string {
	return []string{fmt.Sprintf("%smark %#x/%#x", negated(t.not), t.value, t.mask)}
}

// portTest asks by which port of a bridge a packet comes in or leaves, or only
// whether there is one.
type portTest struct {
	what portQuestion
	name string // of cameIn and goesOut; a final + stands for any end
	not  bool
}

type portQuestion uint8

const (
	cameIn portQuestion = iota
	goesOut
	isBridged // it has both
	hasIn
	hasOut
)

func (t *portTest) keys() []string {
	return []string{fmt.Sprintf("%sphysdev %d %s", negated(t.not), t.what, t.name)}
}

func negated(not bool) string {
	if not {
		return "! "
	}
	return ""
}

func end(source bool) string {
	if source {
		return " src"
	}
	return " dst"
}

// mostForms bounds what two long lists on one line can make of it.
const mostForms = 1 << 12

// forms are the normal forms of a rule: one per rule that the kernel makes of the
// line, in its order: all destinations for the first source, then for the next. The
// order of the tests means nothing to it.
func (r *Rule) forms() []string {
	var single []string
	var lists [][]string
	for _, t := range r.tests {
		if keys := t.keys(); len(keys) == 1 {
			single = append(single, keys[0])
		} else {
			lists = append(lists, keys)
		}
	}
	if len(lists) > 1 && !strings.HasSuffix(lists[0][0], end(true)) {
		slices.Reverse(lists) // there are two lists at most: of sources and of destinations
	}
	all := [][]string{single}
	for _, list := range lists {
		all = times(all, list)
	}
	out := make([]string, len(all))
	for i, keys := range all {
		slices.Sort(keys)
		out[i] = strings.Join(slices.Compact(keys), ", ") + "; " + r.rate + "; " + r.strange + "; " + r.target.form()
	}
	return out
}

// times continues each of all by each of list, as long as that stays small.
func times(all [][]string, list []string) [][]string {
	if len(all)*len(list) > mostForms {
		list = []string{strings.Join(list, " | ")}
	}
	var out [][]string
	for _, keys := range all {
		for _, key := range list {
			out = append(out, append(slices.Clone(keys), key))
		}
	}
	return out
}
