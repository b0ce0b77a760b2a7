package cli

import (
	"fmt"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/plan"
	"github.com/pvefw/pvefw/ir/analysis"
)

// This file is what a plan ends with: how many changes are not shown, what they do to
// packets, what is left alone, and everything in one sentence.

// left tells how many changes are not shown.
func (w *planText) left() {
	changes := len(w.plan.Changes)
	if n := changes - len(w.shownChanges()); n > 0 {
		w.printf("\n%s\n", w.painted(faint, fmt.Sprintf("… and %s; --full shows all", count(n, "more change"))))
	}
	if changes > 0 {
		w.out.WriteByte('\n')
	}
}

// traffic shows what happens to packets, as pvefw diff does.
func (w *planText) traffic() {
	t := w.plan.Traffic
	if t == nil || t.Class == analysis.Equal.String() && len(t.Endpoints) == 0 && w.plan.Summary.Empty() {
		return
	}
	if t.Note != "" {
		w.printf("Packets: %s\n", diag.Visible(t.Note))
	}
	if len(t.Endpoints) > 0 {
		w.printf("Packets that are treated differently:\n\n")
	}
	d := textDiffWriter{diffRun: &diffRun{Streams: w.Streams}}
	for _, e := range shownTraffic(t) {
		d.endpoint(e, 1)
	}
	w.out.Write(d.out.Bytes())
	if t.More > 0 {
		w.printf("… and %s with changes\n\n", count(t.More, "more list"))
	}
	if len(t.Beyond) > 0 {
		w.printf("%s\n\n", diag.Visible(beyondSentence(t)))
	}
}

// beyondSentence names the changes of which packets say nothing.
func beyondSentence(t *plan.Traffic) string {
	return "Not compared, because no packet with IP meets it: " + few(t.Beyond) + "."
}

// foreign lists what others put into pvefw's tables.
func (w *planText) foreign() {
	list := w.plan.Foreign
	if len(list) == 0 {
		return
	}
	w.printf("%s\n", w.painted(yellow, "Not made by pvefw, in its tables:"))
	for i, f := range list {
		if i == mostPlanned && !w.whole {
			w.printf("  … and %s\n", count(len(list)-i, "more"))
			break
		}
		w.printf("  %s\n", foreignText(&f))
	}
	w.out.WriteByte('\n')
}

func foreignText(f *plan.Foreign) string {
	text := "table " + f.Table
	if f.Chain != "" {
		text += ", chain " + f.Chain
	}
	if f.Handle != 0 {
		text += fmt.Sprintf(", handle %d", f.Handle)
	}
	return diag.Visible(text + ": " + f.What)
}

// last says in one sentence what is to be done.
func (w *planText) last() {
	if others := w.plan.Untouched; len(others) > 0 {
		w.printf("%s\n", w.painted(faint, "Not touched: "+diag.Visible(few(others))))
	}
	if w.plan.Summary.Empty() {
		w.printf("%s what is in force is what the files ask for.\n", w.painted(green, "No changes:"))
		return
	}
	w.printf("%s %s.\n", w.painted(yellow, "Plan:"), planSentence(&w.plan.Summary))
	if t := w.plan.Traffic; t != nil && t.Class != "" {
		w.printf("%s %s.\n", w.painted(yellow, "Packets:"), trafficSentence(t))
	}
}

// planSentence is a summary in words, without the full stop.
func planSentence(s *plan.Summary) string {
	var parts []string
	for _, of := range []struct {
		c        plan.Count
		one, two string
	}{{s.Tables, "table", "tables"}, {s.Chains, "chain", "chains"}, {s.Sets, "set", "sets"}, {s.Helpers, "helper", "helpers"}} {
		parts = append(parts, countWords(of.c, of.one, of.two)...)
	}
	text := strings.Join(parts, ", ")
	for _, of := range []struct {
		p        plan.Pair
		one, two string
	}{{s.Rules, "rule", "rules"}, {s.Elements, "element", "elements"}} {
		if words := pairWords(of.p, of.one, of.two); words != "" {
			text += "; " + words
		}
	}
	return text
}

func countWords(c plan.Count, one, many string) (parts []string) {
	if c.Change > 0 {
		parts = append(parts, counted(c.Change, one+" changes", many+" change"))
	}
	if c.Create > 0 {
		parts = append(parts, counted(c.Create, one+" is created", many+" are created"))
	}
	if c.Delete > 0 {
		parts = append(parts, counted(c.Delete, one+" is deleted", many+" are deleted"))
	}
	return parts
}

func pairWords(p plan.Pair, one, many string) string {
	switch {
	case p.Added > 0 && p.Removed > 0:
		return counted(p.Added, one+" comes", many+" come") + fmt.Sprintf(" and %d %s", p.Removed, map[bool]string{true: "goes", false: "go"}[p.Removed == 1])
	case p.Added > 0:
		return counted(p.Added, one+" comes", many+" come")
	case p.Removed > 0:
		return counted(p.Removed, one+" goes", many+" go")
	}
	return ""
}

// trafficSentence says what the changes come to for packets.
func trafficSentence(t *plan.Traffic) string {
	text := map[string]string{
		analysis.Equal.String():        "none is treated differently",
		analysis.Wider.String():        "something newly passes, and nothing that passed is refused",
		analysis.Narrower.String():     "something that passed is refused, and nothing newly passes",
		analysis.Incomparable.String(): "some are treated differently",
	}[t.Class]
	if text == "" {
		text = "nobody knows what happens to them"
	}
	if t.Class == analysis.Equal.String() && len(t.Beyond) > 0 {
		text = "none with IP is treated differently"
	}
	if t.Unknown > 0 {
		text += "; " + count(t.Unknown, "list") + " could not be compared in full"
	}
	return text
}
