// Package measured owns the way to what was measured of the production daemons:
// the folder "shared" beside the repository. It must not know what lies in it.
// Invariant: no test needs it; where the folder is missing a test is skipped by
// name. Start reading at Path.
package measured

import (
	"os"
	"path/filepath"
	"testing"
)

// Path returns the path of shared/INNER, looking upwards from the directory of
// the test. It skips the test, with its name and the reason, where there is none.
func Path(t testing.TB, inner string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		path := filepath.Join(dir, "shared", filepath.FromSlash(inner))
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	t.Skipf("skipped: %s: no shared/%s beside the repository", t.Name(), inner)
	return ""
}
