package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// mostLineRows bounds the rows of a part that people are shown; JSON has all.
const mostLineRows = 12

// lineTargets are the texts in the order in which they are shown.
var lineTargets = []string{"iptables", "ip6tables", "ipset", "nft"}

// linePrinter writes the parts of an explanation.
type linePrinter struct {
	*lineRun
	bytes.Buffer
}

func (l *lineRun) writeLineText(f *lineFacts) error {
	p := &linePrinter{lineRun: l}
	fmt.Fprintf(p, "%s%s%s  %s\n%s\n", p.paint(faint), diag.Visible(lineOf(f.at.span())), p.paint(normal), cutText(strings.TrimSpace(f.at.span().Text())), diag.Visible(f.kind))
	p.names(f)
	p.part("becomes", f.macro)
	p.nodes(f)
	for _, target := range lineTargets {
		p.part("as "+target+map[bool]string{true: ", intended", false: ", reference"}[target == "nft"], f.texts[target])
	}
	p.places("used by", f.users)
	p.covers(f)
	if len(f.found) > 0 {
		p.title("findings")
		if err := diag.WriteText(&p.Buffer, f.found, diag.TextOptions{Color: p.Color, Width: p.Width}); err != nil {
			return failf("cannot write the findings: %s", reason(err))
		}
	}
	_, err := io.Copy(l.Stdout, &p.Buffer)
	return err
}

func (p *linePrinter) title(text string) {
	fmt.Fprintf(p, "\n%s%s%s\n", p.paint("\x1b[1m"), text, p.paint(normal))
}

// part writes rows under a title, if there are any.
func (p *linePrinter) part(title string, rows []string) {
	if len(rows) == 0 {
		return
	}
	p.title(title)
	for _, row := range rows[:min(len(rows), mostLineRows)] {
		fmt.Fprintf(p, "  %s\n", cutText(strings.TrimSpace(row)))
	}
	if more := len(rows) - mostLineRows; more > 0 {
		fmt.Fprintf(p, "  and %d more\n", more)
	}
}

func (p *linePrinter) names(f *lineFacts) {
	var rows []string
	for _, n := range f.names {
		row := n.name + ": " + n.means
		if !n.at.IsZero() {
			row += " (" + lineOf(n.at) + ")"
		}
		rows = append(rows, row)
	}
	p.part("names", rows)
}

// nodes writes the IR, and what only one semantics makes of the line.
func (p *linePrinter) nodes(f *lineFacts) {
	var rows []string
	differ := false
	for _, n := range f.nodes {
		row := fmt.Sprintf("%s, %s: %s", n.node, n.list, n.text)
		if n.under != "both" {
			row += " [" + n.under + " only]"
			differ = true
		}
		rows = append(rows, row)
	}
	p.part("in the IR", rows)
	if differ {
		p.title("reference and intended differ in this line")
	}
}

func (p *linePrinter) places(title string, spans []source.Span) {
	var rows []string
	for _, s := range spans {
		rows = append(rows, lineOf(s)+"  "+strings.TrimSpace(textOf(s)))
	}
	p.part(title, rows)
}

func (p *linePrinter) covers(f *lineFacts) {
	var rows []string
	for _, c := range f.covers {
		row := fmt.Sprintf("%s, %s, %s: %s", c.node, c.list, c.family, c.text)
		var by []string
		for _, s := range c.by {
			by = append(by, lineOf(s))
		}
		if len(by) > 0 {
			row += ": " + few(by)
		}
		rows = append(rows, row)
	}
	p.part("beside other rules", rows)
}

// lineJSON is the shape of explain --line --format json.
type lineJSON struct {
	Version  int                 `json:"version"`
	Place    placeJSON           `json:"place"`
	Kind     string              `json:"kind"`
	Names    []nameJSON          `json:"names"`
	Macro    []string            `json:"macro"`
	IR       []nodeJSON          `json:"ir"`
	Texts    map[string][]string `json:"texts"`
	UsedBy   []placeJSON         `json:"used_by"`
	Covered  []coverJSON         `json:"covered"`
	Differs  bool                `json:"differs"` // between reference and intended
	Findings json.RawMessage     `json:"lint"`    // as lint --format json writes it
}

type nameJSON struct {
	Name    string     `json:"name"`
	Means   string     `json:"means"`
	Defined *placeJSON `json:"defined,omitempty"`
}

type nodeJSON struct {
	Node      string `json:"node"`
	List      string `json:"list"`
	Text      string `json:"text"`
	Semantics string `json:"semantics"` // both, reference or intended
}

type coverJSON struct {
	Node   string      `json:"node"`
	List   string      `json:"list"`
	Family string      `json:"family"`
	Text   string      `json:"text"`
	By     []placeJSON `json:"by"`
}

func (l *lineRun) writeLineJSON(f *lineFacts) error {
	out := lineJSON{Version: 1, Place: placeJSONOf(f.at.span()), Kind: f.kind, Names: []nameJSON{}, Macro: unlessNil(f.macro),
		IR: []nodeJSON{}, Texts: map[string][]string{}, UsedBy: placesJSON(f.users), Covered: []coverJSON{}}
	for _, n := range f.names {
		name := nameJSON{Name: n.name, Means: n.means}
		if !n.at.IsZero() {
			at := placeJSONOf(n.at)
			name.Defined = &at
		}
		out.Names = append(out.Names, name)
	}
	for _, n := range f.nodes {
		out.IR = append(out.IR, nodeJSON{n.node, n.list, n.text, n.under})
		out.Differs = out.Differs || n.under != "both"
	}
	for _, target := range lineTargets {
		out.Texts[target] = unlessNil(f.texts[target])
	}
	for _, c := range f.covers {
		out.Covered = append(out.Covered, coverJSON{c.node, c.list, c.family, c.text, placesJSON(c.by)})
	}
	var found bytes.Buffer
	if err := diag.WriteJSON(&found, f.found, diag.Summarize(f.found)); err != nil {
		return failf("cannot write the findings: %s", reason(err))
	}
	out.Findings = found.Bytes()
	return l.encode(out)
}

// unlessNil is a list that JSON writes as [] when there is nothing in it.
func unlessNil(list []string) []string { return append([]string{}, list...) }

func placesJSON(spans []source.Span) []placeJSON {
	list := []placeJSON{}
	for _, s := range spans {
		list = append(list, placeJSONOf(s))
	}
	return list
}
