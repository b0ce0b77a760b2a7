package rego

import (
	"slices"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/packet"
)

// useKey is one use of a source line in a chain: by itself or through a GROUP
// rule.
type useKey struct {
	at     source.Span
	within *ir.Call
}

// use is what a line's rules are in one chain, over both families and all
// templates of its macro.
type use struct {
	items      []usedItem
	incomplete bool // in a family the rule was not reached when the chain was made
}

// usedItem is one of them in the list that it belongs to.
type usedItem struct {
	list []analysis.Item
	at   int
}

func (u usedItem) item() *analysis.Item { return &u.list[u.at] }

// chainReader finds the uses in one chain after the other. It is not for concurrent
// use.
type chainReader struct {
	analyzer analysis.Analyzer
	items    [2][]analysis.Item // of the chain at hand, by family
	number   map[useKey]int     // of each use of the chain
	keys     []useKey           // in the order of their lines
	list     []use              // those of keys; more are left of earlier chains
}

func (c *chainReader) use(k useKey) *use {
	n, ok := c.number[k]
	if !ok {
		n = len(c.keys)
		c.number[k] = n
		c.keys = append(c.keys, k)
		if n == len(c.list) {
			c.list = append(c.list, use{})
		}
		c.list[n].items, c.list[n].incomplete = c.list[n].items[:0], false
	}
	return &c.list[n]
}

// read analyses a chain in both families; nil has no uses.
func (c *chainReader) read(chain *ir.Chain) []lineUse {
	if chain == nil {
		return nil
	}
	if c.number == nil {
		c.number = map[useKey]int{}
	}
	clear(c.number)
	c.keys = c.keys[:0]
	for _, f := range []ir.Family{ir.V4, ir.V6} {
		c.items[f] = c.analyzer.AppendChain(c.items[f][:0], chain, f)
		items := c.items[f]
		for i := range items {
			if r, ok := items[i].Node.(*ir.Rule); ok && written(r) {
				u := c.use(useKey{r.Origin.Span, items[i].Within})
				u.items = append(u.items, usedItem{items, i})
			}
		}
		c.missing(chain.Nodes[len(chain.Live(f)):], chain.Dir, f, nil)
		for _, n := range chain.Live(f) {
			if call, ok := n.(*ir.Call); ok && call.Group != nil && call.Families.Has(f) {
				c.missingInGroup(call, chain.Dir, f)
			}
		}
	}
	out := make([]lineUse, len(c.keys))
	for i, k := range c.keys {
		out[i] = c.list[i].tell(k.at)
	}
	return out
}

// written reports whether a rule says what somebody wrote: not the policy, nor
// what an oddity of the daemon adds.
func written(r *ir.Rule) bool {
	steps := r.Origin.Steps
	if len(steps) == 0 || r.Origin.Span.IsZero() {
		return false
	}
	last := steps[len(steps)-1].Kind
	return last != ir.ByPolicy && last != ir.ByQuirk
}

// missing notes the rules that should be in a family and were not reached.
func (c *chainReader) missing(nodes []ir.Node, d ir.Direction, f ir.Family, within *ir.Call) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *ir.Rule:
			if n.Families.Has(f) && written(n) {
				c.use(useKey{n.Origin.Span, within}).incomplete = true
			}
		case *ir.Skipped:
			if n.Stage == ir.AtGenerate && n.Families.Has(f) {
				c.use(useKey{n.Origin.Span, within}).incomplete = true
			}
		case *ir.Call:
			if n.Group != nil && n.Group.Body(d) != nil {
				c.missing(n.Group.Body(d).Nodes, d, f, n)
			}
		}
	}
}

func (c *chainReader) missingInGroup(call *ir.Call, d ir.Direction, f ir.Family) {
	body := call.Group.Body(d)
	if body == nil {
		return
	}
	made := 0
	if body.Build[f].Exists {
		made = body.Build[f].Nodes
	}
	c.missing(body.Nodes[made:], d, f, call)
}

// lineUse is what one use of a line comes to, without the lists that it was found in.
type lineUse struct {
	at    source.Span
	fate  fate
	parts []usePart // nil where there is nothing to say
}

// usePart is what is said of one rule of a use: see lineCover.
type usePart struct {
	own                       ir.VerdictKind
	opposed                   *blocker
	mixed                     bool
	blockers, heirs, undercut []blocker
}

func (u *use) tell(at source.Span) lineUse {
	t := lineUse{at: at, fate: u.fate()}
	for _, it := range u.items {
		c := &it.item().Cover
		if t.fate != fateShadowed && t.fate != fateRedundant && len(c.Undercut) == 0 {
			continue
		}
		p := usePart{own: it.item().Verdict.Kind, undercut: it.blockers(c.Undercut)}
		switch t.fate {
		case fateShadowed:
			if c.Opposed >= 0 {
				b := blockerOf(&it.list[c.Opposed])
				p.opposed = &b
			}
			p.blockers, p.mixed = it.blockers(c.Blockers), it.mixed()
		case fateRedundant:
			p.heirs = it.blockers(c.Heirs)
		}
		t.parts = append(t.parts, p)
	}
	return t
}

// blockers describes items of the same list, more than a line remembers.
func (u usedItem) blockers(items []int) []blocker {
	var out []blocker
	for _, k := range items {
		if b := blockerOf(&u.list[k]); len(out) < 4*mostBlockers && !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	return out
}

// fate is what a use of a line comes to; higher ones are worse. A line has the
// mildest fate of its rules.
type fate uint8

const (
	fateUnknown   fate = iota
	fateAlive          // it decides packets that nothing else would decide alike
	fateRedundant      // what follows does the same
	fateShadowed       // what stands before takes all its packets
	fateEmpty          // there are no such packets
)

var fateNames = [...]string{"unknown", "alive", "redundant", "shadowed", "empty"}

func (f fate) String() string { return fateNames[f] }

// fate judges one use.
func (u *use) fate() fate {
	if u.incomplete || len(u.items) == 0 {
		return fateUnknown
	}
	worst := fateEmpty
	for _, it := range u.items {
		f := it.fate()
		if f == fateAlive {
			return fateAlive
		}
		worst = min(worst, f)
	}
	return worst
}

func (u usedItem) fate() fate {
	item := u.item()
	c := &item.Cover
	switch {
	case c.Empty:
		return fateEmpty
	case c.Covered == packet.Yes:
		return fateShadowed
	case c.Redundant == packet.Yes && u.heirsCount():
		return fateRedundant
	case c.Covered == packet.Unknown || c.Redundant == packet.Unknown:
		return fateUnknown
	}
	return fateAlive
}

// heirsCount reports whether what follows makes a rule superfluous in the eyes of
// whoever wrote it: other rules and the policy do, built-in accepts do not, and
// for a rule of a group only its own group does.
func (u usedItem) heirsCount() bool {
	item := u.item()
	for _, h := range item.Cover.Heirs {
		heir := &u.list[h]
		b, builtin := heir.Node.(*ir.Builtin)
		if item.Within != nil && heir.Within != item.Within || builtin && b.Kind != ir.DropNoise && b.Kind != ir.RejectNoise {
			return false
		}
	}
	return true
}

// mixed reports whether a shadowed rule has blockers that let through and others
// that stop: exceptions, and then the same once more.
func (u usedItem) mixed() bool {
	first, both := true, false
	var stop bool
	for _, k := range u.item().Cover.Blockers {
		s := stops(u.list[k].Verdict)
		both = both || !first && s != stop
		first, stop = false, s
	}
	return both
}

func stops(v ir.Verdict) bool { return v.Kind != ir.Accept }
