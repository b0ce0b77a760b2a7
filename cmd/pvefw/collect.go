package main

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

const (
	late   = 128 << 20  // bytes in use before anything is collected
	latest = 1024 << 20 // the same where a run is known to keep much
	large  = 160 << 20  // bytes alive from which on memory counts more than time

	usual  = 100 // per cent of what is alive, before the next collection
	frugal = 40
)

// collector says when memory is collected.
type collector struct {
	mu    sync.Mutex
	floor int64 // bytes in use before anything is collected
	pace  int   // as set; -1 before the first collection
}

// collectLate keeps the collector from running before the heap is as large as
// most runs never make it: a run is short and uses what it has read until its end,
// so that collecting costs a quarter of its time and frees little. From then on the
// collector works as usual, and more often where so much is alive that a heap of
// twice that would be a burden. What it returns is told how many bytes will be alive
// in any case, before which collecting would be in vain too. Who sets GOGC or
// GOMEMLIMIT gets what they set, and nil.
func collectLate() func(bytes int64) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return nil
	}
	c := &collector{floor: late, pace: -1}
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(late)
	atNextCollection(c.adapt)
	return c.expect
}

// expect is told how many bytes a run is going to keep.
func (c *collector) expect(bytes int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	bytes = min(bytes, latest)
	if bytes <= c.floor {
		return
	}
	c.floor = bytes
	if c.pace < 0 {
		debug.SetMemoryLimit(bytes)
		return
	}
	c.set()
}

// adapt sets the collector's pace by what the last collection has left, after each.
func (c *collector) adapt() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set()
	debug.SetMemoryLimit(math.MaxInt64) // it was for the first collection
	atNextCollection(c.adapt)
}

func (c *collector) set() {
	left := max(alive(), 1)
	pace := usual
	if left >= large {
		pace = frugal
	}
	pace = max(pace, int((c.floor-left)*100/left))
	if pace != c.pace {
		c.pace = pace
		debug.SetGCPercent(pace)
	}
}

// alive is how many bytes the last collection has found in use.
func alive() int64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return int64(sample[0].Value.Uint64())
}

func atNextCollection(do func()) {
	runtime.AddCleanup(new([16]byte), func(do func()) { do() }, do)
}
