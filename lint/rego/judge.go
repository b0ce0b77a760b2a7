package rego

import (
	"context"
	"errors"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// judge evaluates the policy on every unit of its kind.
func (r *run) judge(w *world) (diag.List, error) {
	if r.policy.unit == ruleUnit && r.uses.onlyFacts() {
		return r.judgeFacts(w)
	}
	var out diag.List
	b := newBatch(r, w)
	for u := range w.candidates(r.policy) {
		doc, ids := u.document(r.uses)
		if !r.policy.gate.passes(doc) {
			continue
		}
		r.uses.prune(doc)
		if err := b.add(doc, u, ids); err != nil {
			return out, err
		}
		if b.full() {
			found, err := b.findings()
			if out = append(out, found...); err != nil {
				return out, err
			}
		}
	}
	found, err := b.findings()
	return append(out, found...), err
}

// judgeFacts evaluates once per distinct facts: of a hundred thousand rules only
// a few dozen differ in what the policy looks at.
func (r *run) judgeFacts(w *world) (diag.List, error) {
	t := w.factTable()
	class, docs := t.project(r.uses, r.policy.gate)
	verdicts, err := r.evalAll(docs)
	if err != nil {
		return nil, err
	}
	var out diag.List
	for i, rule := range t.rules {
		c := class[t.of[i]]
		if c < 0 {
			continue
		}
		for _, v := range verdicts[c] {
			if v.at != "" || v.related != nil {
				return out, r.fault(errors.New("its document has no ids, because the policy looks at input.facts only"))
			}
			out = append(out, r.tell(w, v, rule.Span(), rule))
		}
	}
	return out, nil
}

// tell makes the finding of a violation, with what Go knows better about rule,
// the unit it is about, if that is a rule.
func (r *run) tell(w *world, v violation, at source.Span, rule placedRule) diag.Diagnostic {
	d := r.policy.finding(v, at)
	if rule.Rule == nil || at != rule.Span() {
		return d
	}
	d.Fixes = append(d.Fixes, v.rewriting(rule.Rule)...)
	w.explainOrder(&d, rule.Rule, v.reorder)
	w.explainCover(&d)
	explainNICs(&d, rule)
	return d
}

// batch collects documents to be evaluated side by side. Equal ones are evaluated
// once.
type batch struct {
	run   *run
	world *world
	docs  []ast.Value
	known map[int][]int32 // by hash: indices into answers
	seen  []ast.Value
	// answers are those of the documents seen so far; nil are still to come.
	answers [][]violation
	units   []batchUnit
}

type batchUnit struct {
	unit
	ids idTable
	doc int32
}

// batchSize is how many documents go to a worker at a time.
const batchSize = 64

// mostSeen bounds the documents that a batch remembers.
const mostSeen = 1 << 12

func newBatch(r *run, w *world) *batch { return &batch{run: r, world: w, known: map[int][]int32{}} }

func (b *batch) full() bool { return len(b.docs) >= batchSize*workers() }

func (b *batch) add(doc object, u unit, ids idTable) error {
	value, err := ast.InterfaceToValue(map[string]any(doc))
	if err != nil {
		return b.run.fault(fmt.Errorf("input document: %w", err))
	}
	b.units = append(b.units, batchUnit{u, ids, b.index(value)})
	return nil
}

// index finds an equal document or takes a new one in.
func (b *batch) index(value ast.Value) int32 {
	hash := value.Hash()
	for _, i := range b.known[hash] {
		if b.seen[i].Compare(value) == 0 {
			return i
		}
	}
	i := int32(len(b.seen))
	b.seen, b.docs = append(b.seen, value), append(b.docs, value)
	b.known[hash] = append(b.known[hash], i)
	return i
}

// findings evaluates what is new and makes the findings of all units so far, in
// their order.
func (b *batch) findings() (diag.List, error) {
	answers, err := b.run.evalAll(b.docs)
	if err != nil {
		return nil, err
	}
	b.answers, b.docs = append(b.answers, answers...), b.docs[:0]
	var out diag.List
	for _, u := range b.units {
		for _, v := range b.answers[u.doc] {
			d, err := b.tell(&u, v)
			if err != nil {
				return out, err
			}
			out = append(out, d)
		}
	}
	b.units = b.units[:0]
	if len(b.seen) > mostSeen {
		b.seen, b.answers, b.known = nil, nil, map[int][]int32{}
	}
	return out, nil
}

// tell finds the places that a violation names.
func (b *batch) tell(u *batchUnit, v violation) (diag.Diagnostic, error) {
	unknown := func(id string) error { return b.run.fault(fmt.Errorf("%q is not an id of its document", id)) }
	span := u.span
	if v.at != "" {
		var ok bool
		if span, ok = u.ids[v.at]; !ok {
			return diag.Diagnostic{}, unknown(v.at)
		}
	}
	d := b.run.tell(b.world, v, span, u.rule)
	for _, r := range v.related {
		at, ok := u.ids[r.at]
		if !ok {
			return d, unknown(r.at)
		}
		d.Related = append(d.Related, diag.Related{Span: at, Message: r.message})
	}
	return d, nil
}

// start makes the policy ready for one run.
func (p *policy) start(ctx context.Context) (*run, error) {
	program, err := p.program()
	if err != nil {
		return nil, err
	}
	return newRun(ctx, p, program), nil
}
