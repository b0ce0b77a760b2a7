package ir

import "fmt"

// Verify checks the invariants that everything behind lowering relies on and
// returns what is broken, nil for a sound policy. Each error names the place:
// endpoint or body, direction, node number from 1. Values that a Refusal already
// blames are not judged again.
func Verify(p *Policy) []error {
	v := &verifier{policy: p, sets: map[*Set]bool{}, groups: map[*Group]bool{}}
	for _, s := range p.Sets {
		v.sets[s] = true
	}
	for _, g := range p.Groups {
		v.groups[g] = true
	}
	for _, r := range p.Refusals {
		v.refuse(r.Carrier)
	}
	v.run()
	return v.errs
}

type verifier struct {
	policy  *Policy
	sets    map[*Set]bool
	groups  map[*Group]bool
	refused Families // families whose text is refused as a whole anyway
	where   string
	node    int // number of the node at hand, 0 for none
	errs    []error
}

func (v *verifier) refuse(c Carrier) {
	switch c {
	case IPTables:
		v.refused |= OnlyV4
	case IP6Tables:
		v.refused |= OnlyV6
	case IPSetText:
		v.refused |= Both
	case EBTables:
	}
}

// check records a broken invariant unless ok.
func (v *verifier) check(ok bool, format string, args ...any) {
	if ok {
		return
	}
	where := v.where
	if v.node > 0 {
		where = fmt.Sprintf("%s node %d", where, v.node)
	}
	v.errs = append(v.errs, fmt.Errorf("%s: %s", where, fmt.Sprintf(format, args...)))
}

func (v *verifier) run() {
	p := v.policy
	v.where = "policy"
	v.check(!p.Off || p.OffReason != nil, "off without a reason")
	v.check(!p.Off || p.Host == nil && p.Forward == nil && p.BridgeIn == nil && len(p.Groups) == 0 && len(p.Sets) == 0,
		"off, but something is filtered")
	for _, r := range p.Refusals {
		v.check(r.Reason != "", "%s is refused without a reason", r.Carrier)
	}
	v.endpoints()
	v.body(p.Forward, "forward frame")
	v.body(p.BridgeIn, "bridge frame")
	v.forwarding()
	for _, g := range p.Groups {
		v.where = "group " + g.Name
		v.check(g.In != nil && g.Out != nil, "not both directions are there")
		v.body(g.In, "group "+g.Name+" IN")
		v.body(g.Out, "group "+g.Name+" OUT")
		v.body(g.Forward, "group "+g.Name+" FORWARD")
	}
	for _, s := range p.Sets {
		v.set(s)
	}
}

// forwarding checks the lists of what is routed or bridged through the node.
func (v *verifier) forwarding() {
	v.chain("node", v.policy.Forwarding, Through)
	for _, n := range v.policy.VNets {
		v.where = "VNet " + n.Name
		v.check(n.Name != "" && n.Forward != nil, "has no name or no list")
		v.chain("VNet "+n.Name, n.Forward, Through)
	}
}

func (v *verifier) endpoints() {
	names := map[string]bool{}
	if h := v.policy.Host; h != nil {
		v.where = "host"
		v.check(h.Kind == HostEndpoint, "is not a host endpoint")
		v.endpoint(h, names)
	}
	for _, nic := range v.policy.NICs {
		v.where = nic.Name
		v.check(nic.Kind != HostEndpoint, "is the host among the NICs")
		v.check(nic.Plugged || nic.In == nil && nic.Out == nil, "is filtered without being plugged into a firewall bridge")
		v.check(!v.policy.Off || nic.In == nil && nic.Out == nil, "is filtered while the firewall is off")
		v.endpoint(nic, names)
	}
}

func (v *verifier) endpoint(e *Endpoint, names map[string]bool) {
	v.check(e.Name != "", "an endpoint has no name")
	v.check(!names[e.Name], "two endpoints have this name")
	names[e.Name] = true
	v.chain(e.Name, e.In, In)
	v.chain(e.Name, e.Out, Out)
}

// chain checks a deciding list: the closing policy stands last and nowhere else
// can a packet fall off.
func (v *verifier) chain(name string, c *Chain, d Direction) {
	if c == nil {
		return
	}
	v.where = name + " " + d.String()
	v.check(c.Dir == d, "the chain says %s", c.Dir)
	v.builds(c.Build, len(c.Nodes))
	for f := V4; f <= V6; f++ {
		b := c.Build[f]
		v.check(!b.Hooked || b.Nodes == len(c.Nodes), "in force for %s with %d of %d nodes", f, b.Nodes, len(c.Nodes))
	}
	v.nodes(c.Nodes, d)
	if len(c.Nodes) == 0 {
		v.check(false, "no closing policy")
		return
	}
	last, ok := c.Nodes[len(c.Nodes)-1].(*Rule)
	v.check(ok && last.Match.IsAny() && last.Families == Both, "the last node is no closing policy")
}

func (v *verifier) body(b *Body, name string) {
	if b == nil {
		return
	}
	v.where = name
	v.builds(b.Build, len(b.Nodes))
	v.nodes(b.Nodes, b.Dir)
}

func (v *verifier) builds(builds [2]Build, n int) {
	for f := V4; f <= V6; f++ {
		b := builds[f]
		v.check(b.Nodes >= 0 && b.Nodes <= n, "%s has %d of %d nodes", f, b.Nodes, n)
		v.check(b.Exists || !b.Hooked && b.Nodes == 0, "%s does not exist, but has nodes or is hooked", f)
	}
}

func (v *verifier) nodes(nodes []Node, d Direction) {
	defer func() { v.node = 0 }()
	for i, n := range nodes {
		v.node = i + 1
		switch n := n.(type) {
		case *Rule:
			v.rule(n)
		case *Builtin:
			v.origin(n.Origin)
			v.families(n.Families)
			v.check(n.Dir == d, "built-in %s is for %s", n.Kind, n.Dir)
			v.builtin(n)
		case *Call:
			v.call(n)
		case *Skipped:
			v.origin(n.Origin)
			v.families(n.Families)
			v.check(n.Reason != "", "skipped without a reason")
		default:
			v.check(false, "unknown node %T", n)
		}
	}
}

func (v *verifier) rule(r *Rule) {
	v.origin(r.Origin)
	v.families(r.Families)
	v.check(r.Verdict.Kind <= Reject, "verdict %s in a chain", r.Verdict.Kind)
	v.check(r.Log == nil || r.Log.Level >= 0 && r.Log.Level <= 7, "no syslog level")
	v.match(&r.Match, r.Families)
}

// call checks that a group is known and that nothing but an interface limits
// the jump into it.
func (v *verifier) call(c *Call) {
	v.origin(c.Origin)
	v.families(c.Families)
	v.check(c.Group != nil && v.groups[c.Group], "calls a group that the policy does not list")
	v.check(c.Match == Match{In: c.Match.In, Out: c.Match.Out}, "more than an interface limits the call")
	v.check(c.Verdict.Kind == Accept, "the verdict of a call is %s", c.Verdict.Kind)
}

func (v *verifier) origin(o Origin) {
	v.check(!o.Span.IsZero() || len(o.Steps) > 0, "no origin")
}

func (v *verifier) families(f Families) {
	v.check(f >= OnlyV4 && f <= Both, "no family")
}
