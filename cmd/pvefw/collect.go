package main

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	late  = 128 << 20 // bytes in use before anything is collected
	large = 160 << 20 // bytes alive from which on memory counts more than time

	usual  = 100 // per cent of what is alive, before the next collection
	frugal = 40
)

// collectLate keeps the collector from running before the heap is as large as
// most runs never make it: a run is short and uses what it has read until its end,
// so that collecting costs a quarter of its time and frees little. From then on the
// collector works as usual, and more often where so much is alive that a heap of
// twice that would be a burden. Who sets GOGC or GOMEMLIMIT gets what they set.
func collectLate() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetMemoryLimit(late)
	debug.SetGCPercent(-1)
	atNextCollection(func() {
		adapt(0)
		debug.SetMemoryLimit(math.MaxInt64)
	})
}

// adapt sets the collector's pace by what the last collection has left, after each.
func adapt(before int) {
	pace := usual
	if alive() >= large {
		pace = frugal
	}
	if pace != before {
		debug.SetGCPercent(pace)
	}
	atNextCollection(func() { adapt(pace) })
}

// alive is how many bytes the last collection has found in use.
func alive() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return sample[0].Value.Uint64()
}

func atNextCollection(do func()) {
	runtime.AddCleanup(new([16]byte), func(do func()) { do() }, do)
}
