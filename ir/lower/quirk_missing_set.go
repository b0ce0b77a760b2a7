package lower

import (
	"sort"
	"strings"

	"github.com/pvefw/pvefw/ir"
)

// refuseMissingSets follows up an ipset text that is refused: it stops at the
// first bad line, so later sets do not come to exist, and iptables refuses rules
// that name them (reference/pve-firewall §4.6).
func (l *lowering) refuseMissingSets() {
	if !l.reference() {
		return
	}
	bad := map[*ir.SetEntry]bool{}
	for _, s := range l.policy.Sets {
		for i := range s.Entries {
			e := &s.Entries[i]
			if e.Skipped == "" && l.entryRefused(e) {
				bad[e] = true
			}
		}
	}
	if len(bad) == 0 {
		return
	}
	missing := missingSets(l.policy.Sets, bad)
	l.eachSetUse(func(s *ir.Set, f ir.Family, origin ir.Origin) {
		if missing[halfSet{s, f}] {
			carrier := ir.IPTables
			if f == ir.V6 {
				carrier = ir.IP6Tables
			}
			l.refuseText(carrier, "Set "+s.KernelName(f)+" doesn't exist.", origin)
		}
	})
}

func (l *lowering) entryRefused(e *ir.SetEntry) bool {
	for key := range l.refused {
		if key.carrier == ir.IPSetText && key.span == e.Origin.Span {
			return true
		}
	}
	return false
}

// halfSet is one of the two kernel sets of a set.
type halfSet struct {
	set    *ir.Set
	family ir.Family
}

// missingSets returns the kernel sets behind the first that fails, in the order
// of the ipset text: by name.
func missingSets(sets []*ir.Set, bad map[*ir.SetEntry]bool) map[halfSet]bool {
	var halves []halfSet
	for _, s := range sets {
		halves = append(halves, halfSet{s, ir.V4}, halfSet{s, ir.V6})
	}
	sort.SliceStable(halves, func(i, j int) bool {
		return halves[i].set.KernelName(halves[i].family) < halves[j].set.KernelName(halves[j].family)
	})
	missing := map[halfSet]bool{}
	stopped := false
	for _, h := range halves {
		if stopped {
			missing[h] = true
			continue
		}
		for i := range h.set.Entries {
			e := &h.set.Entries[i]
			stopped = stopped || bad[e] && strings.Contains(e.Text, ":") == (h.family == ir.V6)
		}
	}
	return missing
}

// eachSetUse visits every generated use of a set.
func (l *lowering) eachSetUse(visit func(*ir.Set, ir.Family, ir.Origin)) {
	p := l.policy
	walk := func(nodes []ir.Node, build [2]ir.Build) {
		for f := ir.V4; f <= ir.V6; f++ {
			for _, n := range nodes[:build[f].Nodes] {
				setUses(n, f, visit)
			}
		}
	}
	chain := func(c *ir.Chain) {
		if c != nil {
			walk(c.Nodes, c.Build)
		}
	}
	walk(p.BridgeIn.Nodes, p.BridgeIn.Build)
	chain(p.Host.In)
	chain(p.Host.Out)
	for _, g := range p.Groups {
		walk(g.In.Nodes, g.In.Build)
		walk(g.Out.Nodes, g.Out.Build)
	}
	for _, nic := range p.NICs {
		chain(nic.In)
		chain(nic.Out)
	}
}

func setUses(n ir.Node, f ir.Family, visit func(*ir.Set, ir.Family, ir.Origin)) {
	switch n := n.(type) {
	case *ir.Rule:
		for _, a := range []*ir.Addr{n.Match.Source, n.Match.Dest} {
			if a != nil && a.Set != nil && n.Families.Has(f) {
				visit(a.Set, f, n.Origin)
			}
		}
	case *ir.Builtin:
		if n.Set != nil && n.Families.Has(f) {
			visit(n.Set, f, n.Origin)
		}
	}
}
