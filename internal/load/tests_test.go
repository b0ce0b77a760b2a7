package load

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/internal/verify"
)

// The schema of test files knows the keys that the reader knows.
func TestTestsSchemaHasTheKeysOfTheReader(t *testing.T) {
	var root schemaNode
	if err := json.Unmarshal([]byte(TestsSchema()), &root); err != nil {
		t.Fatal(err)
	}
	const never = "zzzzzzzzzzzzzzzz"
	for def, text := range map[string]string{
		"":          "%: 0\n",
		"test":      "tests: [{name: x, %: 0}]\n",
		"packets":   "tests: [{name: x, deny: {%: 0}}]\n",
		"exception": "tests: [{name: x, deny: {except: [{%: 0}]}}]\n",
		"spoof":     "tests: [{name: x, spoof-proof: {%: 0}}]\n",
		"base":      "tests: [{name: x, no-new-access: {%: 0}}]\n",
	} {
		n := &root
		if def != "" {
			n = root.Defs[def]
		}
		if n.Additional != false {
			t.Errorf("%q takes any key", def)
		}
		_, found := ParseTests(source.NewFile("t.yaml", []byte(strings.Replace(text, "%", never, 1))))
		if len(found) == 0 || !strings.Contains(found[0].Message, "; it knows ") {
			t.Fatalf("%q: a key that cannot be known is taken: %v", text, found)
		}
		_, list, _ := strings.Cut(found[0].Message, "; it knows ")
		if diff := cmp.Diff(slices.Sorted(maps.Keys(n.Properties)), strings.Split(list, ", ")); diff != "" {
			t.Errorf("%q (-schema +reader):\n%s", def, diff)
		}
	}
}

func TestParseTestsKeepsWordsAndPlaces(t *testing.T) {
	text := "version: 1\ntests:\n- name: a name\n  some: true\n  deny: {from: [outside, \"tag:x\"], to: vm1, dport: 8000:8010, except: [{source: +a, builtin: dhcp}]}\n- {name: b, no-new-access: main}\n- {name: c, spoof-proof: {nics: ct2, addresses: [10.0.0.1]}}\n"
	s, found := ParseTests(source.NewFile("t.yaml", []byte(text)))
	if len(found) > 0 || len(s.Tests) != 3 {
		t.Fatalf("%v, %d tests", found, len(s.Tests))
	}
	a := s.Tests[0]
	if a.Name.Text != "a name" || a.Kind != verify.Deny || !a.Some || a.DPort[0].Text != "8000:8010" || a.To[0].Span.Text() != "vm1" {
		t.Errorf("%+v", a)
	}
	if len(a.From) != 2 || a.From[1].Text != "tag:x" || a.From[1].Span.Text() != `"tag:x"` || a.From[1].Span.From().Line != 5 {
		t.Errorf("%+v", a.From)
	}
	if len(a.Except) != 1 || a.Except[0].Source[0].Text != "+a" || a.Except[0].Builtin[0].Text != "dhcp" {
		t.Errorf("%+v", a.Except)
	}
	if b, c := s.Tests[1], s.Tests[2]; b.Kind != verify.NoNewAccess || b.Base.Text != "main" || c.NICs[0].Text != "ct2" || c.Addresses[0].Text != "10.0.0.1" {
		t.Errorf("%+v %+v", b, c)
	}
}

func TestTestFilesAreReadOnRequest(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"cluster.fw": "[OPTIONS]\n", "a.pvefw-test.yaml": "tests: []\n", "tests/b.pvefw-test.yaml": "tests: []\n", "tests/c.yaml": "x", "deep/d.pvefw-test.yaml": "x",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for asked, want := range map[bool][]string{true: {"a.pvefw-test.yaml", "tests/b.pvefw-test.yaml"}, false: nil} {
		l, err := Load(dir, Options{Tests: asked, Use: &Settings{}})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range l.Tests {
			names = append(names, l.Inner(f.Name()))
		}
		if diff := cmp.Diff(want, names); diff != "" || l.Files != 1 {
			t.Errorf("asked %v: %s%d .fw files", asked, diff, l.Files)
		}
	}
}

// FuzzParseTests: any bytes give a suite or findings, never both nothing and a panic.
func FuzzParseTests(f *testing.F) {
	f.Add([]byte("tests:\n- {name: a, deny: {to: [vm1, *x], except: [{}]}}\n"))
	f.Add([]byte("tests: {a: &a [*a]}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, found := ParseTests(source.NewFile("t.yaml", data))
		if len(s.Tests) == 0 && len(found) == 0 {
			t.Error("no tests and no findings")
		}
		if len(found) > 0 {
			return
		}
		w := &verify.World{}
		verify.Run(w, []*verify.Suite{s})
	})
}
