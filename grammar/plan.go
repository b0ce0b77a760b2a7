package grammar

import "github.com/alecthomas/participle/v2/lexer"

// rulePlan is a ruleLine flattened for replay: which token of a line becomes
// which word of a Rule.
type rulePlan struct {
	bar, typ, action, macro, verdict, comment place
	params                                    []paramPlan
}

type paramPlan struct {
	kind        ParamKind
	flag, value place
}

// place is the index of a token in its line; nowhere stands for none.
type place int32

const nowhere place = -1

// planOf follows the tree that participle made.
func planOf(l *ruleLine) rulePlan {
	p := rulePlan{bar: optional(l.Bar), macro: nowhere, verdict: nowhere, comment: optional(l.Comment)}
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

func placeOf(t lexer.Token) place { return place(t.Pos.Offset) }

func optional(t *lexer.Token) place {
	if t == nil {
		return nowhere
	}
	return placeOf(*t)
}

// word is the text of a token; absent without one.
func (p place) of(words []Word) Word {
	if p == nowhere {
		return Word{}
	}
	return words[p]
}

// fill makes the words of a rule of a line's tokens.
func (p *rulePlan) fill(r *Rule, words []Word) {
	r.Bar, r.Type, r.Action = p.bar.of(words), p.typ.of(words), p.action.of(words)
	r.Macro, r.Verdict = p.macro.of(words), p.verdict.of(words)
	if p.macro != nowhere {
		r.Action = Word{r.Macro.Start, r.Verdict.End + 1}
	}
	for i := range r.Params {
		plan := &p.params[i]
		r.Params[i] = Param{plan.kind, words[plan.flag], words[plan.value]}
	}
}
