package lint

import (
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// Hostile input may need any number of rounds, or hold any number of fixes that
// do not help. A real file takes two or three rounds and hardly a second look, so
// the bounds are in lines that are looked at.
const (
	mostRounds   = 32
	roundLines   = 1_000_000
	allLines     = 2_000_000
	fewestLooks  = 8
	longestRound = 48 // looks
)

// View is what a lint sees of an Input.
type View struct {
	Config *config.Config
	Result Result
}

// Look reads, resolves and lints files.
type Look func(config.Input) (View, error)

// Mended is the outcome of mending.
type Mended struct {
	View
	Mends []Mend // in the order they were made; places are those of the time
	Files []FileMend
	// Left counts the remaining findings that have a fix. Those fixes are unsafe,
	// or would change what lines they do not name mean, or would not help.
	Left int
}

// FileMend is a file that changed.
type FileMend struct{ Old, New *source.File }

// MendAll makes the fixes of the findings in files, lints the mended text, and
// starts again with what it finds there, until nothing is left to do. Invariant:
// there are never more findings afterwards, and a second run changes nothing.
// Without unsafe no line changes its meaning that no fix names.
func MendAll(in config.Input, unsafe bool, look Look) (Mended, error) {
	first, err := look(in)
	if err != nil {
		return Mended{View: first}, err
	}
	m := &mender{unsafe: unsafe, look: look, in: in, view: first, origin: map[*source.File]*source.File{}}
	m.bound()
	for range mostRounds {
		done, err := m.round()
		if err != nil {
			return m.outcome(), err
		}
		if done {
			break
		}
	}
	return m.outcome(), nil
}

// mender is the state between two rounds.
type mender struct {
	unsafe bool
	look   Look
	in     config.Input
	view   View
	origin map[*source.File]*source.File // what a changed file was at first
	made   []Mend

	looks, roundLooks, allLooks int // of this round, and how many are left to it and to all
}

// bound shares the looks out.
func (m *mender) bound() {
	lines := 1
	for _, f := range m.in.Files() {
		lines += f.LineCount()
	}
	m.roundLooks = min(max(roundLines/lines, fewestLooks), longestRound)
	m.allLooks = max(allLines/lines, 2*fewestLooks)
}

// trial is some fixes of a round made together.
type trial struct {
	mends   []Mend
	changed map[*source.File]*source.File
	in      config.Input
	view    View
}

// round makes as many fixes as get along; done when that is none.
func (m *mender) round() (done bool, err error) {
	m.allLooks -= m.looks
	m.looks = 0
	best, err := m.grow(trial{in: m.in, view: m.view}, Choose(m.view.Result.Findings, m.unsafe, m.in.Files()))
	if err != nil || len(best.mends) == 0 {
		return true, err
	}
	for old, mended := range best.changed {
		first := m.origin[old]
		if first == nil {
			first = old
		}
		delete(m.origin, old)
		m.origin[mended] = first
	}
	m.in, m.view, m.made = best.in, best.view, append(m.made, best.mends...)
	return false, nil
}

// grow adds mends to those of best: all together where that helps, else each half
// for itself, down to single ones.
func (m *mender) grow(best trial, mends []Mend) (trial, error) {
	if len(mends) == 0 || m.looks >= min(m.roundLooks, m.allLooks) {
		return best, nil
	}
	next, err := m.try(append(slices.Clone(best.mends), mends...))
	if err != nil {
		return best, err
	}
	if m.allows(&best, &next) {
		return next, nil
	}
	if len(mends) == 1 {
		return best, nil
	}
	if best, err = m.grow(best, mends[:len(mends)/2]); err != nil {
		return best, err
	}
	return m.grow(best, mends[len(mends)/2:])
}

func (m *mender) try(mends []Mend) (trial, error) {
	m.looks++
	t := trial{mends: mends, changed: Apply(mends)}
	t.in = m.in.Exchange(t.changed)
	var err error
	t.view, err = m.look(t.in)
	return t, err
}

// allows tells whether next is better than best and harms nobody.
func (m *mender) allows(best, next *trial) bool {
	if !lighter(next.view.Result.Findings, best.view.Result.Findings) {
		return false
	}
	return m.unsafe || keepsMeaning(m.view.Config, next)
}

// lighter tells whether findings weigh less than others: there are fewer, or as
// many but less grave, or as many and as grave but of lines that can be read now.
// The last befalls a mended line that shows the fault behind the one it had.
func lighter(a, b diag.List) bool { return slices.Compare(weight(a), weight(b)) < 0 }

func weight(l diag.List) []int {
	syntax := 0
	for i := range l {
		if l[i].Rule.Category == "syntax" {
			syntax++
		}
	}
	return []int{len(l), l.Count(diag.Error), l.Count(diag.Warning), syntax}
}

func (m *mender) outcome() Mended {
	out := Mended{View: m.view, Mends: m.made}
	for mended, first := range m.origin {
		out.Files = append(out.Files, FileMend{Old: first, New: mended})
	}
	slices.SortFunc(out.Files, func(a, b FileMend) int { return strings.Compare(a.Old.Name(), b.Old.Name()) })
	for i := range m.view.Result.Findings {
		if _, ok := firstFix(&m.view.Result.Findings[i], true); ok {
			out.Left++
		}
	}
	return out
}
