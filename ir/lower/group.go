package lower

import (
	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// groupState is a group on its way: its bodies are lowered on first use, and
// then come to exist family by family (reference/pve-firewall §9.1).
type groupState struct {
	group *ir.Group
	known bool         // defined somewhere
	named bool         // listed in the policy
	made  [2][2]bool   // by direction and family: the chain exists
	death [2][2]string // by direction and family: the error its generation ends with
	upTo  [2][2]int    // by direction and family: nodes made before that
}

// call generates a GROUP rule: a jump into the shared bodies. A group that
// cannot be made costs what quirk_group_death.go says.
func (l *lowering) call(r *config.Rule, at place) generated {
	made := generated{origin: l.shared.called(ruleOrigin(r, at), r.Group.Name)}
	m := matched{}
	l.iface(&m, r, at)
	state, fams := l.callable(r, at, &made)
	if fams == ir.NoFamily {
		return made
	}
	if m.refused != "" && !l.refuse(fams&at.live, m.refused, made.origin, r.ParamSpan(grammar.Iface)) {
		made.skipped = append(made.skipped, skip(r, at, ir.AtGenerate, "the kernel's tools would refuse it: "+m.refused))
		return made
	}
	made.nodes = append(made.nodes, &ir.Call{Families: fams, Match: m.match, Group: state.group,
		Verdict: ir.Verdict{Kind: ir.Accept, Queue: at.queue}, Origin: made.origin})
	if at.host && !m.match.IsAny() {
		made.nodes = append(made.nodes, l.markLeak(fams, made.origin)...)
	}
	return made
}

// groupOf returns the state of a group, lowering its bodies on first sight.
func (l *lowering) groupOf(ref *config.Ref[config.Group]) *groupState {
	if s := l.groups[ref.Name]; s != nil {
		return s
	}
	s := &groupState{group: &ir.Group{Name: ref.Name}, known: ref.Target != nil}
	l.groups[ref.Name] = s
	if ref.Target != nil {
		s.group.Origin = ir.Origin{Span: ref.Target.Span}
	}
	live := ir.Both
	for dir := ir.In; dir <= ir.Out; dir++ {
		b := l.groupBody(s, ref, dir, &live)
		if dir == ir.In {
			s.group.In = b
		} else {
			s.group.Out = b
		}
	}
	return s
}

// groupBody lowers one direction. A rule that dies ends the body in its family
// under Reference; live loses the families that end.
func (l *lowering) groupBody(s *groupState, ref *config.Ref[config.Group], dir ir.Direction, live *ir.Families) *ir.Body {
	b := &ir.Body{Name: ref.Name, Dir: dir}
	at := place{dir: dir, group: ref.Name}
	for _, r := range groupRules(ref) {
		at.live = *live
		made := l.source(r, at)
		b.Nodes = append(b.Nodes, made.skipped...)
		for _, f := range made.deadIn() {
			l.groupRuleDies(s, dir, f, &made, len(b.Nodes), live)
		}
		b.Nodes = append(b.Nodes, made.nodes...)
	}
	for f := ir.V4; f <= ir.V6; f++ {
		if s.death[dir][f] == "" {
			s.upTo[dir][f] = len(b.Nodes)
		}
	}
	return b
}

func groupRules(ref *config.Ref[config.Group]) []*config.Rule {
	if ref.Target == nil {
		return nil
	}
	return ref.Target.Rules
}

// exist makes a family's chain of one direction exist. The daemon makes both
// directions together when the one it needs is missing. The text is the error
// that ends it, empty when the chain is there.
func (l *lowering) exist(s *groupState, dir ir.Direction, f ir.Family, origin ir.Origin) string {
	if s.made[dir][f] {
		return ""
	}
	if !s.known {
		l.say(f, "no such security group '"+s.group.Name+"'", origin)
	}
	for d := ir.In; d <= ir.Out; d++ {
		name := "GROUP-" + s.group.Name + "-" + d.String()
		switch {
		case len(name) > maxChainName:
			return "Invalid chain name '" + name + "' (28 char max)"
		case s.made[d][f]:
			return "chain '" + name + "' already exists"
		}
		l.listGroup(s)
		s.made[d][f] = true
		s.group.Body(d).Build[f] = ir.Build{Exists: true, Hooked: true, Nodes: s.upTo[d][f]}
		if s.death[d][f] != "" {
			return s.death[d][f]
		}
	}
	return ""
}

// maxChainName is netfilter's limit for the name of a chain (reference/pve-firewall
// §9.3).
const maxChainName = 28

// listGroup adds a group to the policy when it is used first.
func (l *lowering) listGroup(s *groupState) {
	if !s.named {
		s.named = true
		l.policy.Groups = append(l.policy.Groups, s.group)
	}
}
