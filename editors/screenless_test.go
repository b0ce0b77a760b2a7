package editors

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// An editor that runs without a screen and writes what it makes of files.
type editor struct {
	program  string
	args     []string
	plugin   string
	filetype string
	golden   string // of testdata/colours.txtar
}

var screenless = []editor{
	{"vim", []string{"-es", "-N", "-u", "NONE", "-i", "NONE", "-n", "-S", "testdata/probe.vim"}, "vim", "pvefw", "want/vim"},
	{"nvim", []string{"--headless", "-u", "NONE", "-i", "NONE", "-n", "-S", "testdata/probe.vim"}, "vim", "pvefw", "want/vim"},
	{"emacs", []string{"--batch", "-Q", "-l", "testdata/probe.el"}, "emacs", "pvefw-mode", "want/emacs"},
}

// What probe.vim and probe.el write: for each line of the file the names of colours
// with their text, and for each case of detect.json whether it is a firewall file.
type probed struct {
	Filetype, Commentstring string
	Detected                []int // 1 or 0
	Lines                   [][][2]string
}

// TestColours compares what editors colour with testdata/colours.txtar, which it
// writes with PVEFW_UPDATE=1.
func TestColours(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/colours.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range screenless {
		t.Run(e.program, func(t *testing.T) {
			got := e.probe(t, section(t, archive, "cluster.fw").Data)
			if got.Filetype != e.filetype || got.Commentstring != "# %s" {
				t.Errorf("the file is %q with comments %q", got.Filetype, got.Commentstring)
			}
			want := section(t, archive, e.golden)
			if text := coloured(got.Lines); os.Getenv("PVEFW_UPDATE") != "" {
				want.Data = []byte(text)
			} else if d := cmp.Diff(string(want.Data), text); d != "" {
				t.Errorf("%s (-want +got):\n%s", e.golden, d)
			}
		})
	}
	if os.Getenv("PVEFW_UPDATE") != "" {
		if err := os.WriteFile("testdata/colours.txtar", txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDetection holds the editors to the rule of docs/editors.md.
func TestDetection(t *testing.T) {
	for _, e := range screenless {
		t.Run(e.program, func(t *testing.T) {
			got := e.probe(t, nil).Detected
			for i, c := range cases(t) {
				if is := got[i] == 1; is != c.Want {
					t.Errorf("%s with %q: %v", c.Path, c.Text, is)
				}
			}
		})
	}
}

// probe runs the editor on a file cluster.fw; it skips the test where there is no
// such editor, or none that runs scripts.
func (e editor) probe(t *testing.T, text []byte) (got probed) {
	t.Helper()
	e.need(t)
	dir := t.TempDir()
	file, out := filepath.Join(dir, "cluster.fw"), filepath.Join(dir, "out.json")
	write(t, file, string(text))
	cmd := exec.CommandContext(t.Context(), e.program, e.args...)
	cmd.Env = append(os.Environ(), "PLUGIN="+absolute(t, e.plugin), "CASES="+absolute(t, "testdata/detect.json"), "FILE="+file, "OUT="+out, "HOME="+dir)
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", e.program, err, said)
	}
	read(t, out, &got)
	return got
}

func (e editor) need(t *testing.T) {
	t.Helper()
	need(t, e.program)
	if e.program != "vim" {
		return
	}
	if version, err := exec.Command("vim", "--version").Output(); err != nil || !strings.Contains(string(version), "+syntax") {
		t.Skipf("skipped: %s: this vim is built without syntax", t.Name())
	}
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func section(t *testing.T, a *txtar.Archive, name string) *txtar.File {
	t.Helper()
	for i := range a.Files {
		if a.Files[i].Name == name {
			return &a.Files[i]
		}
	}
	t.Fatalf("no %s", name)
	return nil
}

// coloured is what people read in the archive: NUMBER GROUP=TEXT GROUP=TEXT.
func coloured(lines [][][2]string) string {
	var b strings.Builder
	for i, runs := range lines {
		fmt.Fprint(&b, i+1)
		for _, run := range runs {
			group, text := run[0], strings.TrimSpace(run[1])
			group = strings.TrimPrefix(strings.TrimSuffix(strings.TrimPrefix(group, "font-lock-"), "-face"), "pvefw")
			if text != "" && group != "" {
				fmt.Fprintf(&b, " %s=%s", group, text)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}
