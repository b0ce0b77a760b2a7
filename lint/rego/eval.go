package rego

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// run is one policy at work on one datacenter.
type run struct {
	*program
	policy *policy
	ctx    context.Context
	cancel topdown.Cancel
	stop   func() bool
}

func newRun(ctx context.Context, p *policy, program *program) *run {
	r := &run{program: program, policy: p, ctx: ctx, cancel: topdown.NewCancel()}
	r.stop = context.AfterFunc(ctx, r.cancel.Cancel)
	return r
}

func (r *run) end() { r.stop() }

// workers is how many evaluations go on side by side.
func workers() int { return runtime.GOMAXPROCS(0) }

// evalAll asks about all documents, several at once, and returns the answers in
// the same order. Of several errors that of the first document counts.
func (r *run) evalAll(docs []ast.Value) ([][]violation, error) {
	answers := make([][]violation, len(docs))
	faults := make([]error, (len(docs)+batchSize-1)/batchSize)
	var wait sync.WaitGroup
	next := make(chan int)
	work := func(n int) {
		for i := n * batchSize; i < min((n+1)*batchSize, len(docs)) && faults[n] == nil; i++ {
			answers[i], faults[n] = r.eval(docs[i])
		}
	}
	if len(faults) == 1 {
		work(0)
		return answers, faults[0]
	}
	for range min(workers(), len(faults)) {
		wait.Go(func() {
			for n := range next {
				work(n)
			}
		})
	}
	for n := range faults {
		next <- n
	}
	close(next)
	wait.Wait()
	for _, err := range faults {
		if err != nil {
			return nil, err
		}
	}
	return answers, nil
}

// eval asks about one document. Whatever goes wrong inside OPA is the policy's
// fault and names it.
func (r *run) eval(doc ast.Value) (out []violation, err error) {
	if r.ctx.Err() != nil {
		return nil, r.fault(context.Cause(r.ctx))
	}
	defer func() {
		if p := recover(); p != nil {
			out, err = nil, r.fault(fmt.Errorf("the evaluation failed: %v", p))
		}
	}()
	txn, err := r.store.NewTransaction(r.ctx)
	if err != nil {
		return nil, r.fault(err)
	}
	defer r.store.Abort(r.ctx, txn)
	q := topdown.NewQuery(r.query).WithCompiler(r.compiler).WithStore(r.store).WithTransaction(txn).
		WithInput(ast.NewTerm(doc)).WithCancel(r.cancel).WithStrictBuiltinErrors(true).WithBuiltins(packetBuiltins())
	err = q.Iter(r.ctx, func(result topdown.QueryResult) error {
		for _, e := range r.entries {
			found, err := violationsOf(result[ast.Var(e)])
			if err != nil {
				return fmt.Errorf("%s: %w", e, err)
			}
			out = append(out, found...)
		}
		return nil
	})
	if err != nil {
		return nil, r.fault(err)
	}
	return out, nil
}

// violationsOf reads the value of an entry; most are empty.
func violationsOf(t *ast.Term) ([]violation, error) {
	if t == nil {
		return nil, errors.New("it has no value")
	}
	set, ok := t.Value.(ast.Set)
	if !ok {
		return nil, fmt.Errorf("it is no set but %s", ast.ValueName(t.Value))
	}
	if set.Len() == 0 {
		return nil, nil
	}
	value, err := ast.JSON(set)
	if err != nil {
		return nil, err
	}
	return violations(value)
}

// fault makes err one of the policy, and gives the reason why it was stopped.
func (r *run) fault(err error) error {
	f := &Fault{File: r.policy.file, Code: r.policy.rule.Code, Text: err.Error(), err: err}
	var broken *topdown.Error
	switch {
	case r.ctx.Err() != nil && (topdown.IsCancel(err) || errors.Is(err, r.ctx.Err())):
		f.err = context.Cause(r.ctx)
		f.Text = "the policy was stopped: " + f.err.Error()
	case errors.As(err, &broken):
		f.Text = broken.Message
		if broken.Location != nil {
			f.Line, f.Column = broken.Location.Row, broken.Location.Col
		}
	}
	return f
}
