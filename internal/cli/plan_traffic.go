package cli

import (
	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/plan"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
)

// traffic compares what packets meet before and after.
func (r *planRun) traffic(live *plan.Live, wanted *nft.Program) *plan.Traffic {
	return nil
}

// shownTraffic brings what a plan says about packets into the form in which differences
// are shown.
func shownTraffic(t *plan.Traffic) []*shownEndpoint {
	var list []*shownEndpoint
	for i := range t.Endpoints {
		a := &t.Endpoints[i]
		e := &shownEndpoint{names: a.Names, nodes: make([]string, len(a.Names)), families: a.Families, unknown: a.Unknown,
			dir: valueOf(ir.In, ir.Through, a.Direction), class: valueOf(analysis.Equal, analysis.Incomparable, a.Class),
			presence: valueOf(analysis.Stays, analysis.Vanishes, a.Presence)}
		for _, f := range a.Fates {
			e.changes = append(e.changes, shownChange{was: f.Was, is: f.Is, effect: valueOf(analysis.NoEffect, analysis.Inspects, f.Effect),
				boxes: f.Packets, more: f.More, before: deciders{first: shownDecider(f.Before)}, after: deciders{first: shownDecider(f.After)}, witness: f.Witness})
		}
		list = append(list, e)
	}
	return list
}

func shownDecider(d plan.Decider) decider { return decider{File: d.Place, Text: d.Text} }

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
