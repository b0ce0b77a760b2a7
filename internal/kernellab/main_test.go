package kernellab

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pvefw/pvefw/internal/cli"
)

// The machine's init is this very binary, and so is the pvefw that runs there.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "pvefw" {
		os.Exit(cli.Main(os.Args[1:], cli.System()))
	}
	Serve(machineJobs)
	os.Exit(m.Run())
}
