package main

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
)

// collectLate keeps the collector from running before the heap is as large as
// most runs never make it: a run is short and uses what it has read until its end,
// so that collecting costs a quarter of its time and frees little. From then on the
// collector works as usual. Who sets GOGC or GOMEMLIMIT gets what they set.
func collectLate() {
	const late = 128 << 20 // bytes
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetMemoryLimit(late)
	usual := debug.SetGCPercent(-1)
	first := new([16]byte) // goes with the first collection
	runtime.AddCleanup(first, func(usual int) {
		debug.SetGCPercent(usual)
		debug.SetMemoryLimit(math.MaxInt64)
	}, usual)
}
