package grammar

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/measured"
	"github.com/pvefw/pvefw/internal/source"
)

// complaints are the lexer's texts of one file by line, as Parse reports them;
// the texts of one line are in a set.
func complaints(name string, env facts.Env, text string) map[string]bool {
	_, list := Parse(source.NewFile(name, []byte(text)), env)
	out := map[string]bool{}
	for _, d := range list {
		if lexical.MatchString(d.ProxmoxMessage) {
			out[complaintKey(name, d.Span.From().Line, d.ProxmoxMessage)] = true
		}
	}
	return out
}

func complaintKey(file string, line int, text string) string {
	return path.Base(file) + ":" + strconv.Itoa(line) + ":" + strings.ToValidUTF8(text, "\uFFFD")
}

// expected picks the lexer's texts out of a recorded list of warnings.
func expected(warnings string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Split(warnings, "\n") {
		m := numbered.FindStringSubmatch(w)
		if m == nil || !lexical.MatchString(m[3]) {
			continue
		}
		n, _ := strconv.Atoi(m[2])
		out[complaintKey(m[1], n, m[3])] = true
	}
	return out
}

// envOf is the kind of a recorded file; ok is false for files that the reference
// does not open.
func envOf(name string, files map[string]string) (env facts.Env, ok bool) {
	guest := strings.TrimSuffix(name, ".fw") + ".conf"
	_, ct := files["lxc/"+guest]
	_, vm := files["qemu-server/"+guest]
	switch {
	case name == "cluster.fw":
		return facts.Cluster, true
	case name == "host.fw":
		return facts.Host, true
	case vm:
		return facts.VM, true
	case ct:
		return facts.CT, true
	case strings.HasPrefix(name, "vnet/"):
		return facts.VNet, true
	}
	return 0, false
}

func compare(t *testing.T, id string, files map[string]string, warnings string) (lines int) {
	t.Helper()
	said := expected(warnings)
	got := map[string]bool{}
	for name, text := range files {
		env, ok := envOf(name, files)
		if !ok || !strings.HasSuffix(name, ".fw") {
			continue
		}
		for key := range complaints(name, env, text) {
			got[key] = true
		}
	}
	for key := range said {
		if !got[key] && !strings.Contains(key, optionText) {
			t.Errorf("%s: missing %q", id, key)
		}
	}
	for key := range got {
		if !said[key] {
			t.Errorf("%s: unexpected %q", id, key)
		}
	}
	return len(got)
}

// optionText begins the only text of the lexer that config says as well, about
// options whose line has the right form.
const optionText = "can't parse option"

func TestFilesLikeTheReference(t *testing.T) {
	complained := 0
	records(t, "files.jsonl", func(line []byte) {
		var r struct {
			ID       json.RawMessage
			Files    map[string]string
			Warnings string
		}
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		complained += compare(t, string(r.ID), r.Files, r.Warnings)
	})
	t.Logf("%d complaints of the reference compared", complained)
}

func TestCasesLikeTheReference(t *testing.T) {
	root := filepath.Join(measured.Path(t, "conformance"), "cases")
	names, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	complained := 0
	for _, c := range names {
		dir := filepath.Join(root, c.Name())
		files := map[string]string{}
		err := filepath.WalkDir(filepath.Join(dir, "config"), func(p string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(p)
			rel, _ := filepath.Rel(filepath.Join(dir, "config"), p)
			files[filepath.ToSlash(rel)] = string(data)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		warnings, err := os.ReadFile(filepath.Join(dir, "expected.warnings"))
		if err != nil {
			t.Fatal(err)
		}
		vnet, _ := os.ReadFile(filepath.Join(dir, "expected.vnet.warnings"))
		complained += compare(t, c.Name(), files, string(warnings)+string(vnet))
	}
	t.Logf("%d complaints of the reference compared", complained)
}
