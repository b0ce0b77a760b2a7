package cli

import (
	"context"
	"fmt"
	"runtime"
	"runtime/metrics"
	"time"
)

// policyLimits bound one policy in one run.
type policyLimits struct {
	time   time.Duration
	memory int // MiB
}

// heapMetric is the memory of all objects, dead ones included that the collector
// has not found yet.
const heapMetric = "/memory/classes/heap/objects:bytes"

// lookEvery is how often the memory is looked at.
const lookEvery = 5 * time.Millisecond

// guard ends a policy that runs too long or makes the process grow too much. It
// can only do so between two steps of the evaluation: a single call of a built-in
// function is not interrupted, which is why those that make much of little are
// not among the capabilities.
func (l policyLimits) guard(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(l.time, func() { cancel(fmt.Errorf("it ran for more than %s", l.time)) })
	go l.watch(ctx, cancel, heap())
	return ctx, func() {
		timer.Stop()
		cancel(nil)
	}
}

// watch compares the heap with what it was at first.
func (l policyLimits) watch(ctx context.Context, cancel context.CancelCauseFunc, before uint64) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	most := before + uint64(l.memory)<<20
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if heap() <= most {
			continue
		}
		runtime.GC() // what is dead does not count
		if heap() > most {
			cancel(fmt.Errorf("it used more than %d MiB of memory", l.memory))
			return
		}
	}
}

func heap() uint64 {
	sample := []metrics.Sample{{Name: heapMetric}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
