package diag

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/pvefw/pvefw/internal/source"
)

// excerpt shows the line of s with a mark under s. A span over several lines is
// marked to the end of its first one. Nothing is shown for a whole file.
func (p *printer) excerpt(s source.Span, mark, style, label string) {
	if s.IsZero() || s.WholeFile() {
		return
	}
	number := s.From().Line
	line := s.File.Line(number)
	from, to := int(s.Start-line.Start), int(min(s.End, line.End)-line.Start)
	room := max(p.opt.Width-p.gutter-3, 20)
	text, indent, width := window(s.File.Bytes()[line.Start:line.End], from, max(to, from), room)
	bar := p.paint(blue, "|")
	pad := strings.Repeat(" ", p.gutter)
	if mark == caret {
		fmt.Fprintf(p.out, "%s %s\n", pad, bar)
	}
	fmt.Fprintf(p.out, "%s %s %s\n", p.paint(blue, fmt.Sprintf("%*d", p.gutter, number)), bar, text)
	under := strings.Repeat(mark, max(width, 1))
	if label != "" {
		under += " " + clip(label)
	}
	fmt.Fprintf(p.out, "%s %s %s%s\n", pad, bar, strings.Repeat(" ", indent), p.paint(style, under))
}

// window cuts line so that it takes at most room cells and still shows the bytes
// [from, to), or their beginning. It returns the text as shown, and where the
// mark stands in it, in cells. The work is bounded by room, not by the line.
func window(line []byte, from, to, room int) (text string, indent, width int) {
	shown := shownUpTo(line, to, room)
	start := 0
	if shown > room || from > len(line) {
		start = backUp(line, from, room/3)
	}
	var b strings.Builder
	used := 0
	if start > 0 {
		b.WriteString(omitted)
		used = 1
	}
	at := start
	for at < len(line) {
		r, n := utf8.DecodeRune(line[at:])
		g := glyph(r, string(line[at:at+n]))
		w := cells(g)
		if used+w >= room && at+n < len(line) || used+w > room {
			b.WriteString(omitted)
			break
		}
		switch {
		case at < from:
			indent += w
		case at < to:
			width += w
		}
		b.WriteString(g)
		used += w
		at += n
	}
	if start > 0 {
		indent++
	}
	return strings.TrimRight(b.String(), " "), indent, width
}

// shownUpTo counts the cells of line up to byte end, giving up above room.
func shownUpTo(line []byte, end, room int) int {
	n := 0
	for at := 0; at < min(end, len(line)) && n <= room; {
		r, size := utf8.DecodeRune(line[at:])
		n += cells(glyph(r, string(line[at:at+size])))
		at += size
	}
	return n
}

// backUp returns a rune boundary at most room runes before byte at.
func backUp(line []byte, at, room int) int {
	at = min(at, len(line))
	for ; room > 0 && at > 0; room-- {
		_, n := utf8.DecodeLastRune(line[:at])
		at -= n
	}
	return at
}
