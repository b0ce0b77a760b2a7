package plan

import (
	"sync"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/diag"
)

// Request is what a plan is made of, beside the two rulesets.
type Request struct {
	Tool, Node, Semantics string
	Config                Source    // the files
	Found                 diag.List // about the files; errors block
	Traffic               *Traffic  // what the changes do to packets; nil where nobody compared
	Whole                 bool      // all changes and lines, for people: such a plan has no fingerprint
}

// Make plans the way from what is in force to a program, and returns it as the carrier
// needs it too.
func Make(r Request, live *Live, wanted *nft.Program) (*Plan, *nft.Delta) {
	p := r.begin("nft")
	var wait sync.WaitGroup // none of the three changes what it reads
	wait.Go(func() { p.Live = Source{live.Name, live.Digest()} })
	wait.Go(func() { p.Wanted = Digest(wanted) })
	delta := nft.Diff(live.Program, wanted)
	wait.Wait()
	p.Foreign = append(p.Foreign, live.Foreign...)
	p.Untouched = append(p.Untouched, live.Others...)
	b := &builder{p, live, r.Whole, allLines}
	for i := range delta.Tables {
		b.table(&delta.Tables[i])
	}
	p.Mark = p.Fingerprint()
	return p, delta
}

// begin is a plan with everything that does not depend on the backend.
func (r *Request) begin(backend string) *Plan {
	p := &Plan{Version: Version, Tool: r.Tool, Node: r.Node, Backend: backend, Semantics: r.Semantics, Config: r.Config,
		Changes: []Change{}, Blocking: []Finding{}, Foreign: []Foreign{}, Untouched: []string{}, Traffic: r.Traffic}
	for _, d := range r.Found {
		if d.Severity == diag.Error {
			p.Blocking = append(p.Blocking, Finding{d.Rule.Code, d.Span.String(), d.Message})
		}
	}
	return p
}

// builder adds changes to a plan, within bounds.
type builder struct {
	plan  *Plan
	live  *Live
	whole bool
	room  int // lines that may still be added
}

// add counts a change and keeps it if there is room.
func (b *builder) add(c Change) {
	s := &b.plan.Summary
	count, pair := &s.Tables, &Pair{}
	switch c.Object {
	case ChainObject:
		count, pair = &s.Chains, &s.Rules
	case SetObject, MapObject:
		count, pair = &s.Sets, &s.Elements
	case HelperObject:
		count = &s.Helpers
	}
	count.add(c.Action)
	pair.Added += c.Added
	pair.Removed += c.Removed
	if b.whole || len(b.plan.Changes) < mostChanges {
		b.plan.Changes = append(b.plan.Changes, c)
	}
}

func (c *Count) add(a Action) {
	switch a {
	case Create:
		c.Create++
	case Delete:
		c.Delete++
	default:
		c.Change++
	}
}

// limit is how many lines the next change may have.
func (b *builder) limit() int {
	if b.whole {
		return 1 << 30
	}
	return min(mostLines, b.room)
}
