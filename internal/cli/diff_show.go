package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/packet"
)

// decider is the place that decides packets, for people and programs.
type decider struct {
	File  string `json:"file"` // empty for what stands in no file
	Line  int    `json:"line"` // 0 for a file as a whole
	Text  string `json:"text"`
	Group string `json:"group,omitempty"` // the line that led into a security group: FILE:LINE
}

// deciderOf describes what decides; the zero decider stands for an endpoint that
// is not there.
func deciderOf(f *analysis.Fate) decider {
	if !f.Decided {
		return decider{}
	}
	if why, ok := f.Unfiltered(); ok {
		d := placeDecider(f.Rule.Origin)
		d.Text = why
		return d
	}
	decision := packet.Decision{Decided: true, Verdict: f.Verdict, Node: f.Node, Rule: f.Rule, Within: f.Within}
	step := decision.Step()
	d := placeDecider(step.Origin)
	d.Text = step.Text
	if f.Within != nil && !f.Within.Origin.Span.IsZero() {
		d.Group = placeOf(f.Within.Origin.Span)
	}
	return d
}

func placeDecider(o ir.Origin) decider {
	d := decider{}
	if !o.Span.IsZero() {
		d.File = o.Span.File.Name()
		if !o.Span.WholeFile() {
			d.Line = o.Span.From().Line
		}
	}
	return d
}

// where is FILE:LINE, or what stands for it.
func (d *decider) where() string {
	switch {
	case d.File == "":
		return "built-in"
	case d.Line == 0:
		return diag.Visible(d.File)
	}
	return diag.Visible(fmt.Sprintf("%s:%d", d.File, d.Line))
}

// shownChange is a change as people read it: what one line does to packets is one,
// whatever lines decided about them on the other side.
type shownChange struct {
	was, is       string
	effect        analysis.Effect
	boxes         []string
	more          bool
	before, after deciders
	witness       string // flags of simulate; empty where it cannot be asked
	logs          [2]*ir.Log
}

// deciders are the places that decide, of which people see the first.
type deciders struct {
	first decider
	more  int
}

// key is the same for changes that read the same, boxes aside.
func (c *shownChange) key() string {
	return fmt.Sprint(c.was, c.is, c.effect, c.before.first, c.after.first)
}

// where tells the first place and how many others there are.
func (d *deciders) where() string {
	text := d.first.where()
	if d.first.Group != "" {
		text += " by " + diag.Visible(d.first.Group)
	}
	if d.more > 0 {
		text += " and " + count(d.more, "other line")
	}
	return text
}

// shownEndpoint is one or several lists to which the same happens.
type shownEndpoint struct {
	names    []string
	nodes    []string
	dir      ir.Direction
	families []string
	class    analysis.Class
	presence analysis.Presence
	unknown  bool
	changes  []shownChange
}

// signature is the same for lists that are shown as one.
func (e *shownEndpoint) signature() string {
	var b strings.Builder
	fmt.Fprint(&b, e.dir, e.class, e.presence, e.unknown)
	for i := range e.changes {
		c := &e.changes[i]
		fmt.Fprintf(&b, "|%s%v%v", c.key(), c.boxes, c.more)
	}
	return b.String()
}

// mostBoxes bounds the boxes that are shown of a change.
const mostBoxes = 4

// shown brings the differences into the form that people read.
func (r *diffRun) shown(d *compared) []*shownEndpoint {
	var list []*shownEndpoint
	names := d.names()
	for i, n := range d.nodes {
		w := analysis.NewWitnesses(d.pairs[i][0], d.pairs[i][1])
		for k := range n.Endpoints {
			e := &n.Endpoints[k]
			one := &shownEndpoint{names: []string{e.Endpoint}, nodes: []string{n.Node}, dir: e.Direction,
				families: []string{e.Family.String()}, class: e.Class, presence: e.Presence, unknown: e.Unknown}
			one.changes = gather(e, w, names)
			one.command(r.simulate(e, n.Node, len(d.nodes)))
			list = append(list, one)
		}
	}
	return joined(list)
}

// names are those of the sets of both sides, for boxes.
func (d *compared) names() *packet.Names {
	names := &packet.Names{}
	for side := 1; side >= 0; side-- {
		for _, pair := range d.pairs {
			if pair[side] != nil {
				addSets(names, pair[side])
			}
		}
	}
	return names
}

// addSets adds the names of the datacenter's sets.
func addSets(names *packet.Names, p *ir.Policy) {
	for _, s := range p.Sets {
		if s.Owner == 0 && len(s.Entries) > 1 {
			names.AddSet("+dc/"+s.Name, s)
		}
	}
}

// command completes the witnesses to what one can type.
func (e *shownEndpoint) command(start string) {
	for i := range e.changes {
		if c := &e.changes[i]; c.witness != "" {
			c.witness = start + " " + c.witness
		}
	}
}

// simulate is the beginning of the command that shows what NEW does, or OLD with
// what is gone.
func (r *diffRun) simulate(e *analysis.EndpointChange, node string, nodes int) string {
	path, semantics := r.paths[1], r.semantics[1]
	if e.Presence == analysis.Vanishes {
		path, semantics = r.paths[0], r.semantics[0]
	}
	text := "pvefw simulate " + shellWord(path)
	if nodes > 1 {
		text += " --node " + shellWord(node)
	}
	if semantics != "reference" {
		text += " --semantics " + semantics
	}
	return text
}

// shellWord quotes what a shell would not take as one word as it is.
func shellWord(text string) string {
	text = diag.Visible(text)
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:@,+%=~^", r)
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !plain(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// flags is a packet as the flags of simulate.
func (a asked) flags() string {
	var words []string
	for _, f := range packetFlags {
		if text := a.query.Text(f.key); text != "" && (f.key != "state" || a.query.State != ir.New) {
			words = append(words, "--"+f.flag+" "+shellWord(text))
		}
	}
	return strings.Join(words, " ")
}

// mostNames bounds the endpoints that a heading lists.
const mostNames = 6

// heading names the lists.
func (e *shownEndpoint) heading(nodes int) string {
	names := slices.Clone(e.names)
	for i := range names {
		names[i] = diag.Visible(names[i])
		if nodes > 1 {
			names[i] += " on " + diag.Visible(e.nodes[i])
		}
	}
	text := diag.Few(names, mostNames) + " " + e.dir.String()
	if len(e.families) == 1 {
		text += ", " + e.families[0]
	}
	switch e.presence {
	case analysis.Appears:
		text += ", new"
	case analysis.Vanishes:
		text += ", gone"
	}
	return text
}

// onlyLogs reports whether nothing but logging differs.
func (e *shownEndpoint) onlyLogs() bool {
	return !e.unknown && !slices.ContainsFunc(e.changes, func(c shownChange) bool { return c.effect != analysis.NoEffect })
}
