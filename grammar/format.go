package grammar

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/pvefw/pvefw/internal/source"
)

// Format returns f in the house form: one blank line before and behind a header,
// comments directly above a header with it, never two blank lines, one blank
// where one is wanted, Proxmox's spelling and order of flags, comments below each
// other. Lines that the daemon drops, lines that keep picks and lines that give a
// flag twice stay byte for byte. Invariant: every line of the result reads as it
// did before, and the house form of the result is the result.
func Format(f *File, keep func(Line) bool) []byte {
	data := f.Source.Bytes()
	if string(data) == "0" || len(data) == 0 { // no file at all (reference/pve-firewall §1.2)
		return bytes.Clone(data)
	}
	p := &formatter{file: f, raw: make([]bool, len(f.Lines))}
	for i, l := range f.Lines {
		p.raw[i] = p.untouchable(l) || keep(l)
	}
	for range 3 { // a line that settled marks as raw cannot fail again
		out := p.print()
		if p.settled(out) {
			return out
		}
	}
	return bytes.Clone(data)
}

// formatter prints a file; raw lines, by index, stay as they are.
type formatter struct {
	file *File
	raw  []bool
}

// row is one line of the result. The gap between head and tail, an option's value
// or a comment, is as wide as the lines around ask for.
type row struct {
	head, tail string
	kind       rowKind
}

type rowKind uint8

const (
	blankRow rowKind = iota
	commentRow
	headerRow
	contentRow
)

func (p *formatter) print() []byte {
	rows := make([]row, len(p.file.Lines))
	for i, l := range p.file.Lines {
		rows[i] = p.row(l, p.raw[i])
	}
	rows = spaced(rows)
	var out bytes.Buffer
	for len(rows) > 0 {
		n := blockLength(rows)
		printBlock(&out, rows[:n])
		rows = rows[n:]
	}
	return out.Bytes()
}

// spaced sets the blank lines. A file of nothing but blank lines keeps one: to the
// daemon an empty file is no file.
func spaced(rows []row) []row {
	var out []row
	for i, r := range rows {
		if r.kind == blankRow {
			continue
		}
		if n := len(out); n > 0 && (rows[i-1].kind == blankRow || out[n-1].kind == headerRow || opensSection(rows, i)) {
			out = append(out, row{})
		}
		out = append(out, r)
	}
	if len(out) == 0 {
		return []row{{}}
	}
	return out
}

// opensSection reports whether row i is a header, or the first of the comment
// lines that stand directly above one.
func opensSection(rows []row, i int) bool {
	if i > 0 && rows[i-1].kind == commentRow {
		return false
	}
	for i < len(rows)-1 && rows[i].kind == commentRow {
		i++
	}
	return rows[i].kind == headerRow
}

// blockLength counts the rows up to the next blank line, or blank lines.
func blockLength(rows []row) int {
	n := 1
	for n < len(rows) && (rows[n].kind == blankRow) == (rows[0].kind == blankRow) {
		n++
	}
	return n
}

// widest is the longest head, in characters, that moves the tails of its block.
const widest = 72

func printBlock(out *bytes.Buffer, rows []row) {
	column := 0
	for _, r := range rows {
		if n := utf8.RuneCountInString(r.head); r.tail != "" && n <= widest {
			column = max(column, n)
		}
	}
	for _, r := range rows {
		out.WriteString(r.head)
		if r.tail != "" {
			out.WriteString(strings.Repeat(" ", max(0, column-utf8.RuneCountInString(r.head))+1))
			out.WriteString(r.tail)
		}
		out.WriteByte('\n')
	}
}

// settled compares what out reads as with the file. Lines that read otherwise are
// marked to stay as they are.
func (p *formatter) settled(out []byte) bool {
	again, _ := Parse(source.NewFile(p.file.Source.Name(), out), p.file.Env)
	next, good := 0, true
	for i, l := range p.file.Lines {
		want := p.file.reading(l)
		if want == "" {
			continue
		}
		for next < len(again.Lines) && again.reading(again.Lines[next]) == "" {
			next++
		}
		if next == len(again.Lines) || again.reading(again.Lines[next]) != want {
			p.raw[i], good = true, false
		}
		next++
	}
	return good
}
