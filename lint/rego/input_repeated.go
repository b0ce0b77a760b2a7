package rego

import (
	"slices"
	"strings"

	"github.com/pvefw/pvefw/ir/config"
)

// A block is worth a group from this many rules in this many guests on.
const (
	leastRules  = 3
	leastGuests = 3
)

// block is a place where leastRules rules stand one below the other.
type block struct{ list, at int }

// repeatedPart lists the blocks of rules that stand in several guests alike, at
// the first guest that has them.
func (w *world) repeatedPart(ids idTable) any {
	lists := w.guestLists()
	where := map[string][]block{}
	for l, list := range lists {
		for at := range list.starts() {
			key := list.key(at)
			where[key] = append(where[key], block{l, at})
		}
	}
	out := []any{}
	for l, list := range lists {
		for at := 0; at < list.starts(); at++ {
			places := where[list.key(at)]
			if places[0] != (block{l, at}) || guestsAt(places) < leastGuests {
				continue
			}
			length := extent(lists, places)
			out = append(out, object{"at": ids.add(list.rules[at].Span()), "rules": length, "guests": vmids(lists, places)})
			at += length - leastRules // the blocks inside are part of this one
		}
	}
	return out
}

// ruleList is the rules of a guest that a group could hold, with gaps of nil where
// others stand between them.
type ruleList struct {
	vmid  int
	rules []*config.Rule
	texts []string
}

func (w *world) guestLists() []ruleList {
	var lists []ruleList
	for f := range w.files() {
		if f.guest == nil {
			continue
		}
		l := ruleList{vmid: f.guest.VMID}
		for _, r := range f.fw.Rules {
			text := ""
			if inForce(r) && r.Type != config.GroupRule && interfaceOf(r) == "" {
				text = words(r)
			}
			l.rules, l.texts = append(l.rules, r), append(l.texts, text)
		}
		lists = append(lists, l)
	}
	return lists
}

// starts is how many blocks could begin in the list.
func (l *ruleList) starts() int { return max(0, len(l.rules)-leastRules+1) }

// key is equal for equal blocks; one with a gap equals none.
func (l *ruleList) key(at int) string {
	texts := l.texts[at : at+leastRules]
	if slices.Contains(texts, "") {
		return texts[0] + "\n" + l.rules[at].Span().String()
	}
	return strings.Join(texts, "\n")
}

func guestsAt(places []block) int {
	n := 0
	for i, p := range places {
		if i == 0 || p.list != places[i-1].list {
			n++
		}
	}
	return n
}

// extent is how long the block goes on alike in all places.
func extent(lists []ruleList, places []block) int {
	first := lists[places[0].list].texts[places[0].at:]
	for n := leastRules; n < len(first); n++ {
		for _, p := range places {
			texts := lists[p.list].texts
			if p.at+n >= len(texts) || first[n] == "" || texts[p.at+n] != first[n] {
				return n
			}
		}
	}
	return len(first)
}

func vmids(lists []ruleList, places []block) []any {
	var out []any
	for i, p := range places {
		if i == 0 || p.list != places[i-1].list {
			out = append(out, lists[p.list].vmid)
		}
	}
	return out
}
