package session

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/pvefw/pvefw/internal/assist"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/pvefw/pvefw/lint"
)

// Settled is a lint of everything.
type Settled struct {
	Config   *config.Config
	Policies []*ir.Policy // one per node, of the reference semantics
	Result   lint.Result

	snapshot *Snapshot
	indexed  *assist.Index
	// indexOnce makes indexed when it is first asked for.
	indexOnce sync.Once
	byFile    map[string]diag.List // Result's, by file name; "" for those without a file
	raw       map[string]diag.List // what was found beside reading, before directives count
}

// Of lists the findings that stand in a file, in the order of every output.
func (x *Settled) Of(name string) diag.List { return x.byFile[name] }

// Names lists all files that there is something to say about, and those of the CONFIG
// that Proxmox reads, sorted.
func (x *Settled) Names() []string {
	names := slices.AppendSeq(x.snapshot.Names(), maps.Keys(x.byFile))
	names = slices.DeleteFunc(names, func(name string) bool { return name == "" })
	slices.Sort(names)
	return slices.Compact(names)
}

// Settle lints everything: the findings are those of a lint of the same bytes. It is
// done once; an error is the context's, or a policy's that failed.
func (s *Snapshot) Settle(ctx context.Context) (*Settled, error) {
	select {
	case s.turn <- struct{}{}: // who comes second finds it done
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return nil, stopped(ctx)
	}
	s.mu.Lock()
	done := s.settled
	s.mu.Unlock()
	if done != nil {
		return done, nil
	}
	x, err := s.settle(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.settled = x
	s.mu.Unlock()
	s.session.keep(x)
	return x, nil
}

func (s *Snapshot) settle(ctx context.Context) (*Settled, error) {
	x := &Settled{snapshot: s, raw: map[string]diag.List{}, byFile: map[string]diag.List{}}
	cfg, found := s.resolved()
	x.Config = cfg
	for _, d := range found {
		if d.Span.File == s.in.Cluster && isCross(d.Rule) {
			x.note(d)
		}
	}
	found = append(slices.Clip(found), s.loaded.Findings...)
	for _, n := range cfg.Nodes {
		if err := stopped(ctx); err != nil {
			return nil, err
		}
		p, list := lower.Lower(cfg, n, lower.Reference)
		x.Policies = append(x.Policies, p)
		found = append(found, list...)
		x.note(list...)
	}
	in := lint.Input{Config: cfg, Policies: x.Policies, Findings: found, Now: s.session.opt.Now()}
	var judges []lint.Judge
	for _, j := range s.rules.Judges {
		judges = append(judges, recorder{j, x})
	}
	var err error
	if x.Result, err = lint.Run(ctx, in, s.rules.Options(), judges...); err != nil {
		if cause := stopped(ctx); cause != nil {
			err = cause
		}
		return nil, err
	}
	for _, d := range x.Result.Findings {
		x.byFile[nameOf(d.Span.File)] = append(x.byFile[nameOf(d.Span.File)], d)
	}
	return x, nil
}

// note keeps findings for the time until the next lint of everything is done.
func (x *Settled) note(list ...diag.Diagnostic) {
	for _, d := range list {
		x.raw[nameOf(d.Span.File)] = append(x.raw[nameOf(d.Span.File)], d)
	}
}

func nameOf(f *source.File) string {
	if f == nil {
		return ""
	}
	return f.Name()
}

// recorder is a judge whose findings are noted.
type recorder struct {
	judge lint.Judge
	x     *Settled
}

func (r recorder) Rules() []*diag.Rule { return r.judge.Rules() }

func (r recorder) Judge(ctx context.Context, in *lint.Input) (diag.List, error) {
	list, err := r.judge.Judge(ctx, in)
	r.x.note(list...)
	return list, err
}

// Stopped tells errors that only say that nobody waits any more.
func Stopped(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
