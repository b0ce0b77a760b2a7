package analysis

import "github.com/pvefw/pvefw/ir"

// step is one stage of a list without its structure.
type step struct {
	kind    stepKind
	node    ir.Node
	rule    *ir.Rule   // of deciding and leaving
	call    *ir.Call   // of entering
	within  []*ir.Call // the groups around it, outermost first
	verdict ir.Verdict
}

type stepKind uint8

const (
	deciding stepKind = iota
	leaving           // its packets go on behind the built-in
	ending            // the built-in ends
	entering          // a group is entered: the mark is cleared
	clearing          // the mark of every packet is cleared
)

// match is the match of the step, nil where it has none.
func (s *step) match() *ir.Match {
	switch {
	case s.rule != nil:
		return &s.rule.Match
	case s.call != nil:
		return &s.call.Match
	}
	return nil
}

// own reports whether the step is a rule of the list, not of a built-in.
func (s *step) own() bool { return s.node != nil && s.node == ir.Node(s.rule) }

// fixed reports whether the step is there whatever anybody writes: built-in rules
// and the policy.
func (s *step) fixed() bool {
	steps := s.rule.Origin.Steps
	return !s.own() || len(steps) > 0 && steps[len(steps)-1].Kind == ir.ByPolicy
}

func (s *step) logs() bool { return s.rule != nil && s.rule.Log != nil }

func (s *step) outermost() *ir.Call {
	if len(s.within) == 0 {
		return nil
	}
	return s.within[0]
}

// flattening follows packet.Evaluator through a list.
type flattening struct {
	family ir.Family
	dir    ir.Direction
	within []*ir.Call
	steps  []step
	known  expansions
}

// flatten lists the steps of nodes. What built-ins expand to is kept in known
// unless that is nil.
func flatten(nodes []ir.Node, d ir.Direction, f ir.Family, known expansions) []step {
	w := flattening{family: f, dir: d, steps: make([]step, 0, len(nodes)+32), known: known}
	w.list(nodes)
	return w.steps
}

// expansions are the rules of built-ins that are the same at every endpoint. They
// carry the origin of the first that was met.
type expansions map[expansionKey][]*ir.Rule

type expansionKey struct {
	kind     ir.BuiltinKind
	dir      ir.Direction
	families ir.Families
	family   ir.Family
	ra       bool
	verdict  ir.Verdict
	log      *ir.Log
}

func (known expansions) of(b *ir.Builtin, f ir.Family) []*ir.Rule {
	if known == nil || b.Set != nil || b.Net != nil || b.MAC != "" || b.Peers != nil {
		return ir.Expand(b, f)
	}
	key := expansionKey{b.Kind, b.Dir, b.Families, f, b.RA, b.Verdict, b.Log}
	rules, ok := known[key]
	if !ok {
		rules = ir.Expand(b, f)
		known[key] = rules
	}
	return rules
}

func (w *flattening) add(s step) {
	s.within = w.within
	w.steps = append(w.steps, s)
}

func (w *flattening) list(nodes []ir.Node) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *ir.Rule:
			if n.Families.Has(w.family) {
				w.rule(n, n)
			}
		case *ir.Builtin:
			w.builtin(n)
		case *ir.Call:
			w.call(n)
		}
	}
}

func (w *flattening) rule(n ir.Node, r *ir.Rule) {
	verdict := r.Verdict
	for i := len(w.within) - 1; i >= 0 && verdict.Kind == ir.Accept; i-- {
		verdict = w.within[i].Verdict
	}
	w.add(step{kind: deciding, node: n, rule: r, verdict: verdict})
}

func (w *flattening) builtin(b *ir.Builtin) {
	if !b.Families.Has(w.family) {
		return
	}
	if b.Kind == ir.ClearMark {
		w.add(step{kind: clearing})
	}
	left := false
	for _, r := range w.known.of(b, w.family) {
		if r.Verdict.Kind == ir.Leave {
			w.add(step{kind: leaving, rule: r})
			left = true
			continue
		}
		w.rule(b, r)
	}
	if left {
		w.add(step{kind: ending})
	}
}

// call goes into a group as far as it was made, hooked or not.
func (w *flattening) call(c *ir.Call) {
	if !c.Families.Has(w.family) || c.Group == nil {
		return
	}
	w.add(step{kind: entering, call: c})
	body := c.Group.Body(w.dir)
	if body == nil || !body.Build[w.family].Exists {
		return
	}
	outer := w.within
	w.within = append(outer[:len(outer):len(outer)], c)
	w.list(body.Nodes[:body.Build[w.family].Nodes])
	w.within = outer
}
