package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/packet"
)

// bunch is changes of a list that are shown as one.
type bunch struct {
	effect        analysis.Effect
	changes       []*analysis.Change
	before, after []decider
}

// gather brings the changes of a list together: first what one line does now,
// whatever decided before; then what is left, by what decided before. Changes of
// packets that begin no ordinary connection are left out beside one of the same
// line that has ordinary ones.
func gather(at *analysis.EndpointChange, w *analysis.Witnesses, names *packet.Names) []shownChange {
	var list []*bunch
	for i := range at.Changes {
		c := &at.Changes[i]
		list = append(list, &bunch{at.Effect(c), []*analysis.Change{c}, []decider{deciderOf(&c.Was)}, []decider{deciderOf(&c.Is)}})
	}
	list = bring(list, func(b *bunch) string { return fmt.Sprint(b.effect, b.changes[0].Is.Word(), b.after) })
	list = bring(list, func(b *bunch) string {
		if len(b.before) > 1 {
			return fmt.Sprintf("%p", b)
		}
		return fmt.Sprint(b.effect, b.changes[0].Was.Word(), b.before)
	})
	var shown, special []shownChange
	for _, b := range list {
		boxes, whole := analysis.UsualBoxes(b.changes, mostBoxes)
		if len(boxes) == 0 && whole {
			boxes, whole = analysis.Boxes(b.changes, mostBoxes)
			special = append(special, b.shown(at, w, names, boxes, whole))
			continue
		}
		shown = append(shown, b.shown(at, w, names, boxes, whole))
	}
	for _, c := range special {
		beside := func(s shownChange) bool {
			return s.effect == c.effect && (s.after.first == c.after.first || s.before.first == c.before.first)
		}
		if !slices.ContainsFunc(shown, beside) {
			shown = append(shown, c)
		}
	}
	return shown
}

// bring joins bunches of the same key.
func bring(list []*bunch, key func(*bunch) string) []*bunch {
	known := map[string]*bunch{}
	var out []*bunch
	for _, b := range list {
		k := key(b)
		first := known[k]
		if first == nil {
			known[k] = b
			out = append(out, b)
			continue
		}
		first.changes = append(first.changes, b.changes...)
		first.before, first.after = with(first.before, b.before), with(first.after, b.after)
	}
	return out
}

func with[T comparable](list, more []T) []T {
	for _, d := range more {
		if !slices.Contains(list, d) {
			list = append(list, d)
		}
	}
	return list
}

// side is one end of a change.
type side func(*analysis.Change) *analysis.Fate

func was(c *analysis.Change) *analysis.Fate { return &c.Was }
func is(c *analysis.Change) *analysis.Fate  { return &c.Is }

// shown is the bunch for people. The last change of ordinary connections stands for
// the others: lists begin with exceptions, and end with what is general.
func (b *bunch) shown(at *analysis.EndpointChange, w *analysis.Witnesses, names *packet.Names, boxes []packet.Box, whole bool) shownChange {
	list := b.ordinary()
	typical := list[len(list)-1]
	one := shownChange{effect: b.effect, was: words(list, was), is: words(list, is), more: !whole,
		before: placesOf(list, was), after: placesOf(list, is)}
	one.logs[0], one.logs[1] = typical.Was.Log, typical.Is.Log
	for _, box := range boxes {
		one.boxes = append(one.boxes, box.Text(names))
	}
	if found := w.Of(at, typical); found.Walked {
		one.witness = asked{query: found.Query}.flags()
	}
	return one
}

// ordinary are the changes with packets of ordinary connections, or all if there
// are none of these. A reject that nobody hears is told as the reject.
func (b *bunch) ordinary() []*analysis.Change {
	var list []*analysis.Change
	for _, c := range b.changes {
		if boxes, _ := c.UsualBoxes(1); len(boxes) > 0 && !c.Silent {
			list = append(list, c)
		}
	}
	if len(list) == 0 {
		return b.changes
	}
	return list
}

// placesOf are the places of one side that decide; the last change's is the first.
func placesOf(list []*analysis.Change, of side) deciders {
	places := []decider{deciderOf(of(list[len(list)-1]))}
	for _, c := range list {
		places = with(places, []decider{deciderOf(of(c))})
	}
	return deciders{places[0], len(places) - 1}
}

// words are the verdicts of one side.
func words(list []*analysis.Change, of side) string {
	var words []string
	for _, c := range list {
		words = with(words, []string{of(c).Word()})
	}
	slices.Sort(words)
	return strings.Join(words, " or ")
}
