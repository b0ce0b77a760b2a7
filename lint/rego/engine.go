package rego

import (
	"context"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/lint"
)

// Engine evaluates a set of policies; it is a lint.Judge and may be used by
// several goroutines at once. The policies that come with pvefw are compiled when
// they are needed, those of users at once.
type Engine struct {
	policies []*policy // by category and code
	options  Options
	skipped  Faults
	gates    sync.Once
}

// Options are about the policies of users.
type Options struct {
	// Guard bounds the evaluation of each policy; nil sets no bounds.
	Guard Guard
	// KeepGoing leaves policies out that are broken: Engine.Skipped names those
	// that do not compile, Warn is told of those that fail later.
	KeepGoing bool
	Warn      func(error)
	// Taken are codes that a policy may not have, because others have them.
	Taken []string
}

// Guard bounds the evaluation of one policy: the context that it returns ends
// when the policy has had its share, with a cause that says so in words, and the
// function is to be called when the policy is done.
type Guard func(context.Context) (context.Context, func())

// Builtin returns the engine of the policies that come with pvefw.
func Builtin() (*Engine, error) {
	list, err := builtins()
	if err != nil {
		return nil, err
	}
	return &Engine{policies: list}, nil
}

// New compiles every .rego file in files but the tests (_test.rego).
func New(files fs.FS) (*Engine, error) {
	s, err := ReadDir("", files)
	if err != nil {
		return nil, err
	}
	return Open(Options{}, s)
}

// Open compiles the policies of sources. The error is a Faults, unless KeepGoing
// leaves out what is broken.
func Open(opt Options, sources ...*Source) (*Engine, error) {
	b := newBuilder(opt)
	for _, s := range sources {
		b.add(s)
	}
	list := b.build()
	if len(b.faults) > 0 && !opt.KeepGoing {
		return nil, b.faults.sorted()
	}
	return &Engine{policies: list, options: opt, skipped: b.faults.sorted()}, nil
}

// Skipped tells what was left out because it is broken.
func (e *Engine) Skipped() Faults { return e.skipped }

// Rules returns the catalogue records of the policies.
func (e *Engine) Rules() []*diag.Rule {
	var rules []*diag.Rule
	for _, p := range e.policies {
		rules = append(rules, p.rule)
	}
	return rules
}

// Wide lists the codes of policies that look at the datacenter as a whole: any file
// may decide about what they report in any other.
func (e *Engine) Wide() []string {
	var codes []string
	for _, p := range e.policies {
		if p.unit == clusterUnit {
			codes = append(codes, p.rule.Code)
		}
	}
	return codes
}

// Example returns the small configurations of a policy's METADATA: one that it
// reports and one that it does not, files one after another behind "-- NAME --".
func (e *Engine) Example(code string) (bad, good string, ok bool) {
	for _, p := range e.policies {
		if p.rule.Code == code {
			return p.bad, p.good, true
		}
	}
	return "", "", false
}

// Judge evaluates all policies on in. An error names the policy that failed, or
// is the context's.
func (e *Engine) Judge(ctx context.Context, in *lint.Input) (diag.List, error) {
	if in.Config == nil {
		return nil, nil
	}
	w := newWorld(in.Config)
	w.today = in.Now
	w.policies = in.Policies
	e.readGates()
	ctx = withPackets(ctx, newPackets(w, in))
	wanted := slices.DeleteFunc(slices.Clone(e.policies), func(p *policy) bool { return in.Wanted != nil && !in.Wanted(p.rule) })
	w.choose(wanted)
	needed := slices.DeleteFunc(wanted, func(p *policy) bool { return !w.looksAt(p) })
	compileAll(needed)
	var out diag.List
	for _, p := range needed {
		found, err := e.judge(ctx, p, w)
		out = append(out, found...)
		switch {
		case err == nil:
		case !e.options.KeepGoing || ctx.Err() != nil:
			return out, err
		case e.options.Warn != nil:
			e.options.Warn(err)
		}
	}
	return out, nil
}

// readGates reads those of pvefw's own policies, which nobody needs who gets the
// findings from a cache.
func (e *Engine) readGates() {
	e.gates.Do(func() {
		for _, p := range e.policies {
			if p.text != "" {
				p.gate.alternatives = readGate(p.text)
			}
		}
	})
}

// judge runs one policy under its guard.
func (e *Engine) judge(ctx context.Context, p *policy, w *world) (diag.List, error) {
	if e.options.Guard != nil {
		guarded, done := e.options.Guard(ctx)
		defer done()
		ctx = guarded
	}
	r, err := p.start(ctx)
	if err != nil {
		return nil, err
	}
	defer r.end()
	found, err := r.judge(w)
	for i := range found {
		w.explainCover(&found[i])
	}
	return found, err
}

// compileAll compiles side by side what is not compiled yet. Failures are kept
// for those who ask for the programs.
func compileAll(list []*policy) {
	var wait sync.WaitGroup
	next := make(chan *policy)
	for range min(workers(), len(list)) {
		wait.Go(func() {
			for p := range next {
				_, _ = p.program()
			}
		})
	}
	for _, p := range list {
		next <- p
	}
	close(next)
	wait.Wait()
}

// isTest tells the files that only hold tests.
func isTest(name string) bool { return strings.HasSuffix(name, "_test.rego") }
