package session

import (
	"context"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/lint"
)

// Findings lists what is known about a file within the time of a keystroke. What
// reading it says is exact. What takes a look at other files, or at what all lines
// mean together, is as the last Settle left it, moved along with its lines; lines
// that have changed since then have none of it. Where this snapshot is settled, all
// of it is exact.
func (s *Snapshot) Findings(ctx context.Context, name string) (diag.List, error) {
	n := s.nearOf(name)
	if n == nil {
		return nil, nil
	}
	last := s.session.lastSettled()
	if s.isSettled(last) {
		return last.Of(name), nil
	}
	in := lint.Input{Config: n.cfg, Findings: n.found, Now: s.session.opt.Now()}
	res, err := lint.Run(ctx, in, s.rules.Options(), s.carried(last, name))
	if err != nil {
		return nil, err
	}
	f, list := s.File(name), diag.List{}
	for _, d := range res.Findings {
		if d.Span.File == f {
			list = append(list, d)
		}
	}
	return list, nil
}

func (s *Snapshot) isSettled(x *Settled) bool { return x != nil && x.snapshot == s }

// carried is a judge that says what was found about a file before.
func (s *Snapshot) carried(last *Settled, name string) lint.Judge {
	c := carried{}
	if last == nil {
		return c
	}
	moves := map[*source.File]*move{}
	for _, d := range last.raw[name] {
		if moved, ok := s.carry(d, moves); ok {
			c.list = append(c.list, moved)
		}
	}
	return c
}

type carried struct{ list diag.List }

func (c carried) Rules() []*diag.Rule                                   { return nil }
func (c carried) Judge(context.Context, *lint.Input) (diag.List, error) { return c.list, nil }
