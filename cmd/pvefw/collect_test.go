package main

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"
)

// undo puts back what the tests of this process run with.
func undo(t *testing.T) {
	pace, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetGCPercent(pace); debug.SetMemoryLimit(limit) })
}

func TestNothingIsCollectedBeforeWhatIsExpected(t *testing.T) {
	undo(t)
	c := &collector{floor: late, pace: -1}
	for _, step := range []struct{ expected, limit int64 }{{late / 2, math.MaxInt64}, {3 * late, 3 * late}, {2 * late, 3 * late}, {1 << 40, latest}} {
		c.expect(step.expected)
		if got := debug.SetMemoryLimit(-1); got != step.limit {
			t.Errorf("with %d bytes expected the limit is %d, not %d", step.expected, got, step.limit)
		}
	}
}

func TestNextCollectionIsNotBeforeTheFloorEither(t *testing.T) {
	undo(t)
	runtime.GC()
	left := alive()
	if left <= 0 {
		t.Fatal("nothing is alive")
	}
	c := &collector{floor: late, pace: -1}
	c.set()
	if next := left + left*int64(c.pace)/100; next < late-left || next > 2*late {
		t.Errorf("with %d bytes alive the next collection is at %d, not at about %d", left, next, late)
	}
	c.floor = 1
	c.set()
	if c.pace != usual {
		t.Errorf("with %d bytes alive and nothing expected the pace is %d, not %d", left, c.pace, usual)
	}
	if got := debug.SetGCPercent(usual); got != c.pace {
		t.Errorf("the runtime's pace is %d, not %d", got, c.pace)
	}
}
