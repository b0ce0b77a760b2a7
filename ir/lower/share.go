package lower

import (
	"sync"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// This file lets rules share what they have in common. Policies of large nodes hold
// the same few ports, networks and origins a million times, and nobody changes a
// policy, so that one copy of each will do.

// mostShared bounds how many values of a kind are remembered: input that has more
// gains nothing from it.
const mostShared = 1 << 14

// shared holds values that were made before. What was refused is not among them,
// since refusing it is told to each rule.
type shared struct {
	literals  map[literalKey]*ir.Addr
	ports     map[portsKey]*ir.Ports
	protocols map[string]*ir.Proto
	calls     map[string][]ir.Step // by group
}

type literalKey struct {
	text     string
	families ir.Families
}

type portsKey struct {
	text  string
	proto uint8
}

func newShared() *shared {
	return &shared{map[literalKey]*ir.Addr{}, map[portsKey]*ir.Ports{}, map[string]*ir.Proto{}, map[string][]ir.Step{}}
}

// literal is literal, which it asks once per text.
func (s *shared) literal(m *matched, text string, fams ir.Families) *ir.Addr {
	return once(s.literals, literalKey{text, fams}, m, func(m *matched) *ir.Addr { return literal(m, text, fams) })
}

func (s *shared) readPorts(m *matched, text string, proto uint8) *ir.Ports {
	return once(s.ports, portsKey{text, proto}, m, func(m *matched) *ir.Ports { return readPorts(m, text, proto) })
}

func (s *shared) protocol(m *matched, text string) *ir.Proto {
	return once(s.protocols, text, m, func(m *matched) *ir.Proto { return protocol(m, text) })
}

// once returns the known value of a key or makes it. A value that comes with words
// about it is made for m alone.
func once[K comparable, V any](known map[K]*V, key K, m *matched, make func(*matched) *V) *V {
	if v := known[key]; v != nil {
		return v
	}
	var alone matched
	v := make(&alone)
	if alone != (matched{}) {
		return make(m)
	}
	if len(known) < mostShared {
		known[key] = v
	}
	return v
}

// The steps of origins that most lists are full of. Nobody appends to them:
// Origin.With copies.
var (
	typeSteps    = stepsOf(ir.ByRule, []string{"IN", "OUT", groupWord, "FORWARD"})
	builtinSteps = stepsOf(ir.ByBuiltin, builtinNames())
	macroSteps   = sync.OnceValue(func() map[string][]ir.Step { return stepsOf(ir.ByMacro, macroNames()) })
)

const groupWord = "GROUP"

func stepsOf(kind ir.StepKind, names []string) map[string][]ir.Step {
	steps := make(map[string][]ir.Step, len(names))
	for _, name := range names {
		steps[name] = []ir.Step{{Kind: kind, Name: name}}
	}
	return steps
}

func builtinNames() []string {
	var names []string
	for kind := ir.BuiltinKind(0); kind <= ir.RejectNoise; kind++ {
		names = append(names, kind.String())
	}
	return names
}

func macroNames() []string {
	var names []string
	for _, m := range facts.Macros() {
		names = append(names, m.Name)
	}
	return names
}

// ruleSteps is the step of a rule line itself.
func ruleSteps(r *config.Rule) []ir.Step {
	kind, word, usual := ir.ByRule, r.File.Text(r.Line.Type()), typeSteps
	if r.Macro != nil {
		kind, word, usual = ir.ByMacro, r.Macro.Name, macroSteps()
	}
	if steps := usual[word]; steps != nil {
		return steps
	}
	return []ir.Step{{Kind: kind, Name: word}}
}

// called is the origin of a call of a group.
func (s *shared) called(o ir.Origin, group string) ir.Origin {
	if len(o.Steps) != 1 || o.Steps[0] != typeSteps[groupWord][0] {
		return o.With(ir.ByGroup, group)
	}
	steps := s.calls[group]
	if steps == nil {
		steps = o.With(ir.ByGroup, group).Steps
		s.calls[group] = steps
	}
	return ir.Origin{Span: o.Span, Steps: steps}
}

// notThisCard is why a rule does nothing for a network card.
func notThisCard(iface string) string {
	for i, name := range usualCards {
		if iface == name {
			return usualReasons[i]
		}
	}
	return forCard + iface
}

const forCard = "the rule is for "

var (
	usualCards   = [...]string{"net0", "net1", "net2", "net3"}
	usualReasons = [...]string{forCard + "net0", forCard + "net1", forCard + "net2", forCard + "net3"}
)
