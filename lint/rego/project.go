package rego

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"
)

// documents gives the vectors as policies see them.
func (t *factTable) documents() []object {
	if t.docs == nil {
		t.docs = make([]object, 0, len(t.vectors))
		for _, v := range t.vectors {
			t.docs = append(t.docs, v.document().plain())
		}
	}
	return t.docs
}

// project puts vectors that a policy cannot tell apart into one class, and gives
// the document of each class. The class of a vector that does not pass the gate
// is -1.
func (t *factTable) project(uses fields, g gate) (class []int32, docs []ast.Value) {
	class = make([]int32, len(t.vectors))
	all := t.documents()
	for i, passes := range t.passing(g) {
		if !passes {
			class[i] = -1
		}
	}
	for _, key := range t.keys(uses) {
		t.refine(class, key)
	}
	class, first := renumber(class)
	for _, i := range first {
		facts := maps.Clone(all[i])
		doc := map[string]any{"version": version, "facts": map[string]any(facts)}
		uses.prune(doc)
		docs = append(docs, ast.MustInterfaceToValue(doc))
	}
	return class, docs
}

// passing tells which vectors pass a gate. A condition is looked at once for each
// value of its key.
func (t *factTable) passing(g gate) []bool {
	pass := make([]bool, len(t.documents()))
	for _, all := range g.alternatives {
		t.narrow(pass, all)
	}
	if len(g.alternatives) == 0 {
		t.narrow(pass, nil)
	}
	if len(g.needs) > 0 {
		needed := make([]bool, len(pass))
		t.narrow(needed, g.needs)
		for i := range pass {
			pass[i] = pass[i] && needed[i]
		}
	}
	return pass
}

// narrow adds the vectors for which all conditions hold.
func (t *factTable) narrow(pass []bool, all []condition) {
	tables, columns := make([][]bool, len(all)), make([][]int32, len(all))
	for i := range all {
		tables[i], columns[i] = t.holding(&all[i])
	}
	for v := range pass {
		holds := true
		for i := 0; i < len(all) && holds; i++ {
			holds = columns[i] == nil || tables[i][columns[i][v]]
		}
		pass[v] = pass[v] || holds
	}
}

// holding tells for which values of its key a condition holds. It has no column
// when it is about something else than facts, of which nothing is known here.
func (t *factTable) holding(c *condition) (holds []bool, column []int32) {
	if c.top != "facts" {
		return nil, nil
	}
	column = t.column(c.key)
	for i, n := range column {
		if int(n) == len(holds) {
			holds = append(holds, c.holds(object{"facts": map[string]any(t.docs[i])}))
		}
	}
	return holds, column
}

// keys are those of the facts that the policy looks at.
func (t *factTable) keys(uses fields) []string {
	if len(t.docs) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(t.docs[0])), func(key string) bool { return !uses.below("facts", key) })
}

// refine splits the classes by the values of a key.
func (t *factTable) refine(class []int32, key string) {
	type pair struct{ class, value int32 }
	known := map[pair]int32{}
	column := t.column(key)
	for i, c := range class {
		if c < 0 {
			continue
		}
		p := pair{c, column[i]}
		n, ok := known[p]
		if !ok {
			n = int32(len(known))
			known[p] = n
		}
		class[i] = n
	}
}

// column numbers the values of a key, equal ones alike.
func (t *factTable) column(key string) []int32 {
	if ids, ok := t.columns[key]; ok {
		return ids
	}
	ids, known, text := make([]int32, len(t.docs)), map[string]int32{}, []byte(nil)
	for i, doc := range t.docs {
		text = appendValue(text[:0], doc[key])
		n, ok := known[string(text)]
		if !ok {
			n = int32(len(known))
			known[string(text)] = n
		}
		ids[i] = n
	}
	if t.columns == nil {
		t.columns = map[string][]int32{}
	}
	t.columns[key] = ids
	return ids
}

// appendValue writes a value so that different ones differ.
func appendValue(text []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return strconv.AppendQuote(text, v)
	case bool:
		return strconv.AppendBool(text, v)
	case int:
		return strconv.AppendInt(text, int64(v), 10)
	case []any:
		text = append(text, '[')
		for _, item := range v {
			text = append(appendValue(text, item), ',')
		}
		return append(text, ']')
	case map[string]any:
		text = append(text, '{')
		for _, key := range slices.Sorted(maps.Keys(v)) {
			text = append(strconv.AppendQuote(text, key), ':')
			text = append(appendValue(text, v[key]), ',')
		}
		return append(text, '}')
	}
	return fmt.Appendf(text, "%T(%v)", v, v)
}

// renumber makes classes count from 0 in the order of their first members.
func renumber(class []int32) (renumbered, first []int32) {
	number := map[int32]int32{-1: -1}
	for i, c := range class {
		n, ok := number[c]
		if !ok {
			n = int32(len(first))
			number[c] = n
			first = append(first, int32(i))
		}
		class[i] = n
	}
	return class, first
}

// candidates yields the units that a policy is asked about: those of its kind
// that pass its gate.
func (w *world) candidates(p *policy) iter.Seq[unit] {
	switch {
	case p.unit == clusterUnit, p.gate.isOpen():
		return w.units(p.unit)
	case p.unit != ruleUnit:
		return func(yield func(unit) bool) {
			for _, f := range w.chosen[p] {
				if !yield(w.fileUnit(f)) {
					return
				}
			}
		}
	}
	return func(yield func(unit) bool) {
		t := w.factTable()
		pass := t.passing(p.gate)
		for i, r := range t.rules {
			if pass[t.of[i]] && !yield(w.ruleUnit(r)) {
				return
			}
		}
	}
}

// ruleUnit is a rule as an input document.
func (w *world) ruleUnit(r placedRule) unit {
	return unit{r.Span(), func(need fields) (object, idTable) { return w.ruleDocument(r, need) }, r}
}

// fileUnit is a file, or whose it is, as an input document.
func (w *world) fileUnit(f placedFile) unit {
	return unit{span: fileSpan(f.fw), document: func(need fields) (object, idTable) { return w.fileDocument(f, need) }}
}
