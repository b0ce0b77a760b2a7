package assist

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
	"pgregory.net/rapid"
)

// tb is what a test or a rapid check offers.
type tb interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// build is the World of files in memory, by their names in a CONFIG.
func build(t tb, files map[string]string) *World {
	t.Helper()
	dir, err := os.MkdirTemp("", "assist")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	loaded, err := load.Load(dir, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cfg, found := config.Resolve(loaded.Input)
	w := &World{Config: cfg, Index: sync.OnceValue(func() *Index { return NewIndex(cfg, nil) })}
	policies := map[string]*ir.Policy{}
	for _, n := range cfg.Nodes {
		p, more := lower.Lower(cfg, n, lower.Reference)
		policies[n.Name], found = p, append(found, more...)
	}
	w.Policy = func(node string) *ir.Policy { return policies[node] }
	w.Findings = func(f *source.File) diag.List {
		return slices.DeleteFunc(slices.Clone(found), func(d diag.Diagnostic) bool { return d.Span.File != f })
	}
	return w
}

// file finds a file by the end of its name.
func file(t tb, w *World, name string) File {
	t.Helper()
	var found *config.FW
	w.Config.EachFile(func(fw *config.FW) {
		if strings.HasSuffix("/"+filepath.ToSlash(fw.File.Source.Name()), "/"+name) {
			found = fw
		}
	})
	if found == nil {
		t.Fatalf("no file %s", name)
	}
	f, _ := w.Find(found.File.Source)
	return f
}

// inner is a place without the directory of the test.
func inner(s source.Span) string {
	text := s.String()
	return text[strings.LastIndexByte(filepath.ToSlash(text), '/')+1:]
}

// names are few, so that they collide, hide each other and are of the wrong case.
var someNames = []string{"lan", "dmz", "LAN", "web", "aa"}

// randomFiles is a datacenter in which most names lead somewhere.
func randomFiles(t *rapid.T) map[string]string {
	name := rapid.SampledFrom(someNames)
	reference := rapid.Custom(func(t *rapid.T) string {
		text := rapid.SampledFrom([]string{"", "", "dc/", "guest/"}).Draw(t, "scope") + name.Draw(t, "name")
		return rapid.SampledFrom([]string{"", "+"}).Draw(t, "plus") + text
	})
	rule := rapid.Custom(func(t *rapid.T) string {
		switch rapid.IntRange(0, 4).Draw(t, "form") {
		case 0:
			return "GROUP " + name.Draw(t, "group")
		case 1:
			return "IN ACCEPT  -source " + reference.Draw(t, "source") + " -nonsense"
		}
		return "IN ACCEPT -source " + reference.Draw(t, "source") + " -dest " + reference.Draw(t, "dest")
	})
	section := func(header string) *rapid.Generator[string] {
		return rapid.Custom(func(t *rapid.T) string {
			switch header {
			case "[ALIASES]":
				gap := rapid.SampledFrom([]string{" ", " ", " ", "  "}).Draw(t, "gap")
				return header + "\n" + name.Draw(t, "name") + gap + "10.0.0.1\n"
			case "[IPSET ":
				entry := rapid.SampledFrom([]string{"10.0.0.2", "lan", "dc/web", "guest/dmz"}).Draw(t, "entry")
				return header + name.Draw(t, "name") + "]\n" + entry + "\n"
			case "[group ":
				return header + name.Draw(t, "name") + "]\n" + rule.Draw(t, "rule") + "\n"
			}
			return header + "\n" + rule.Draw(t, "rule") + "\n"
		})
	}
	file := func(label string, headers ...string) string {
		var sections []*rapid.Generator[string]
		for _, h := range headers {
			sections = append(sections, section(h))
		}
		return strings.Join(rapid.SliceOfN(rapid.OneOf(sections...), 1, 7).Draw(t, label), "\n")
	}
	return map[string]string{
		"cluster.fw": file("cluster", "[ALIASES]", "[IPSET ", "[group ", "[RULES]"),
		"100.fw":     file("100", "[ALIASES]", "[IPSET ", "[RULES]", "[RULES]"),
		"101.fw":     file("101", "[ALIASES]", "[IPSET ", "[RULES]", "[RULES]"),
		"100.conf":   "net0: virtio=AA:00:00:00:00:01,bridge=vmbr0,firewall=1\n",
		"101.conf":   "net0: virtio=AA:00:00:00:00:02,bridge=vmbr0,firewall=1\n",
	}
}

// place is where a word stands first in a file.
func place(t tb, w *World, name, word string) Place {
	t.Helper()
	f := file(t, w, name)
	i := strings.Index(string(f.source().Bytes()), word)
	if i < 0 {
		t.Fatalf("no %s in %s", word, name)
	}
	return f.At(i)
}

// shorten takes the directory of the test out of a text.
func shorten(text string, f *source.File) string {
	return strings.ReplaceAll(text, filepath.Dir(f.Name())+string(filepath.Separator), "")
}
