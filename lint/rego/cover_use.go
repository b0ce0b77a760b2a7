package rego

import (
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

// chainUses collects the uses in one chain, in the order of their lines.
type chainUses struct {
	keys []useKey
	uses map[useKey]*use
}

func (c *chainUses) use(k useKey) *use {
	u := c.uses[k]
	if u == nil {
		u = &use{}
		c.uses[k] = u
		c.keys = append(c.keys, k)
	}
	return u
}

// usesOf analyses a chain in both families; nil has no uses.
func usesOf(a *analysis.Analyzer, chain *ir.Chain) *chainUses {
	if chain == nil {
		return &chainUses{}
	}
	c := &chainUses{uses: make(map[useKey]*use, len(chain.Nodes))}
	for _, f := range []ir.Family{ir.V4, ir.V6} {
		items := a.Chain(chain, f)
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
	return c
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
func (c *chainUses) missing(nodes []ir.Node, d ir.Direction, f ir.Family, within *ir.Call) {
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

func (c *chainUses) missingInGroup(call *ir.Call, d ir.Direction, f ir.Family) {
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
