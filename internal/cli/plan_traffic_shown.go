package cli

import (
	"github.com/pvefw/pvefw/internal/plan"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
)

// This file goes between the form in which differences are shown and the data of a plan.

func affects(e *shownEndpoint) plan.Affects {
	a := plan.Affects{Names: e.names, Direction: e.dir.String(), Families: e.families, Class: e.class.String(),
		Presence: e.presence.String(), Unknown: e.unknown, Fates: []plan.Fate{}}
	for i := range e.changes {
		c := &e.changes[i]
		a.Fates = append(a.Fates, plan.Fate{Effect: c.effect.String(), Was: c.was, Is: c.is, Packets: append([]string{}, c.boxes...), More: c.more,
			Before: planDecider(&c.before), After: planDecider(&c.after), Witness: c.witness})
	}
	return a
}

func planDecider(d *deciders) plan.Decider {
	if d.first == (decider{}) {
		return plan.Decider{}
	}
	return plan.Decider{Place: d.where(), Text: d.first.Text}
}

// shownTraffic is the way back.
func shownTraffic(t *plan.Traffic) []*shownEndpoint {
	var list []*shownEndpoint
	for i := range t.Endpoints {
		a := &t.Endpoints[i]
		e := &shownEndpoint{names: a.Names, nodes: make([]string, len(a.Names)), families: a.Families, unknown: a.Unknown,
			dir: valueOf(ir.In, ir.Through, a.Direction), class: valueOf(analysis.Equal, analysis.Incomparable, a.Class),
			presence: valueOf(analysis.Stays, analysis.Vanishes, a.Presence)}
		for _, f := range a.Fates {
			e.changes = append(e.changes, shownChange{was: f.Was, is: f.Is, effect: valueOf(analysis.NoEffect, analysis.Inspects, f.Effect),
				boxes: f.Packets, more: f.More, before: shownDeciders(f.Before), after: shownDeciders(f.After), witness: f.Witness})
		}
		list = append(list, e)
	}
	return list
}

func shownDeciders(d plan.Decider) deciders {
	return deciders{first: decider{File: d.Place, Text: d.Text}}
}

// valueOf finds the value of a closed list, from first to last, by its word; the first
// for another word.
func valueOf[T interface {
	~uint8
	String() string
}](first, last T, word string) T {
	for v := first; v <= last; v++ {
		if v.String() == word {
			return v
		}
	}
	return first
}
