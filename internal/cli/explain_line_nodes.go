package cli

import (
	"slices"
	"strings"

	"github.com/pvefw/pvefw/compiler"
	"github.com/pvefw/pvefw/compiler/iptables"
	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/assist"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
)

// nodeFact is an element of the IR that comes from the line.
type nodeFact struct {
	node, list string // pve1, vm101/net0 IN
	text       string
	under      string // reference, intended, or both
}

// coverFact tells what earlier rules leave to the line in one list and family.
type coverFact struct {
	node, list, family string
	text               string
	by                 []source.Span
}

// lower finds the line in what was lowered, under both semantics, and in the texts.
func (e *lineExplainer) lower() {
	e.facts.texts = map[string][]string{}
	mine, theirs := e.nodesOf(e.policies), e.nodesOf(e.other.policies)
	for _, n := range mine {
		n.under = "both"
		if !slices.Contains(theirs, nodeFact{n.node, n.list, n.text, ""}) {
			n.under = "reference"
		}
		e.facts.nodes = append(e.facts.nodes, n)
	}
	for _, n := range theirs {
		if !slices.Contains(mine, n) {
			n.under = "intended"
			e.facts.nodes = append(e.facts.nodes, n)
		}
	}
	for i, p := range e.policies {
		e.iptables(p)
		e.nft(e.other.policies[i])
		e.covered(p)
	}
}

func (e *lineExplainer) nodesOf(policies []*ir.Policy) []nodeFact {
	var found []nodeFact
	for _, p := range policies {
		for _, l := range assist.Lists(p) {
			for _, n := range l.Nodes {
				if e.line.holds(ir.OriginOf(n).Span) {
					found = append(found, nodeFact{node: p.Node, list: l.Name, text: strings.Join(strings.Fields(ir.NodeText(n)), " ")})
				}
			}
		}
		for _, s := range p.Sets {
			for _, entry := range s.Entries {
				if e.line.holds(entry.Origin.Span) {
					found = append(found, nodeFact{node: p.Node, list: "set " + s.Name, text: entryText(&entry)})
				}
			}
		}
	}
	return found
}

func entryText(e *ir.SetEntry) string {
	switch {
	case e.Skipped != "":
		return e.Text + " (without effect: " + e.Skipped + ")"
	case e.NoMatch:
		return "not " + e.Text
	}
	return e.Text
}

// iptables notes the lines that would be missing without the line.
func (e *lineExplainer) iptables(p *ir.Policy) {
	if p.Fatal != nil {
		return
	}
	with, _ := iptables.New().Emit(p)
	without, _ := iptables.New().Emit(e.without(p))
	for i, text := range with {
		name, _, _ := strings.Cut(text.Name, ".")
		e.note(name, missing(text, without[i]))
	}
}

// missing are the lines of a text that another has not, as often as they stand
// there. Signatures of chains change with every rule and are left out.
func missing(text, other compiler.Artifact) []string {
	have := map[string]int{}
	for line := range strings.Lines(other.Text) {
		have[line]++
	}
	var list []string
	for line := range strings.Lines(text.Text) {
		if have[line]--; have[line] < 0 && !strings.Contains(line, "PVESIG:") {
			list = append(list, strings.TrimRight(line, "\n"))
		}
	}
	return list
}

// note keeps texts of a target, each once: nodes repeat each other's.
func (e *lineExplainer) note(target string, lines []string) {
	for _, line := range lines {
		if !slices.Contains(e.facts.texts[target], line) {
			e.facts.texts[target] = append(e.facts.texts[target], line)
		}
	}
}

// nft notes the rules that carry the line as their origin.
func (e *lineExplainer) nft(p *ir.Policy) {
	program, _ := nft.Build(p, nft.Options{Plain: true})
	if program == nil {
		return
	}
	for _, t := range program.Tables {
		for _, c := range t.Chains {
			for _, r := range c.Rules {
				if slices.ContainsFunc(r.Origins, func(o ir.Origin) bool { return e.line.holds(o.Span) }) {
					e.note("nft", []string{t.Name + " " + c.Name + ": " + r.Text()})
				}
			}
		}
	}
}

// covered tells in which lists earlier rules leave nothing to the line, or the rest
// of the list would do the same without it.
func (e *lineExplainer) covered(p *ir.Policy) {
	var a analysis.Analyzer
	for _, l := range assist.Lists(p) {
		if l.Chain == nil || !l.Holds(e.line.holds) {
			continue
		}
		for f := ir.V4; f <= ir.V6; f++ {
			if text, by := assist.Cover(a.Chain(l.Chain, f), e.line.holds); text != "" {
				e.facts.covers = append(e.facts.covers, coverFact{node: p.Node, list: l.Name, family: f.String(), text: text, by: by})
			}
		}
	}
}
