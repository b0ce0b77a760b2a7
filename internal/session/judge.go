package session

import (
	"context"
	"slices"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/pvefw/pvefw/lint"
)

// Judge lists what Findings lists, with what the judges say about the file today:
// they are asked about its slice. What only a look at all guests tells is still as the
// last Settle left it. The files of guests have such a slice; for others, Judge says
// what Findings says. It takes as long as the file is, however many guests there are.
func (s *Snapshot) Judge(ctx context.Context, name string) (diag.List, error) {
	n := s.nearOf(name)
	last := s.session.lastSettled()
	switch {
	case n == nil:
		return nil, nil
	case s.isSettled(last):
		return last.Of(name), nil
	case n.place.kind != guestFile:
		return s.read(ctx, name, n, last)
	}
	in := lint.Input{Config: n.cfg, Findings: slices.Clone(n.found), Now: s.session.opt.Now()}
	for _, node := range n.cfg.Nodes {
		p, list := lower.Lower(n.cfg, node, lower.Reference)
		in.Policies = append(in.Policies, p)
		in.Findings = append(in.Findings, s.only(name, list)...)
	}
	judges := []lint.Judge{s.carried(last, name, s.rules.decidedElsewhere)}
	for _, j := range s.rules.Judges {
		judges = append(judges, local{j, s, name})
	}
	res, err := lint.Run(ctx, in, s.rules.Options(), judges...)
	if err != nil {
		return nil, err
	}
	return s.only(name, res.Findings), nil
}

// only picks the findings that stand in a file.
func (s *Snapshot) only(name string, list diag.List) diag.List {
	out, f := diag.List{}, s.File(name)
	for _, d := range list {
		if d.Span.File == f {
			out = append(out, d)
		}
	}
	return out
}

// decidedElsewhere tells the rules about a guest's file that other guests have a say in.
func (r *Rules) decidedElsewhere(rule *diag.Rule) bool {
	switch rule.Code {
	case "guest-unfiltered", // a group that fails does so for the guest that comes first
		"spoofing-possible": // about guests that share a bridge
		return true
	}
	return slices.ContainsFunc(r.Judges, func(j lint.Judge) bool {
		w, ok := j.(interface{ Wide() []string })
		return ok && slices.Contains(w.Wide(), rule.Code)
	})
}

// local is a judge that is not asked about what others decide.
type local struct {
	judge lint.Judge
	s     *Snapshot
	name  string
}

func (l local) Rules() []*diag.Rule { return l.judge.Rules() }

func (l local) Judge(ctx context.Context, in *lint.Input) (diag.List, error) {
	asked := *in
	asked.Wanted = func(r *diag.Rule) bool { return !l.s.rules.decidedElsewhere(r) && (in.Wanted == nil || in.Wanted(r)) }
	list, err := l.judge.Judge(ctx, &asked)
	return l.s.only(l.name, list), err
}
