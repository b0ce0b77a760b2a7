package lower

import (
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// callable finds out in which families a GROUP rule can jump.
//
// Reference: a group that cannot be generated costs the host this GROUP rule
// only, but leaves half a chain behind; it costs a guest all that would still be
// made of it in that family (reference/pve-firewall §9.5). Intended: what cannot
// be generated is skipped line by line, and a group that exists nowhere is
// skipped where it is used.
func (l *lowering) callable(r *config.Rule, at place, made *generated) (*groupState, ir.Families) {
	if r.Group.Target == nil && r.Group.Runtime == config.UnknownRuntime {
		made.skipped = append(made.skipped, skip(r, at, ir.AtDesign, "nothing here says what group "+r.Group.Name+" is"))
		return nil, ir.NoFamily
	}
	if !l.reference() && (r.Group.Target == nil || len(r.Group.Name) > maxGroupName) {
		made.skipped = append(made.skipped, skip(r, at, ir.AtGenerate, "there is no security group "+r.Group.Name))
		return nil, ir.NoFamily
	}
	state := l.groupOf(r.Group)
	fams := ir.NoFamily
	for f := ir.V4; f <= ir.V6; f++ {
		if !at.live.Has(f) {
			if state.made[at.dir][f] {
				fams |= ir.Only(f)
			}
			continue
		}
		text := l.exist(state, at.dir, f, made.origin)
		if text == "" {
			fams |= ir.Only(f)
			continue
		}
		l.die(ir.Only(f), text, made)
	}
	if fams == ir.NoFamily && len(made.skipped) == 0 {
		made.skipped = append(made.skipped, skip(r, at, ir.AtGenerate, "generation has ended before this rule"))
	}
	return state, fams
}

// maxGroupName is the longest name whose two chains fit into netfilter's limit.
const maxGroupName = 18

// groupRuleDies notes that a rule of a group cannot be generated: under
// Reference the chain ends there, half built.
func (l *lowering) groupRuleDies(s *groupState, dir ir.Direction, f ir.Family, made *generated, at int, live *ir.Families) {
	l.hazardInGroup(s.group.Name, made, f)
	if !l.reference() || s.death[dir][f] != "" {
		return
	}
	s.death[dir][f] = made.died[f]
	s.upTo[dir][f] = at
	*live &^= ir.Only(f)
}
