package verify

import (
	"fmt"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/packet"
)

// access compares with an earlier state: nothing may pass any list that did not
// pass it then. Endpoints that are new cannot be compared and are named.
func (r *run) access(t *Test) Result {
	a := &access{Result: Result{Test: t}}
	if r.Base == nil {
		a.unknown("there is nothing to compare with")
		return a.Result
	}
	earlier, reason := r.Base(t.Base.Text)
	if reason != "" {
		a.unknown(reason)
		return a.Result
	}
	before, after := earlier.policies(), r.policies()
	for _, c := range analysis.NewComparer(analysis.Budget{}).Datacenter(before, after) {
		a.node(c, named(before, c.Node), named(after, c.Node))
	}
	if len(a.fresh) > 0 {
		a.Notes = append(a.Notes, "not compared, because the earlier state has none of them: "+diag.Few(a.fresh, mostFresh))
	}
	return a.Result
}

func (w *World) policies() []*ir.Policy {
	list := make([]*ir.Policy, len(w.Nodes))
	for i, n := range w.Nodes {
		list[i] = n.Policy
	}
	return list
}

func named(list []*ir.Policy, node string) *ir.Policy {
	for _, p := range list {
		if p.Node == node {
			return p
		}
	}
	return nil
}

// mostFresh bounds the names of new endpoints that a result lists.
const mostFresh = 8

// access is a NoNewAccess test at work.
type access struct {
	Result
	fresh []string // endpoints without a counterpart, each once
}

func (a *access) node(c *analysis.Comparison, before, after *ir.Policy) {
	a.Cases += c.Compared
	for _, l := range c.Loads {
		if l.After != nil {
			a.unknown(fmt.Sprintf("the rules of node %s cannot be loaded: %s", c.Node, l.After.Reason))
		} else {
			a.unknown(fmt.Sprintf("the earlier rules of node %s cannot be loaded: %s", c.Node, l.Before.Reason))
		}
	}
	if len(c.Endpoints) == 0 {
		return
	}
	w := analysis.NewWitnesses(before, after)
	var eval *packet.Evaluator
	if after != nil {
		eval = packet.NewEvaluator(after)
	}
	for i := range c.Endpoints {
		a.endpoint(c.Node, eval, &c.Endpoints[i], w)
	}
}

func (a *access) endpoint(node string, after *packet.Evaluator, e *analysis.EndpointChange, w *analysis.Witnesses) {
	if e.Presence == analysis.Appears {
		if n := len(a.fresh); n == 0 || a.fresh[n-1] != e.Endpoint {
			a.fresh = append(a.fresh, e.Endpoint)
		}
		return
	}
	if e.Unknown {
		a.unknown(fmt.Sprintf("the work to compare %s of %s on node %s does not suffice", e.Family, e.Endpoint, node))
	}
	var shown *analysis.Witnessed
	for i := range e.Changes {
		if c := &e.Changes[i]; e.Effect(c) == analysis.Opens && (shown == nil || !shown.Walked) {
			seen := w.Of(e, c)
			if shown == nil || seen.Walked {
				shown = &seen
			}
		}
	}
	if shown != nil {
		a.opened(node, after, e, shown)
	}
}

// opened reports packets that pass now and did not pass before.
func (a *access) opened(node string, after *packet.Evaluator, e *analysis.EndpointChange, seen *analysis.Witnessed) {
	example := &Example{Node: node, Query: seen.Query, Verdict: packet.Accepted}
	if seen.Walked && after != nil {
		if res, err := after.Walk(seen.Query); err == nil {
			example.Path = res.Path
		}
	}
	a.fail(fmt.Sprintf("%s %s on node %s lets packets through that it stopped before", e.Endpoint, e.Direction, node), example)
}
