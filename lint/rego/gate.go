package rego

import (
	"slices"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// gate is what must hold of a document for a policy to report anything: one of
// the alternatives, each with all of its conditions, and all of needs. Without
// alternatives and needs it is open. Documents that do not pass are not asked
// about, and a policy that none passes is not even compiled.
type gate struct {
	// alternatives are read from the policy: leaving out what does not pass them
	// changes nothing but the time that it takes.
	alternatives [][]condition
	needs        []condition // what the METADATA says
}

// condition is an expression about one key of a document, two levels deep. One
// without a key wants something to be in the list at the top.
type condition struct {
	top, key string
	op       operator
	// values are the literals that the expression names, as Rego writes them,
	// behind one another with a comma each.
	values string
}

type operator uint8

const (
	isTrue  operator = iota // input.TOP.KEY
	isFalse                 // not input.TOP.KEY
	isOne                   // input.TOP.KEY == VALUE, input.TOP.KEY in {VALUE, VALUE}
	isNone                  // input.TOP.KEY != VALUE
	hasSome                 // count(input.TOP.KEY) > 0
	isGiven                 // of needs: neither false nor empty
)

// view is a document, a part of it, or what can be told of it before it is made.
type view interface {
	// look gives the value at top.key, or at top where key is empty.
	look(top, key string) (any, knowledge)
}

// knowledge is what a view knows of a key.
type knowledge uint8

const (
	notKnown  knowledge = iota // the view does not hold this part
	undefined                  // the document has no such key
	defined
)

// look implements view.
func (o object) look(top, key string) (any, knowledge) {
	value, known := o[top]
	if known && key == "" {
		return value, defined
	}
	inner, known := value.(map[string]any)
	if !known {
		return nil, notKnown
	}
	if v, ok := inner[key]; ok {
		return v, defined
	}
	return nil, undefined
}

// holds asks a view; of what it does not hold nothing is known.
func (c *condition) holds(doc view) bool {
	v, known := doc.look(c.top, c.key)
	defined := known == defined
	switch {
	case known == notKnown:
		return true
	case c.key == "":
		return !empty(v)
	}
	switch c.op {
	case isTrue:
		return defined && v != false
	case isFalse:
		return !defined || v == false
	case hasSome:
		return !empty(v)
	case isGiven:
		return !empty(v) && v != false
	}
	text, ok := literal(v)
	if !ok {
		return defined // no literal of ours: let the policy look
	}
	found := strings.Contains(","+c.values, ","+text+",")
	return found == (c.op == isOne)
}

func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case []any:
		return len(v) == 0
	case string:
		return v == ""
	}
	return false
}

// literal writes a value of the facts as Rego would.
func literal(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return strconv.Quote(v), true
	case bool:
		return strconv.FormatBool(v), true
	case int:
		return strconv.Itoa(v), true
	}
	return "", false
}

// passes tells whether a document, as far as the view knows it, is worth asking
// about.
func (g gate) passes(doc view) bool {
	for i := range g.needs {
		if !g.needs[i].holds(doc) {
			return false
		}
	}
	return len(g.alternatives) == 0 || slices.ContainsFunc(g.alternatives, func(all []condition) bool {
		for i := range all {
			if !all[i].holds(doc) {
				return false
			}
		}
		return true
	})
}

// isOpen tells a gate that everything passes.
func (g gate) isOpen() bool { return len(g.alternatives)+len(g.needs) == 0 }

// opens tells whether the policy has anything to look at.
func (g gate) opens(w *world, kind unitKind) bool {
	switch kind {
	case ruleUnit:
		return slices.Contains(w.factTable().passing(g), true)
	case clusterUnit:
		looks := fields{names: map[string]*subset{}}
		g.addTo(looks)
		doc, _ := w.clusterDocument(looks)
		return g.passes(doc)
	}
	return true // see world.choose
}

// addTo adds what the gate looks at.
func (g gate) addTo(f fields) {
	for _, all := range append(g.alternatives[:len(g.alternatives):len(g.alternatives)], g.needs) {
		for _, c := range all {
			f.see(c.top, c.key)
		}
	}
}

// gateOf reads the gate of a module: the conditions among the expressions of its
// entries' bodies.
func gateOf(m *ast.Module) [][]condition {
	var alternatives [][]condition
	for _, r := range m.Rules {
		if ref := r.Head.Ref(); len(ref) == 0 || !slices.Contains(entryPoints, ref[0].String()) {
			continue
		}
		for ; r != nil; r = r.Else {
			var all []condition
			for _, e := range r.Body {
				if c, ok := conditionOf(e); ok {
					all = append(all, c)
				}
			}
			if len(all) == 0 {
				return nil
			}
			alternatives = append(alternatives, all)
		}
	}
	return alternatives
}

func conditionOf(e *ast.Expr) (condition, bool) {
	if len(e.With) > 0 {
		return condition{}, false
	}
	if !e.IsCall() {
		top, key, ok := keyOf(e.Terms)
		return condition{top: top, key: key, op: map[bool]operator{false: isTrue, true: isFalse}[e.Negated]}, ok
	}
	if e.Negated || len(e.Operands()) != 2 {
		return condition{}, false
	}
	left, right := e.Operand(0), e.Operand(1)
	switch e.Operator().String() {
	case ast.Equal.Name, ast.Member.Name:
		top, key, ok := keyOf(left)
		values, known := literals(right)
		return condition{top, key, isOne, values}, ok && known
	case ast.NotEqual.Name:
		top, key, ok := keyOf(left)
		values, known := literals(right)
		return condition{top, key, isNone, values}, ok && known
	case ast.GreaterThan.Name:
		call, ok := left.Value.(ast.Call)
		if !ok || len(call) != 2 || !call[0].Equal(ast.NewTerm(ast.Count.Ref())) || right.String() != "0" {
			return condition{}, false
		}
		top, key, ok := keyOf(call[1])
		return condition{top: top, key: key, op: hasSome}, ok
	}
	return condition{}, false
}

// keyOf reads terms of the form input.TOP.KEY.
func keyOf(terms any) (top, key string, ok bool) {
	t, isTerm := terms.(*ast.Term)
	if !isTerm {
		return "", "", false
	}
	ref, isRef := t.Value.(ast.Ref)
	if !isRef || len(ref) != 3 || !ref[0].Equal(ast.InputRootDocument) {
		return "", "", false
	}
	top, isText := constant(ref, 1)
	key, ok = constant(ref, 2)
	return top, key, ok && isText
}

// literals writes a literal, or those of a set.
func literals(t *ast.Term) (string, bool) {
	switch v := t.Value.(type) {
	case ast.String, ast.Boolean, ast.Number:
		return t.String() + ",", true
	case ast.Set:
		text, known := "", true
		v.Foreach(func(one *ast.Term) {
			s, ok := literals(one)
			text, known = text+s, known && ok
		})
		return text, known
	}
	return "", false
}
