package lint

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// Input is what a lint looks at. Any part may be missing.
type Input struct {
	Config   *config.Config
	Policies []*ir.Policy // one per node, in the order of Config.Nodes
	Findings diag.List    // what reading, resolving and lowering found; not changed
	Now      time.Time    // for rules with a date; zero: no date has passed
	// Wanted reports rules whose findings somebody will see, so that judges can
	// leave out the others. Run sets it; nil means all.
	Wanted func(*diag.Rule) bool
}

// Judge finds faults in an Input. Its findings need no order.
type Judge interface {
	Rules() []*diag.Rule
	Judge(ctx context.Context, in *Input) (diag.List, error)
}

// Result is the outcome of a lint.
type Result struct {
	Findings diag.List // sorted; one per source line and code
	Ignored  int       // findings silenced by directives
	Files    int       // .fw files looked at
	Missing  []string  // facts nobody gave; sorted
	Known    int       // findings that Options.Known took out
	// Identities are those of Findings, in their order; paths are file names.
	Identities []Identity
}

// Summary is the result's count.
func (r *Result) Summary() diag.Summary {
	s := diag.Summarize(r.Findings)
	s.Files, s.Ignored, s.MissingFacts = r.Files, r.Ignored, r.Missing
	return s
}

// Run lints in with judges. An error (the context ended, a policy failed) comes
// with what was found until then.
func Run(ctx context.Context, in Input, opt Options, judges ...Judge) (Result, error) {
	all := slices.Clone(in.Findings)
	in.Wanted = func(r *diag.Rule) bool { return !opt.off(r) }
	var failed error
	for _, j := range judges {
		found, err := j.Judge(ctx, &in)
		all = append(all, found...)
		if err != nil {
			failed = fmt.Errorf("lint: %w", err)
			break
		}
	}
	files := filesOf(in.Config)
	res := Result{Files: len(files)}
	if in.Config != nil {
		res.Missing = slices.Clone(in.Config.Missing)
	}
	all = merge(all)
	directives := readDirectives(files, all)
	all, res.Ignored = directives.apply(all)
	x := newIndex(in.Config, opt.path)
	opt.Ignores.meet(files, opt.path)
	all, silenced := opt.Ignores.apply(all, x, in.Now)
	res.Ignored += silenced
	all = append(all, directives.complaints(opt)...)
	res.Findings = opt.keep(all, x)
	res.Findings.Sort()
	res.filter(opt.Known, x)
	return res, failed
}

// filter takes out what is known already.
func (r *Result) filter(known Filter, x *index) {
	r.Identities = x.identities(r.Findings)
	if known == nil {
		return
	}
	keep, n := known(r.Findings, r.Identities), 0
	for i, kept := range keep {
		if kept {
			r.Findings[n], r.Identities[n] = r.Findings[i], r.Identities[i]
			n++
		}
	}
	r.Known = len(keep) - n
	r.Findings, r.Identities = r.Findings[:n], r.Identities[:n]
}
