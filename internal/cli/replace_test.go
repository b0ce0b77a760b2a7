package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/lint"
)

// Invariant: a file that somebody changed since it was read is left alone, and
// then none of the others is written either.
func TestChangedFilesAreNotOverwritten(t *testing.T) {
	dir := t.TempDir()
	mends := []lint.FileMend{}
	for _, name := range []string{"100.fw", "101.fw"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("on disk\n"), 0o640); err != nil {
			t.Fatal(err)
		}
		old := source.NewFile(path, []byte("on disk\n"))
		mends = append(mends, lint.FileMend{Old: old, New: source.NewFile(path, []byte("mended\n"))})
	}
	mends[1].Old = source.NewFile(mends[1].Old.Name(), []byte("as it was read\n"))
	err := writeMended(dir, mends)
	if err == nil || !strings.Contains(err.Error(), "101.fw was changed by somebody else") {
		t.Errorf("error %v", err)
	}
	for _, m := range mends {
		if text, _ := os.ReadFile(m.Old.Name()); string(text) != "on disk\n" {
			t.Errorf("%s now holds %q", m.Old.Name(), text)
		}
	}
}
