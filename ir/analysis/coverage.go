package analysis

import (
	"slices"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// Item is one rule of a list with what it stands in. A built-in is as many items
// as it expands to, a call the rules of its group.
type Item struct {
	Node    ir.Node    // *ir.Rule or *ir.Builtin
	Rule    *ir.Rule   // Node itself, or one that Node expands to; the origin is Node's
	Within  *ir.Call   // the outermost group that holds Node; nil outside groups
	Verdict ir.Verdict // what the packets get, also through Within
	Cover   Cover
}

// Cover says what is left of an item behind the earlier ones.
type Cover struct {
	Empty   bool          // it takes no packet, even if no earlier item took any
	Covered packet.Answer // all its packets are taken by earlier items; Yes also where Empty
	// Blockers are indices of the earlier items that cover it together, none of
	// them dispensable; those that take most of it first. Nil unless Covered.
	// Lists of the same rules share it.
	Blockers []int
	// Opposed is the blocker with another verdict that takes most; -1 without one.
	Opposed int

	// Redundant is Yes where the rest of the list treats all its packets alike
	// without it: the same verdict, the same queue, nothing logged on either side.
	// Covered items are No, and so are the policy and the rules of built-ins. All
	// redundant and all covered rules can be deleted together.
	Redundant packet.Answer
	// Heirs are indices of the later items that take its packets then, those that
	// take most first. Nil unless Redundant.
	Heirs []int
	// Undercut are indices of the earlier rules that accept from every source what
	// this one, which is bound to sources, would stop; at most a handful.
	Undercut []int
}

// Analyzer analyses chains. It knows those that it has seen, so that a thousand
// guests with the same rules cost little more than one. It is not for concurrent
// use.
type Analyzer struct {
	Work    int // steps for each list; 0 stands for DefaultWork
	known   map[digest][]Cover
	held    int // how many covers known holds
	steps   []step
	write   writer
	expand  expansions
	cutters [2]*packet.Cutter
	allWide bool // for tests: treat every list as a wide one
}

// DefaultWork bounds the work on one list to about a second.
const DefaultWork = 1 << 26

// mostHeld is how many covers an Analyzer remembers before it forgets all of them:
// where most lists differ nothing is gained by remembering, and they take memory.
const mostHeld = 1 << 16

// Chain analyses a chain in one family: one item for each rule that decides there,
// in the order in which they do. Leave rules of built-ins are no items.
func (a *Analyzer) Chain(c *ir.Chain, f ir.Family) []Item { return a.AppendChain(nil, c, f) }

// AppendChain is Chain for callers that use the memory of items again.
func (a *Analyzer) AppendChain(items []Item, c *ir.Chain, f ir.Family) []Item {
	if c == nil {
		return items
	}
	return a.appendList(items, c.Live(f), c.Dir, f)
}

// List analyses nodes of a list of direction d, all of them.
func (a *Analyzer) List(nodes []ir.Node, d ir.Direction, f ir.Family) []Item {
	return a.appendList(nil, nodes, d, f)
}

func (a *Analyzer) appendList(items []Item, nodes []ir.Node, d ir.Direction, f ir.Family) []Item {
	if a.expand == nil {
		a.expand = expansions{}
	}
	w := flattening{family: f, dir: d, steps: a.steps[:0], known: a.expand}
	w.list(nodes)
	steps := w.steps
	a.steps = steps
	key := a.write.digest(steps, f)
	covers, ok := a.known[key]
	if !ok {
		covers = a.cover(steps, f)
		a.remember(key, covers)
	}
	items = slices.Grow(items, len(covers))
	first := len(items)
	for i := range steps {
		if s := &steps[i]; s.kind == deciding {
			items = append(items, Item{Node: s.node, Rule: s.rule, Within: s.outermost(), Verdict: s.verdict, Cover: covers[len(items)-first]})
		}
	}
	return items
}

func (a *Analyzer) remember(key digest, covers []Cover) {
	if a.known == nil || a.held > mostHeld {
		a.known, a.held = map[digest][]Cover{}, 0
	}
	a.known[key] = covers
	a.held += len(covers)
}

func (a *Analyzer) cover(steps []step, f ir.Family) []Cover {
	work := a.Work
	if work <= 0 {
		work = DefaultWork
	}
	if a.cutters[f] == nil {
		a.cutters[f] = packet.NewCutter(f)
	}
	c := newCovering(steps, a.cutters[f], work)
	if c == nil || a.allWide || len(c.everything) > wideWords {
		return coverWide(steps, a.cutters[f], work)
	}
	for i := range steps {
		c.step(&steps[i])
	}
	c.redundancy()
	return c.covers
}

// unknown is what is said of a list before anything is known.
func unknown(steps []step) []Cover {
	var covers []Cover
	for i := range steps {
		if steps[i].kind == deciding {
			covers = append(covers, Cover{Opposed: -1})
		}
	}
	return covers
}
