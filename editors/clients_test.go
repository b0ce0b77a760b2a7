package editors

import (
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/pvefw/pvefw/internal/lsp"
)

// TestHelixGlobs holds Helix, which looks at paths only, to the cases of detect.json
// whose text does not decide.
func TestHelixGlobs(t *testing.T) {
	text, err := os.ReadFile("helix/languages.toml")
	if err != nil {
		t.Fatal(err)
	}
	globs := regexp.MustCompile(`glob = "([^"]+)"`).FindAllSubmatch(text, -1)
	for _, c := range cases(t) {
		if strings.Contains(c.Text, "[") {
			continue
		}
		matched := false
		for _, glob := range globs {
			depth := strings.Count(string(glob[1]), "/") + 1
			parts := strings.Split(c.Path, "/")
			ok, err := path.Match(string(glob[1]), strings.Join(parts[len(parts)-depth:], "/"))
			if err != nil {
				t.Fatal(err)
			}
			matched = matched || ok
		}
		if matched != c.Want {
			t.Errorf("%s: %v", c.Path, matched)
		}
	}
}

// TestEmacsLispCompiles wants no warning of Emacs' compiler.
func TestEmacsLispCompiles(t *testing.T) {
	need(t, "emacs")
	text, err := os.ReadFile("emacs/pvefw-mode.el")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "pvefw-mode.el")
	write(t, file, string(text))
	said, err := exec.CommandContext(t.Context(), "emacs", "--batch", "-Q", "--eval", "(setq byte-compile-error-on-warn t)",
		"-f", "batch-byte-compile", file).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, said)
	}
}

// TestVSCode runs the extension's own tests; make vscode installs what they need.
func TestVSCode(t *testing.T) {
	need(t, "npm")
	if _, err := os.Stat("vscode/node_modules"); err != nil {
		t.Skipf("skipped: %s: no editors/vscode/node_modules; `make vscode` installs it", t.Name())
	}
	cmd := exec.CommandContext(t.Context(), "npm", "--silent", "test")
	cmd.Dir = "vscode"
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
}

// TestVSCodeHasTheServersSettings holds package.json to what the server reads.
func TestVSCodeHasTheServersSettings(t *testing.T) {
	var extension struct {
		Contributes struct {
			Configuration struct{ Properties map[string]any }
		}
	}
	read(t, "vscode/package.json", &extension)
	for field := range reflect.TypeFor[lsp.Settings]().Fields() {
		if name := "pvefw." + field.Tag.Get("json"); extension.Contributes.Configuration.Properties[name] == nil {
			t.Errorf("editors/vscode/package.json has no setting %s", name)
		}
	}
}

// A detection is one case of the rule of docs/editors.md.
type detection struct {
	Path, Text string
	Want       bool
}

func cases(t *testing.T) (list []detection) {
	t.Helper()
	read(t, "testdata/detect.json", &list)
	return list
}

// need skips the test where there is no such program.
func need(t *testing.T, program string) {
	t.Helper()
	if err := remember(); err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("skipped: %s: no %s on this machine", t.Name(), program)
	}
}

// remember looks at every file here. Go keeps the result of tests until a file changes
// that they looked at, and does not see what an editor reads.
var remember = sync.OnceValue(func() error {
	return filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == "node_modules" || d.Name() == "dist") {
			return fs.SkipDir
		}
		if err == nil {
			_, err = os.Stat(path)
		}
		return err
	})
})
