package grammar

import (
	"slices"

	"github.com/alecthomas/participle/v2/lexer"
)

// rulePlan is a ruleLine flattened: which token of a line is which word of a
// Rule. It is shared and must not keep participle's tree alive.
type rulePlan struct {
	bar, typ, action, macro, verdict, comment place
	params                                    []paramPlan
	wide                                      bool // the line is longer than narrow
}

type paramPlan struct {
	kind        ParamKind
	flag, value place
}

// planOf follows the tree that participle made.
func planOf(l *ruleLine) *rulePlan {
	p := &rulePlan{bar: optional(l.Bar), macro: nowhere, verdict: nowhere, comment: optional(l.Comment)}
	if g := l.Group; g != nil {
		p.typ, p.action = placeOf(g.Type), placeOf(g.Name)
		for _, param := range g.Params {
			p.params = append(p.params, param.plan(0))
		}
		return p
	}
	f := l.Filter
	p.typ, p.action = placeOf(f.Type), optional(f.Action)
	p.verdict = p.action
	if f.Macro != nil {
		p.macro, p.verdict = placeOf(f.Macro.Name), placeOf(f.Macro.Verdict)
	}
	for _, param := range f.Params {
		p.params = append(p.params, param.plan(0))
	}
	return p
}

// plan places a parameter whose first token is the one with index at.
func (p *param) plan(at place) paramPlan {
	s := (*setting)(p.Logging)
	if p.Setting != nil {
		s = p.Setting
	}
	return paramPlan{paramKinds[s.Flag.Type], at + placeOf(s.Flag), at + placeOf(s.Value)}
}

func (p *groupParam) plan(at place) paramPlan {
	return paramPlan{Iface, at + placeOf(p.Flag), at + placeOf(p.Value)}
}

var paramKinds = map[lexer.TokenType]ParamKind{
	tIface: Iface, tSource: Source, tDest: Dest, tProto: Proto,
	tDPort: DPort, tSPort: SPort, tLog: Log, tICMPType: ICMPType,
}

// clone is a plan that may be changed.
func (p *rulePlan) clone() *rulePlan {
	c := *p
	c.params = slices.Clone(p.params)
	return &c
}
