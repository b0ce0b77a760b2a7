package iptables

import (
	"strings"

	"github.com/pvefw/pvefw/compiler"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir"
)

// Traced is a text of which every line is known to come from somewhere. Origins has one
// for each line, or ends before those of which nobody made any; that of what every node
// has is zero.
type Traced struct {
	compiler.Artifact
	Origins []ir.Origin
}

// Trace is Emit for those who show the texts to people: the daemon's texts have no room
// for a word on where a line comes from.
func Trace(p *ir.Policy) (made []Traced, found diag.List) {
	found = backend{traced: true}.each(p, func(t text) {
		to := &tracing{}
		to.Grow(t.size)
		t.print(to)
		made = append(made, Traced{compiler.Artifact{Name: t.name, Text: to.String()}, to.origins})
	})
	return made, found
}

// tracing is a sink that keeps where lines come from.
type tracing struct {
	strings.Builder
	origins []ir.Origin
	counted int // bytes whose lines are counted in lines
	lines   int
}

// from says where the last lines come from that were written.
func (t *tracing) from(origins []ir.Origin) {
	text := t.String()
	t.lines += strings.Count(text[t.counted:], "\n")
	t.counted = len(text)
	before := t.lines - len(origins)
	t.origins = append(t.origins, make([]ir.Origin, before-len(t.origins))...)
	t.origins = append(t.origins, origins...)
}

// lines is a text in the making, line by line.
type lines struct {
	strings.Builder
	origins []ir.Origin
}

func (l *lines) add(line string, from ir.Origin) {
	l.WriteString(line)
	l.WriteByte('\n')
	l.origins = append(l.origins, from)
}
