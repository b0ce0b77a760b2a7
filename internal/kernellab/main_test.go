package kernellab

import (
	"os"
	"testing"
)

// The machine's init is this very binary.
func TestMain(m *testing.M) {
	Serve()
	os.Exit(m.Run())
}
