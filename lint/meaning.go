package lint

import (
	"slices"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// keepsMeaning tells whether every line that no fix of the trial names is stored
// as before: by the same words in the same place of its file, and with its names
// leading where they led.
func keepsMeaning(before *config.Config, t *trial) bool {
	old, now := before.Stored(), t.view.Config.Stored()
	named := namedLines(t.mends)
	for f, lines := range old {
		other := f
		if changed := t.changed[f]; changed != nil {
			other = changed
		}
		moved := shifts(f, t.mends)
		for n := 1; n <= f.LineCount(); n++ {
			if !named[f][n] && lines[n] != now[other][moved.line(other, f.Line(n).Start)] {
				return false
			}
		}
	}
	return true
}

// namedLines are the lines that fixes edit and those that their findings are
// about.
func namedLines(mends []Mend) editedPlaces {
	named := editedPlaces{}
	for _, m := range mends {
		for _, e := range m.Fix.Edits {
			if !isInsertion(e) {
				named.add([]source.Edit{e})
			}
		}
		if at := m.Finding.Span; !at.WholeFile() {
			named.add([]source.Edit{{Span: at, Text: "-"}})
		}
	}
	return named
}

// shift is by how much the text behind a place of the old file has moved.
type shift struct{ from, by int32 }

type shiftList []shift

// shifts lists what the edits of f do to places behind them, in rising order.
func shifts(f *source.File, mends []Mend) shiftList {
	var list shiftList
	for _, m := range mends {
		for _, e := range m.Fix.Edits {
			if e.Span.File == f {
				list = append(list, shift{e.Span.End, int32(len(e.Text)) - (e.Span.End - e.Span.Start)})
			}
		}
	}
	slices.SortFunc(list, func(a, b shift) int { return int(a.from - b.from) })
	sum := int32(0)
	for i := range list {
		sum += list[i].by
		list[i].by = sum
	}
	return list
}

// line is the number in the mended file of the line that began at start.
func (l shiftList) line(mended *source.File, start int32) int {
	n, _ := slices.BinarySearchFunc(l, start+1, func(s shift, at int32) int { return int(s.from - at) })
	if n > 0 {
		start += l[n-1].by
	}
	return mended.Pos(int(start)).Line
}
