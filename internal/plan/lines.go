package plan

import (
	"regexp"
	"strings"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/textdiff"
)

// lines are those of one change.
type lines struct {
	limit          int
	list           []Line
	added, removed int
	more           int
	gap            bool // lines that stay were left out since the last one
}

// add takes a line in, or counts it where there is no room.
func (w *lines) add(l Line) {
	switch l.Op {
	case Added:
		w.added++
	case Removed:
		w.removed++
	}
	if len(w.list) >= w.limit {
		if l.Op == Added || l.Op == Removed {
			w.more++
		}
		return
	}
	if w.gap && len(w.list) > 0 {
		w.list = append(w.list, Line{Op: LeftOut})
	}
	w.gap = false
	w.list = append(w.list, l)
}

// all adds rules that are all new, or all gone.
func (w *lines) all(op string, rules []*nft.Rule) {
	for _, r := range rules {
		w.add(lineOf(op, r))
	}
}

// lineOf shows a rule.
func lineOf(op string, r *nft.Rule) Line {
	place, marked := commentPlace(r)
	return Line{Op: op, Text: r.Text(), Place: place, Marked: marked}
}

// pvefws is the comment of a rule that pvefw made: its id, and where it comes from.
var pvefws = regexp.MustCompile(`^[0-9a-f]{8}( .*)?$`)

// commentPlace is what the comment of a rule of pvefw's says about its place.
func commentPlace(r *nft.Rule) (place string, marked bool) {
	if !pvefws.MatchString(r.Comment) {
		return "", false
	}
	_, place, _ = strings.Cut(r.Comment, " ")
	return place, true
}

// between adds the way from one list of rules to another, with some of those that stay.
func (w *lines) between(old, new []*nft.Rule) {
	var walk []Line
	a, b := 0, 0
	for _, op := range textdiff.Steps(texts(old), texts(new)) {
		switch op {
		case textdiff.Delete:
			walk = append(walk, lineOf(Removed, old[a]))
			a++
		case textdiff.Insert:
			walk = append(walk, lineOf(Added, new[b]))
			b++
		default:
			walk = append(walk, lineOf(Stays, new[b]))
			a, b = a+1, b+1
		}
	}
	w.around(walk)
}

// around adds the lines that change, and those near them.
func (w *lines) around(walk []Line) {
	near := 0 // how many lines from here on are near one that changed
	for i, l := range walk {
		if l.Op != Stays {
			near = context + 1
		}
		if near--; near >= 0 || changesSoon(walk[i:]) {
			w.add(l)
			continue
		}
		w.gap = true
	}
}

func changesSoon(walk []Line) bool {
	for _, l := range walk[:min(len(walk), context+1)] {
		if l.Op != Stays {
			return true
		}
	}
	return false
}

func texts(rules []*nft.Rule) []string {
	list := make([]string, len(rules))
	for i, r := range rules {
		list[i] = r.Text()
	}
	return list
}

func (w *lines) done() (list []Line, added, removed int) {
	if w.list == nil {
		w.list = []Line{}
	}
	return w.list, w.added, w.removed
}
