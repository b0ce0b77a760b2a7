package rego

import (
	"github.com/pvefw/pvefw/ir/config"
)

// order is what follows from the order of rules within a list: the [RULES] of a
// file, or a security group.
type order struct {
	// catchers holds, by rule, the rule above it behind which nothing is reached
	// any more; last the last rule of the same direction in the list of a catcher.
	catchers map[*config.Rule]*config.Rule
	last     map[*config.Rule]*config.Rule
}

// order looks at all lists, at its first use.
func (w *world) order() *order {
	if w.known != nil {
		return w.known
	}
	w.known = &order{catchers: map[*config.Rule]*config.Rule{}, last: map[*config.Rule]*config.Rule{}}
	var list []placedRule
	for r := range w.rules() {
		if len(list) > 0 && (r.fw != list[0].fw || r.group != list[0].group) {
			w.orderOf(list)
			list = list[:0]
		}
		list = append(list, r)
	}
	w.orderOf(list)
	return w.known
}

func (w *world) orderOf(list []placedRule) {
	for _, t := range []config.RuleType{config.InRule, config.OutRule} {
		w.findCaught(list, t)
	}
}

// findCaught looks for rules behind a catch-all of their family, or behind two
// that make one together. A rule bound to an interface catches nothing.
func (w *world) findCaught(list []placedRule, t config.RuleType) {
	first := map[families]*config.Rule{} // by single family
	caught := map[*config.Rule]bool{}
	for _, r := range list {
		if r.Type != t {
			continue
		}
		for catcher := range caught {
			w.known.last[catcher] = r.Rule
		}
		if c := catcherOf(familiesOf(r.Family), first); c != nil {
			w.known.catchers[r.Rule] = c
			caught[c], w.known.last[c] = true, r.Rule
			continue
		}
		whole := w.catchAll(r.Rule)
		for _, f := range []families{onlyV4, onlyV6} {
			if whole&f != 0 && first[f] == nil && interfaceOf(r.Rule) == "" {
				first[f] = r.Rule
			}
		}
	}
}

// catcherOf is the rule that completes the catching of all families that are
// asked for.
func catcherOf(wanted families, first map[families]*config.Rule) *config.Rule {
	v4, v6 := first[onlyV4], first[onlyV6]
	switch {
	case wanted == onlyV4, wanted == both && v4 == v6:
		return v4
	case wanted == onlyV6:
		return v6
	case v4 == nil || v6 == nil:
		return nil
	case v4.Line.Number > v6.Line.Number:
		return v4
	}
	return v6
}
