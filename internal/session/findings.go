package session

import (
	"context"
	"slices"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/lint"
)

// longestJudged is how many lines a guest's file may have to be judged at every
// keystroke.
const longestJudged = 200

// Findings lists what is known about a file within the time of a keystroke. What
// reading it says is exact. What takes a look at other files, or at what all lines
// mean together, is as Judge says for a guest's file that is short, and for others as
// the last Settle left it, moved along with its lines; lines that have changed since
// then have none of it. Where this snapshot is settled, all of it is exact.
func (s *Snapshot) Findings(ctx context.Context, name string) (diag.List, error) {
	n := s.nearOf(name)
	if n == nil {
		return nil, nil
	}
	last := s.session.lastSettled()
	switch {
	case s.isSettled(last):
		return last.Of(name), nil
	case n.place.kind == guestFile && s.File(name).LineCount() <= longestJudged:
		return s.Judge(ctx, name)
	}
	return s.read(ctx, name, n, last)
}

// read is reading and what is left of the last lint.
func (s *Snapshot) read(ctx context.Context, name string, n *near, last *Settled) (diag.List, error) {
	in := lint.Input{Config: n.cfg, Findings: slices.Clone(n.found), Now: s.session.opt.Now()}
	res, err := lint.Run(ctx, in, s.rules.Options(), s.carried(last, name, anyRule))
	if err != nil {
		return nil, err
	}
	return s.only(name, res.Findings), nil
}

func anyRule(*diag.Rule) bool { return true }

func (s *Snapshot) isSettled(x *Settled) bool { return x != nil && x.snapshot == s }

// carried is a judge that says what was found about a file before, by some rules.
func (s *Snapshot) carried(last *Settled, name string, by func(*diag.Rule) bool) lint.Judge {
	c := carried{}
	if last == nil {
		return c
	}
	moves := map[*source.File]*move{}
	for _, d := range last.raw[name] {
		if !by(d.Rule) {
			continue
		}
		if moved, ok := s.carry(d, moves); ok {
			c.list = append(c.list, moved)
		}
	}
	return c
}

type carried struct{ list diag.List }

func (c carried) Rules() []*diag.Rule                                   { return nil }
func (c carried) Judge(context.Context, *lint.Input) (diag.List, error) { return c.list, nil }
