package lint

import (
	"context"
	"fmt"
	"slices"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// Input is what a lint looks at. Any part may be missing.
type Input struct {
	Config   *config.Config
	Policies []*ir.Policy // one per node, in the order of Config.Nodes
	Findings diag.List    // what reading, resolving and lowering found; not changed
}

// Judge finds faults in an Input. Its findings need no order.
type Judge interface {
	Rules() []*diag.Rule
	Judge(ctx context.Context, in *Input) (diag.List, error)
}

// Options change which findings are told, and how loudly.
type Options struct {
	Disable  []string                 // codes that are not told
	Enable   []string                 // codes that are told although Disable names them
	Severity map[string]diag.Severity // by code
	// Catalog is every rule there is. With it, directives that ignore nothing
	// and those that name no rule are findings.
	Catalog []*diag.Rule
}

// Result is the outcome of a lint.
type Result struct {
	Findings diag.List // sorted; one per source line and code
	Ignored  int       // findings silenced by directives
	Files    int       // .fw files looked at
	Missing  []string  // facts nobody gave; sorted
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
	all = append(all, directives.complaints(opt)...)
	res.Findings = opt.keep(all)
	res.Findings.Sort()
	return res, failed
}

// keep leaves the findings that the options want, with the severities they want.
func (o *Options) keep(l diag.List) diag.List {
	return slices.DeleteFunc(adjusted(l, o.Severity), func(d diag.Diagnostic) bool {
		return o.off(d.Rule.Code)
	})
}

func (o *Options) off(code string) bool {
	return slices.Contains(o.Disable, code) && !slices.Contains(o.Enable, code)
}

func adjusted(l diag.List, by map[string]diag.Severity) diag.List {
	for i := range l {
		if s, ok := by[l[i].Rule.Code]; ok {
			l[i].Severity = s
		}
	}
	return l
}
