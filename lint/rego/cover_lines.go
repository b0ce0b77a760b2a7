package rego

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/config"
)

// coverFacts are what ruleFacts hold of a line's cover: small, so that few
// distinct vectors come of it. What a finding shows beside is in lineCover.
type coverFacts struct {
	state    fate // input.facts.fate: unknown, alive, redundant, shadowed, empty
	undercut bool // input.facts.undercut: earlier rules accept from every source what it would block
	// accepts is input.facts.accept_list: at the first rule of a list of a file, how
	// many rules the list has if all of them accept and the policy does too; at the
	// others of such a list -1; 0 elsewhere.
	accepts int

	// The keys of input.facts.cover.
	partly  bool   // partly: it is shadowed in some of its uses only
	mixed   bool   // mixed: of what stands before it some does the same and some otherwise
	opposed string // opposed: the action of the largest blocker that does otherwise
	builtin bool   // builtin: what stands before it is all built-in
	heir    string // heir: policy or rule, what does the same afterwards
}

// document is input.facts.cover.
func (c coverFacts) document() object {
	return object{"partly": c.partly, "opposed": c.opposed, "mixed": c.mixed, "builtin": c.builtin, "heir": c.heir}
}

// lineCover is what all uses of one source line say together.
type lineCover struct {
	facts    coverFacts
	uses     int
	fates    [fateEmpty + 1]int
	in       []string  // some places where it is shadowed, if it is not everywhere
	blockers []blocker // the opposed ones first
	heirs    []blocker
	undercut []blocker
}

// blocker is something that takes the packets of another rule: a line, or a
// built-in without one.
type blocker struct {
	at      source.Span
	name    string // of a built-in
	verdict ir.VerdictKind
}

// mostBlockers bounds what a line remembers; beyond it they are only counted by
// what a finding shows of them.
const mostBlockers = 32

// covers is what is known about every line that is a rule of some chain.
func (w *world) covers() map[source.Span]*lineCover {
	if w.lines != nil {
		return w.lines
	}
	w.lines = map[source.Span]*lineCover{}
	readers := make([]chainReader, workers())
	w.coverPolicies(func(node string, p *ir.Policy) {
		w.addEndpoints(readers, node, append([]*ir.Endpoint{p.Host}, p.NICs...))
	})
	if p := w.idleGroups(); p != nil {
		w.addEndpoints(readers, "", p.NICs)
	}
	for _, l := range w.lines {
		l.settle()
	}
	w.acceptLists()
	return w.lines
}

// addEndpoints analyses the chains of endpoints, a batch at a time, side by side:
// each worker has a reader of its own.
func (w *world) addEndpoints(workers []chainReader, node string, list []*ir.Endpoint) {
	for len(list) > 0 {
		batch := list[:min(len(list), 512*len(workers))]
		list = list[len(batch):]
		uses := make([][2][]lineUse, len(batch))
		var wait sync.WaitGroup
		var next atomic.Int64
		for k := range workers {
			c := &workers[k]
			wait.Go(func() {
				for i := int(next.Add(1)) - 1; i < len(batch); i = int(next.Add(1)) - 1 {
					uses[i] = [2][]lineUse{c.read(batch[i].In), c.read(batch[i].Out)}
				}
			})
		}
		wait.Wait()
		for i, e := range batch {
			w.addUses(uses[i][ir.In], endpointName(node, e))
			w.addUses(uses[i][ir.Out], endpointName(node, e))
		}
	}
}

func (w *world) addUses(list []lineUse, where string) {
	for i := range list {
		l := w.lines[list[i].at]
		if l == nil {
			l = &lineCover{}
			w.lines[list[i].at] = l
		}
		l.add(&list[i], where)
	}
}

// add counts one use in.
func (l *lineCover) add(u *lineUse, where string) {
	l.uses++
	l.fates[u.fate]++
	if u.fate == fateShadowed && len(l.in) < 4 && !slices.Contains(l.in, where) {
		l.in = append(l.in, where)
	}
	for i := range u.parts {
		p := &u.parts[i]
		if p.opposed != nil {
			l.oppose(*p.opposed, p.own)
		}
		l.blockers = gathered(l.blockers, p.blockers)
		l.facts.mixed = l.facts.mixed || p.mixed
		l.heirs = gathered(l.heirs, p.heirs)
		l.undercut = gathered(l.undercut, p.undercut)
	}
}

// oppose puts a blocker of another verdict first.
func (l *lineCover) oppose(b blocker, own ir.VerdictKind) {
	// An ACCEPT that hides a DROP is worse than a DROP that hides a REJECT.
	if l.facts.opposed == "" || b.verdict == ir.Accept || own == ir.Accept {
		l.facts.opposed = b.verdict.String()
	}
	if i := slices.Index(l.blockers, b); i != 0 {
		if i > 0 {
			l.blockers = slices.Delete(l.blockers, i, i+1)
		}
		l.blockers = slices.Insert(l.blockers, 0, b)
	}
}

func gathered(list, more []blocker) []blocker {
	for _, b := range more {
		if len(list) < mostBlockers && !slices.Contains(list, b) {
			list = append(list, b)
		}
	}
	return list
}

func blockerOf(item *analysis.Item) blocker {
	b := blocker{at: item.Rule.Origin.Span, verdict: item.Verdict.Kind}
	switch n := item.Node.(type) {
	case *ir.Builtin:
		b.at, b.name = n.Origin.Span, n.Kind.String()
	case *ir.Rule:
		if steps := n.Origin.Steps; !written(n) && len(steps) > 0 {
			b.name = steps[len(steps)-1].Name // policy_in, policy_out
		}
	}
	return b
}

// settle sums the uses up: a line is what it is in all of its uses, those that
// are not known left out only where some are.
func (l *lineCover) settle() {
	f := &l.facts
	f.undercut = len(l.undercut) > 0
	f.state = l.common()
	switch f.state {
	case fateShadowed:
		f.partly = l.fates[fateShadowed]+l.fates[fateEmpty] < l.uses
		f.builtin = !slices.ContainsFunc(l.blockers, func(b blocker) bool { return b.name == "" })
	case fateRedundant:
		f.opposed, f.mixed = "", false
		f.heir = "rule"
		if !slices.ContainsFunc(l.heirs, func(b blocker) bool { return b.name == "" }) {
			f.heir = "policy"
		}
	default:
		f.opposed, f.mixed = "", false
	}
}

// common is the fate of all uses; of a line that is shadowed in some uses only it
// is shadowed, partly.
func (l *lineCover) common() fate {
	switch n := l.uses; {
	case l.fates[fateEmpty] == n:
		return fateEmpty
	case l.fates[fateShadowed] > 0 && l.fates[fateUnknown] == 0 && l.fates[fateRedundant] == 0,
		l.fates[fateShadowed]+l.fates[fateEmpty] == n:
		return fateShadowed
	case l.fates[fateRedundant]+l.fates[fateShadowed]+l.fates[fateEmpty] == n:
		return fateRedundant
	case l.fates[fateUnknown] > 0 && l.fates[fateAlive] == 0:
		return fateUnknown
	}
	return fateAlive
}

// acceptLists finds the lists of files in which every rule accepts what the policy
// would accept as well.
func (w *world) acceptLists() {
	for f := range w.files() {
		for _, t := range []config.RuleType{config.InRule, config.OutRule} {
			w.acceptList(f.fw, t)
		}
	}
}

func (w *world) acceptList(fw *config.FW, t config.RuleType) {
	var list []*lineCover
	for _, r := range fw.Rules {
		switch {
		case !inForce(r):
		case r.Type == config.GroupRule:
			return
		case r.Type == t:
			l := w.lines[r.Span()]
			if l == nil || r.Action != config.AcceptAction || !l.acceptedAnyway() {
				return
			}
			list = append(list, l)
		}
	}
	for i, l := range list {
		l.facts.accepts = -1
		if i == 0 {
			l.facts.accepts = len(list)
		}
	}
}

// acceptedAnyway reports whether the packets of a line get ACCEPT without it, by
// the policy or by rules like it.
func (l *lineCover) acceptedAnyway() bool {
	switch l.facts.state {
	case fateRedundant:
		return l.facts.heir == "policy" && l.fates[fateRedundant] > 0
	case fateShadowed:
		return l.facts.opposed == "" && !l.facts.partly && !l.facts.builtin
	}
	return false
}
