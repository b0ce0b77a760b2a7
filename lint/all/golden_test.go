package all

import (
	"bytes"
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/pvefw/pvefw/lint"
	"github.com/pvefw/pvefw/lint/rego"
)

// TestReaderGoldens holds one archive to every code of the front end: a CONFIG, in
// want/diagnostics all that is said under the code, as people see it, and in
// want/fixed what its first fixes make of the files. A file whose name ends in .esc
// is written with the escapes of Go strings; a line of it may begin with *N, which
// repeats it.
func TestReaderGoldens(t *testing.T) {
	r, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, rule := range r.Catalog {
		if slices.Contains([]string{"syntax", "reference", "value"}, rule.Category) || slices.Contains(alsoRead, rule.Code) {
			n++
			t.Run(rule.Code, func(t *testing.T) { golden(t, rule) })
		}
	}
	if n < 60 {
		t.Errorf("only %d codes", n)
	}
}

// alsoRead are codes of other categories that the front end reports.
var alsoRead = []string{"nft-option-ignored", "ftp-needs-helper", "layer2-unknown-ethertype"}

func golden(t *testing.T, rule *diag.Rule) {
	path := filepath.Join("..", "..", "testdata", "lint", rule.Code+".txtar")
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	in := inputOf(t, a)
	found := slices.DeleteFunc(frontEnd(in), func(d diag.Diagnostic) bool { return d.Rule != rule })
	if len(found) == 0 {
		t.Fatalf("%s does not make anybody say %s", path, rule.Code)
	}
	var text bytes.Buffer
	if err := diag.WriteText(&text, found, diag.TextOptions{}); err != nil {
		t.Fatal(err)
	}
	got := []txtar.File{{Name: "want/diagnostics", Data: text.Bytes()}}
	fixed := lint.Apply(lint.Choose(found, true, in.Files()))
	for _, f := range slices.SortedFunc(maps.Keys(fixed), func(a, b *source.File) int { return strings.Compare(a.Name(), b.Name()) }) {
		got = append(got, asWritten(a, f.Name(), fixed[f].Bytes()))
	}
	given := slices.DeleteFunc(slices.Clone(a.Files), isWanted)
	if os.Getenv("PVEFW_UPDATE") != "" {
		a.Files = append(given, got...)
		if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want := txtar.Format(&txtar.Archive{Files: a.Files[len(given):]})
	if d := cmp.Diff(string(want), string(txtar.Format(&txtar.Archive{Files: got}))); d != "" {
		t.Errorf("%s (-want +got):\n%s", path, d)
	}
}

func isWanted(f txtar.File) bool { return strings.HasPrefix(f.Name, "want/") }

// frontEnd is what reading, resolving and lowering say, one finding per line and
// code.
func frontEnd(in config.Input) diag.List {
	cfg, found := config.Resolve(in)
	for _, n := range cfg.Nodes {
		_, more := lower.Lower(cfg, n, lower.Reference)
		found = append(found, more...)
	}
	res, err := lint.Run(context.Background(), lint.Input{Config: cfg, Findings: found}, lint.Options{})
	if err != nil {
		panic(err) // there are no judges that could fail
	}
	return res.Findings
}

// inputOf makes the CONFIG of an archive.
func inputOf(t *testing.T, a *txtar.Archive) config.Input {
	t.Helper()
	var names strings.Builder
	plain := map[string][]byte{}
	for _, f := range a.Files {
		name, escaped := strings.CutSuffix(f.Name, ".esc")
		if isWanted(f) {
			continue
		}
		plain[name] = f.Data
		if escaped {
			plain[name] = unescape(t, string(f.Data))
		}
		names.WriteString("\n-- " + name + " --\n")
	}
	in := rego.ExampleInput(names.String())
	by := map[*source.File]*source.File{}
	for _, f := range in.Files() {
		by[f] = source.NewFile(f.Name(), plain[f.Name()])
	}
	for i := range in.Nodes[0].Guests {
		if g := &in.Nodes[0].Guests[i]; g.Conf != nil {
			g.Conf = source.NewFile(g.Conf.Name(), plain[g.Conf.Name()])
		}
	}
	return in.Exchange(by)
}

func unescape(t *testing.T, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	for line := range strings.Lines(text) {
		line, times := strings.TrimSuffix(line, "\n"), 1
		if n, rest, ok := strings.Cut(line, " "); ok && strings.HasPrefix(n, "*") {
			line = rest
			times, _ = strconv.Atoi(n[1:])
		}
		plain, err := strconv.Unquote(`"` + line + `"`)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		out.WriteString(strings.Repeat(plain+"\n", times))
	}
	return out.Bytes()
}

// asWritten is a mended file in the form that it has in the archive.
func asWritten(a *txtar.Archive, name string, text []byte) txtar.File {
	if !slices.ContainsFunc(a.Files, func(f txtar.File) bool { return f.Name == name+".esc" }) {
		return txtar.File{Name: "want/fixed/" + name, Data: text}
	}
	var out bytes.Buffer
	for line := range strings.Lines(string(text)) {
		quoted := strconv.QuoteToASCII(strings.TrimSuffix(line, "\n"))
		out.WriteString(quoted[1:len(quoted)-1] + "\n")
	}
	return txtar.File{Name: "want/fixed/" + name + ".esc", Data: out.Bytes()}
}
