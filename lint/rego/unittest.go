package rego

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/tester"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// Outcome is that of one unit test.
type Outcome string

// The outcomes. Skipped tests are those named todo_test_*.
const (
	Passed  Outcome = "pass"
	Failed  Outcome = "fail"
	Broken  Outcome = "error"
	Skipped Outcome = "skip"
)

// UnitTest is one test_* rule that was run.
type UnitTest struct {
	Place   string // FILE:LINE:COLUMN
	Package string // without "data."
	Name    string
	Outcome Outcome
	Text    string // why it failed
}

// FileCoverage is how much of a policy its tests reach.
type FileCoverage struct {
	File               string
	Covered, Uncovered int   // lines with something to evaluate
	Missed             []int // the lines that no test reaches, rising
}

// TestReport is the outcome of Test.
type TestReport struct {
	Tests []UnitTest     // by place
	Files []FileCoverage // of the files that are no tests, by name
}

// Test compiles sources with their tests, runs the tests in OPA's runner and
// tells what they reach. A guard bounds the whole. The error is a Faults where
// something does not compile.
func Test(ctx context.Context, guard Guard, sources ...*Source) (*TestReport, error) {
	if guard != nil {
		guarded, done := guard(ctx)
		defer done()
		ctx = guarded
	}
	b := newBuilder(Options{})
	for _, s := range sources {
		b.add(s)
		b.modulesOf(s, true)
	}
	if len(b.faults) > 0 {
		return nil, b.faults.sorted()
	}
	tracer := cover.New()
	runner := tester.NewRunner().SetCompiler(newCompiler()).SetModules(b.modules).SetStore(inmem.NewFromObject(b.data)).
		RaiseBuiltinErrors(true).SetCoverageQueryTracer(tracer).AddCustomBuiltins(testBuiltins())
	results, err := runner.RunTests(ctx, nil)
	if err != nil {
		return nil, faultsOf("", err).sorted()
	}
	report := &TestReport{}
	for r := range results {
		report.Tests = append(report.Tests, unitTest(ctx, r))
	}
	if ctx.Err() != nil {
		return nil, &Fault{Text: "the tests were stopped: " + context.Cause(ctx).Error(), err: context.Cause(ctx)}
	}
	slices.SortFunc(report.Tests, func(a, b UnitTest) int { return strings.Compare(a.Package+a.Name, b.Package+b.Name) })
	report.Files = testedLines(tracer.Report(b.modules))
	return report, nil
}

func unitTest(ctx context.Context, r *tester.Result) UnitTest {
	t := UnitTest{Package: strings.TrimPrefix(r.Package, "data."), Name: r.Name, Outcome: Passed}
	if r.Location != nil {
		t.Place = fmt.Sprintf("%s:%d:%d", r.Location.File, r.Location.Row, r.Location.Col)
	}
	var broken *topdown.Error
	switch {
	case r.Skip:
		t.Outcome = Skipped
	case errors.As(r.Error, &broken):
		t.Outcome, t.Text = Broken, broken.Message
	case r.Error != nil:
		t.Outcome, t.Text = Broken, r.Error.Error()
	case r.Fail:
		t.Outcome, t.Text = Failed, "it is not true"
	}
	if t.Outcome == Broken && ctx.Err() != nil {
		t.Text = context.Cause(ctx).Error()
	}
	return t
}

// testBuiltins are our own functions for OPA's runner.
func testBuiltins() []*tester.Builtin {
	var out []*tester.Builtin
	for _, f := range packetFunctions() {
		out = append(out, &tester.Builtin{Decl: f.decl, Func: rego.FunctionDyn(
			&rego.Function{Name: f.decl.Name, Decl: f.decl.Decl},
			func(ctx rego.BuiltinContext, terms []*ast.Term) (answer *ast.Term, err error) {
				err = f.evaluate(ctx, terms, func(t *ast.Term) error {
					answer = t
					return nil
				})
				return answer, err
			})})
	}
	return out
}

func testedLines(r cover.Report) []FileCoverage {
	var out []FileCoverage
	for _, name := range slices.Sorted(maps.Keys(r.Files)) {
		if isTest(name) {
			continue
		}
		f := r.Files[name]
		c := FileCoverage{File: name, Covered: f.CoveredLines, Uncovered: f.NotCoveredLines}
		for _, missed := range f.NotCovered {
			for row := missed.Start.Row; row <= missed.End.Row; row++ {
				if !f.IsCovered(row) {
					c.Missed = append(c.Missed, row)
				}
			}
		}
		slices.Sort(c.Missed)
		c.Missed = slices.Compact(c.Missed)
		out = append(out, c)
	}
	return out
}
