package netns

import (
	"runtime"
	"syscall"
	"testing"
)

// Enter moves the test into a namespace of its own, in which nft works. The thread is not
// given back: it ends with the test.
func Enter(t testing.TB) {
	t.Helper()
	needTools(t, "nft")
	runtime.LockOSThread()
	if err := syscall.Unshare(syscall.CLONE_NEWNET); err != nil {
		t.Skipf("skipped: %s: no network namespace here: %v", t.Name(), err)
	}
}
