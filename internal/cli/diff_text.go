package cli

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
)

// textDiffWriter writes a difference for people.
type textDiffWriter struct {
	*diffRun
	out bytes.Buffer
}

func (r *diffRun) writeText(d *compared) error {
	w := &textDiffWriter{diffRun: r}
	w.files(d.files)
	for _, e := range r.shown(d) {
		w.endpoint(e, len(d.nodes))
	}
	for _, line := range d.loadLines() {
		fmt.Fprintf(&w.out, "%s%s%s\n\n", w.paint(yellow), line, w.paint(normal))
	}
	for _, line := range d.brokenLines() {
		fmt.Fprintf(&w.out, "%snot as expected:%s %s\n", w.paint(red), w.paint(normal), line)
	}
	if len(d.broken) > 0 {
		w.out.WriteByte('\n')
	}
	fmt.Fprintf(&w.out, "%s%s%s: %s\n", w.paint(classColor(d.class)), d.class, w.paint(normal), d.summary())
	_, err := io.Copy(r.Stdout, &w.out)
	return err
}

func classColor(c analysis.Class) string {
	switch c {
	case analysis.Wider:
		return red
	case analysis.Equal, analysis.Narrower:
		return green
	}
	return yellow
}

func effectColor(e analysis.Effect) string {
	switch e {
	case analysis.Opens:
		return red
	case analysis.Closes:
		return green
	case analysis.NoEffect:
		return faint
	}
	return yellow
}

// files writes the patches, or with --stat how large they are.
func (w *textDiffWriter) files(list []fileDiff) {
	for i := range list {
		f := &list[i]
		if w.stat {
			fmt.Fprintf(&w.out, "%s: %s, %s+%d%s %s-%d%s\n", diag.Visible(f.path), f.status,
				w.paint(green), f.added, w.paint(normal), w.paint(red), f.removed, w.paint(normal))
			continue
		}
		for line := range strings.Lines(f.patch) {
			color := map[byte]string{'+': green, '-': red, '@': faint, '\\': faint}[line[0]]
			if color == "" {
				fmt.Fprintln(&w.out, patchLine(line))
				continue
			}
			fmt.Fprintf(&w.out, "%s%s%s\n", w.paint(color), patchLine(line), w.paint(normal))
		}
	}
	if len(list) > 0 {
		w.out.WriteByte('\n')
	}
}

// patchLine makes a line of a patch safe to print.
func patchLine(line string) string { return diag.Visible(strings.TrimSuffix(line, "\n")) }

func (w *textDiffWriter) endpoint(e *shownEndpoint, nodes int) {
	class := e.class.String()
	switch {
	case e.unknown:
		class = "unknown"
	case e.onlyLogs():
		class = "only logging differs"
	}
	fmt.Fprintf(&w.out, "%s: %s%s%s\n", e.heading(nodes), w.paint(classColor(e.class)), class, w.paint(normal))
	if e.unknown {
		w.out.WriteString("  not everything could be compared: the lists are too long and too different\n")
	}
	for i := range e.changes {
		w.change(&e.changes[i])
	}
	w.out.WriteByte('\n')
}

func (w *textDiffWriter) change(c *shownChange) {
	fmt.Fprintf(&w.out, "  %s%-8s%s %s\n", w.paint(effectColor(c.effect)), c.effect, w.paint(normal), strings.Join(c.boxLines(), "\n           "))
	before, after := c.fate(0), c.fate(1)
	width := max(len(before), len(after))
	w.fate("was", before, width, &c.before)
	w.fate("is", after, width, &c.after)
	if c.witness != "" {
		fmt.Fprintf(&w.out, "           %s%s%s\n", w.paint(faint), c.witness, w.paint(normal))
	}
}

// boxLines are the boxes, with a hint where these are not all.
func (c *shownChange) boxLines() []string {
	lines := make([]string, 0, len(c.boxes)+1)
	for _, b := range c.boxes {
		lines = append(lines, diag.Visible(b))
	}
	if c.more {
		lines = append(lines, "and more")
	}
	return lines
}

// fate is the verdict of one side; of changes of logging with the level.
func (c *shownChange) fate(side int) string {
	verdict := [2]string{c.was, c.is}[side]
	if c.effect == analysis.NoEffect && c.logs != [2]*ir.Log{} {
		return verdict + ", " + logText(c.logs[side])
	}
	return verdict
}

func logText(l *ir.Log) string {
	if l == nil {
		return "not logged"
	}
	return "logged at " + facts.LogLevelName(l.Level)
}

func (w *textDiffWriter) fate(when, verdict string, width int, by *deciders) {
	line := fmt.Sprintf("           %-3s %-*s", when, width, verdict)
	if by.first != (decider{}) {
		line += fmt.Sprintf("  %s  %s%s%s", cutText(by.first.Text), w.paint(faint), by.where(), w.paint(normal))
	}
	fmt.Fprintln(&w.out, strings.TrimRight(line, " "))
}

// summary says in words what the class stands for.
func (d *compared) summary() string {
	var parts []string
	for _, e := range []struct {
		effect analysis.Effect
		text   string
	}{
		{analysis.Opens, "something newly passes"}, {analysis.Closes, "something no longer passes"},
		{analysis.Answers, "packets are refused in another way"}, {analysis.Inspects, "packets pass by another way through intrusion prevention"},
		{analysis.NoEffect, "logging differs"},
	} {
		if d.tally.Has(e.effect) {
			parts = append(parts, e.text)
		}
	}
	if len(parts) == 0 && d.unfiltered() {
		parts = append(parts, "no packet is treated differently, because the firewall is off on both sides")
	} else if len(parts) == 0 && d.class == analysis.Equal {
		parts = append(parts, "no packet is treated differently")
	}
	if n := d.loads(); n > 0 {
		parts = append(parts, "rules that load on one side only")
	}
	if n := d.unknown(); n > 0 {
		parts = append(parts, count(n, "list")+" could not be compared in full")
	}
	return strings.Join(parts, "; ") + " (" + count(d.lists(), "list") + " compared)"
}

// loadLines tell what cannot be loaded on one side.
func (d *compared) loadLines() []string {
	var lines []string
	for _, n := range d.nodes {
		for _, l := range n.Loads {
			what := map[ir.Families]string{ir.Both: "all rules", ir.OnlyV4: "the IPv4 rules", ir.OnlyV6: "the IPv6 rules"}[l.Families]
			when, blame := "NEW, while OLD loads", l.After
			if blame == nil {
				when, blame = "OLD, while NEW loads", l.Before
			}
			by := placeDecider(blame.Origin)
			lines = append(lines, fmt.Sprintf("node %s: %s cannot be loaded in %s: %s (%s)", diag.Visible(n.Node), what, when,
				diag.Visible(strings.TrimSuffix(blame.Reason, ".")), by.where()))
		}
	}
	return lines
}

// brokenLines tell in what the change is not the expected one.
func (d *compared) brokenLines() []string {
	var lines []string
	for i := range d.broken {
		b := &d.broken[i]
		at := ""
		if b.Endpoint != "" {
			at = diag.Visible(b.Endpoint) + " " + b.Dir.String() + ", " + b.Family.String()
			if len(d.nodes) > 1 {
				at += " on " + diag.Visible(b.Node)
			}
		}
		switch {
		case b.Promise != nil && b.Endpoint == "":
			lines = append(lines, fmt.Sprintf("nothing changes in the way that \"%s\" says", diag.Visible(b.Promise.Text)))
		case b.Promise != nil && b.Already:
			lines = append(lines, fmt.Sprintf("%s: \"%s\" is so before as well for %s", at, diag.Visible(b.Promise.Text), brokenBoxes(b)))
		case b.Promise != nil:
			lines = append(lines, fmt.Sprintf("%s: \"%s\" does not come about for %s", at, diag.Visible(b.Promise.Text), brokenBoxes(b)))
		case len(b.Boxes) == 0:
			lines = append(lines, at+": not everything could be compared")
		default:
			lines = append(lines, fmt.Sprintf("%s: nobody expects %s for %s", at, b.Fate.Word(), brokenBoxes(b)))
		}
	}
	return lines
}

func brokenBoxes(b *analysis.Broken) string {
	if len(b.Boxes) == 0 {
		return "any packet"
	}
	var texts []string
	for _, box := range b.Boxes {
		texts = append(texts, diag.Visible(box.String()))
	}
	if b.More {
		texts = append(texts, "more")
	}
	return strings.Join(texts, "; ")
}
