package lower

import (
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// Semantics chooses what a set of files means.
type Semantics uint8

// Reference is what the production daemon does, hazards included. Intended is
// what the files say: the same with the hazards closed.
const (
	Reference Semantics = iota
	Intended
)

// String is reference or intended.
func (s Semantics) String() string { return [...]string{"reference", "intended"}[s] }

// Lower says what one node's firewall does with packets. The findings are those
// that only generation can make; the reader's are Resolve's. They do not depend
// on sem. A nil node is a node without files.
func Lower(cfg *config.Config, node *config.Node, sem Semantics) (*ir.Policy, diag.List) {
	return begin(cfg, node, sem).run()
}

func (l *lowering) run() (*ir.Policy, diag.List) {
	l.endpoints()
	if l.switchedOff() || l.cannotCompile() {
		l.policy.Missing = l.missing
		return l.policy, l.findings
	}
	l.logging()
	l.makeSets()
	l.frames()
	l.host()
	l.guests()
	l.rawTable()
	l.settings()
	l.layer2()
	l.forwarding()
	l.checkLogLimit()
	l.refuseMissingSets()
	l.finish()
	return l.policy, l.findings
}

// lowering is the state of one run. The two families are generated side by
// side; what the daemon would say in its IPv4 and IPv6 pass is kept apart.
type lowering struct {
	cfg    *config.Config
	node   *config.Node
	sem    Semantics
	policy *ir.Policy

	guestList []*guest
	sets      map[setKey]*ir.Set
	groups    map[string]*groupState

	said     [2][]ir.Message // by family
	saidLast []ir.Message    // layer 2, then sets: generated once, behind both passes
	findings diag.List
	found    map[findingKey]bool
	refused  map[refusalKey]bool
	logs     bool // something is logged
	missing  []string
	shared   *shared
	consumer *consumer // nil where the datacenter is used again
	room     room

	linkRefusals []ir.Refusal // by the ethernet filters made so far
}

func begin(cfg *config.Config, node *config.Node, sem Semantics) *lowering {
	if cfg == nil {
		cfg = &config.Config{}
	}
	if node == nil {
		node = &config.Node{}
	}
	return &lowering{
		cfg: cfg, node: node, sem: sem,
		policy:  &ir.Policy{Node: node.Name},
		sets:    map[setKey]*ir.Set{},
		groups:  map[string]*groupState{},
		found:   map[findingKey]bool{},
		refused: map[refusalKey]bool{},
		shared:  newShared(),
	}
}

// finish puts the messages in the daemon's order: everything of IPv4, everything
// of IPv6, then what is made once (reference/pve-firewall §1.8d).
func (l *lowering) finish() {
	p := l.policy
	p.Runtime = append(append(l.said[ir.V4], l.said[ir.V6]...), l.saidLast...)
	p.Missing = l.missing
	l.findings.Sort()
}

// reference reports whether the daemon's oddities are wanted.
func (l *lowering) reference() bool { return l.sem == Reference }

// options returns the options of a file; none for a file that is not there.
func options(fw *config.FW) *config.Options {
	if fw == nil || !fw.Present {
		return &config.Options{}
	}
	return &fw.Options
}

// wholeFile is the place of a file as such, nowhere when it is missing.
func wholeFile(fw *config.FW) source.Span {
	if fw == nil || fw.File == nil || fw.File.Source == nil {
		return source.Span{}
	}
	return fw.File.Source.Span(0, 0)
}

// optionOrigin is where an option is set, or the file that leaves it unset.
func optionOrigin(fw *config.FW, name string) ir.Origin {
	if _, ok := options(fw).Get(name); ok {
		return ir.Origin{Span: options(fw).Span(name)}.With(ir.ByOption, name)
	}
	return ir.Origin{Span: wholeFile(fw)}.With(ir.ByDefault, name)
}

// builtinOrigin is the origin of what the daemon adds for everyone.
func builtinOrigin(fw *config.FW, kind ir.BuiltinKind) ir.Origin {
	return ir.Origin{Span: wholeFile(fw), Steps: builtinSteps[kind.String()]}
}
