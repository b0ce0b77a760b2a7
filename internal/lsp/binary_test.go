package lsp

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/pvefw/pvefw/internal/golden"
	"github.com/pvefw/pvefw/internal/lsptest"
	"go.lsp.dev/uri"
)

// pvefw builds the program once; these tests drive it as an editor does.
var pvefw = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "pvefw-lsp")
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "pvefw")
	cmd := exec.Command("go", "build", "-o", file, "../../cmd/pvefw")
	cmd.Stderr = os.Stderr
	return file, cmd.Run()
})

func TestMain(m *testing.M) {
	code := m.Run()
	if file, err := pvefw(); err == nil {
		os.RemoveAll(filepath.Dir(file))
	}
	os.Exit(code)
}

// editor starts pvefw lsp. At the end of the test it must take its leave with the
// exit code 0 and have written nothing but protocol.
func editor(t *testing.T, args ...string) *lsptest.Client {
	t.Helper()
	file, err := pvefw()
	if err != nil {
		t.Skipf("skipped: %s: pvefw does not build here: %v", t.Name(), err)
	}
	cmd := exec.Command(file, append([]string{"lsp"}, args...)...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	log := &lockedBuffer{}
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := lsptest.New(out, in)
	t.Cleanup(func() {
		if err := c.Shutdown(); err != nil {
			t.Errorf("leaving: %v", err)
			c.Close()
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("pvefw lsp: %v", err)
		}
		if t.Failed() {
			t.Logf("log of the server:\n%s", log.String())
		}
	})
	return c
}

type lockedBuffer struct {
	mu   sync.Mutex
	text []byte
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text = append(b.text, p...)
	return len(p), nil
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return string(b.text)
}

// files writes a CONFIG into a folder of its own and returns its path.
func files(t *testing.T, texts map[string]string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(golden.Dir(t, texts))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func uriIn(dir, name string) string {
	return string(uri.File(filepath.Join(dir, filepath.FromSlash(name))))
}
