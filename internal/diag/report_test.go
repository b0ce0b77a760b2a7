package diag

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/source"
)

// formats are the renderers for other programs, by the extension of their golden.
var formats = map[string]func(io.Writer, Report) error{
	"sarif": WriteSARIF, "junit.xml": WriteJUnit, "checkstyle.xml": WriteCheckstyle, "github": WriteGitHub,
	"summary.md": WriteGitHubSummary, "gitlab.json": WriteGitLab,
}

// sampleReport has two findings of one fingerprint, one without a place, and one
// whose words want to break out of every format.
func sampleReport(t *testing.T) Report {
	l := sample(t)
	f := source.NewFile("etc/a b,c:d%.fw", []byte("]]> | `x` <b> @me ::error::x ##[error]x\r\n\x00\x1b[2J\n"))
	hostile := New(style, f.Span(0, 50), "]]></x> | `x` <b> & @me \"q\" 'q' 100%\r\n::error::x \x00\x1b[2J \xff\u202e")
	hostile.Effect = "it says more"
	nowhere := New(narrow, source.Span{}, "about nothing at all?")
	nowhere.Effect = "Nothing."
	l = append(l, l[0], hostile, nowhere)
	l[0].Rule = &Rule{Code: "alias-unknown", Category: "reference", Severity: Error, Title: "An alias", Description: "One.\n\nTwo.",
		Page: Page{Why: "Because.", Fix: "Define it."}}
	l[3].Rule = l[0].Rule
	s := Summarize(l)
	s.Files, s.MissingFacts = 2, []string{"a fact: 5 %\n::error::x"}
	return Report{
		Findings: l, Summary: s, Fingerprints: []string{"aa", "bb", "cc", "aa", "dd", "ee"}, Fails: []bool{true, false, false, true, false, false},
		Path:    func(name string) string { return "top/" + name },
		Help:    func(r *Rule) string { return "https://example.org/" + r.Code + ".md" },
		Version: "v1.2.3",
	}
}

func TestFormats(t *testing.T) {
	for name, write := range formats {
		var out bytes.Buffer
		if err := write(&out, sampleReport(t)); err != nil {
			t.Fatal(err)
		}
		golden(t, "findings."+name, out.Bytes())
		if i := bytes.IndexAny(out.Bytes(), "\x00\x1b\u202e"); i >= 0 {
			t.Errorf("%s: a control character of the input reached the output: %q", name, out.Bytes()[i:min(i+20, out.Len())])
		}
	}
}

// Nothing of the input may be a command of its own, or hide one.
func TestGitHubLinesAreOurs(t *testing.T) {
	var out bytes.Buffer
	if err := WriteGitHub(&out, sampleReport(t)); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != 6+1+1 {
		t.Fatalf("%d lines for 6 findings, a missing fact and the summary:\n%s", len(lines), out.String())
	}
	for _, line := range lines[:7] {
		head, _, ok := strings.Cut(strings.TrimPrefix(line, "::"), "::")
		if !ok || strings.ContainsAny(head, "\r%") && !strings.Contains(head, "%25") {
			t.Errorf("not one command: %q", line)
		}
	}
}

// A report of nothing is whole in every format.
func TestFormatsOfNothing(t *testing.T) {
	for name, write := range formats {
		var out bytes.Buffer
		if err := write(&out, Report{}); err != nil {
			t.Fatal(err)
		}
		switch {
		case strings.HasSuffix(name, ".xml"):
			wellFormed(t, name, out.Bytes())
		case name == "sarif" || strings.HasSuffix(name, ".json"):
			if !json.Valid(out.Bytes()) {
				t.Errorf("%s: no JSON: %s", name, out.Bytes())
			}
		case !strings.Contains(out.String(), "no findings"):
			t.Errorf("%s: %q", name, out.String())
		}
	}
}

func wellFormed(t *testing.T, name string, text []byte) {
	t.Helper()
	dec := xml.NewDecoder(bytes.NewReader(text))
	for {
		if _, err := dec.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("%s is no XML: %v\n%s", name, err, text)
		}
	}
}

func TestXMLSurvivesHostileWords(t *testing.T) {
	var junit, style bytes.Buffer
	if err := WriteJUnit(&junit, sampleReport(t)); err != nil {
		t.Fatal(err)
	}
	if err := WriteCheckstyle(&style, sampleReport(t)); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, "junit", junit.Bytes())
	wellFormed(t, "checkstyle", style.Bytes())
	var suites junitSuites
	if err := xml.Unmarshal(junit.Bytes(), &suites); err != nil {
		t.Fatal(err)
	}
	if suites.Tests != 6 || suites.Failures != 2 {
		t.Errorf("%d tests, %d failures; want 6 and 2", suites.Tests, suites.Failures)
	}
}

func TestGitLabFingerprintsAreUnique(t *testing.T) {
	var out bytes.Buffer
	if err := WriteGitLab(&out, sampleReport(t)); err != nil {
		t.Fatal(err)
	}
	var issues []gitlabIssue
	if err := json.Unmarshal(out.Bytes(), &issues); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, i := range issues {
		if i.Fingerprint == "" || seen[i.Fingerprint] {
			t.Errorf("fingerprint %q of %s is empty or not its own", i.Fingerprint, i.Check)
		}
		seen[i.Fingerprint] = true
	}
}

func TestLinesOfASpan(t *testing.T) {
	f := source.NewFile("x", []byte("ab\ncd\nef"))
	for span, want := range map[source.Span][2]int{
		f.Span(0, 0): {1, 1}, f.Span(0, 3): {1, 1}, f.Span(1, 4): {1, 2}, f.Span(3, 8): {2, 3}, {}: {1, 1},
	} {
		if a, b := linesOf(span); [2]int{a, b} != want {
			t.Errorf("%v: lines %d to %d, want %v", span, a, b, want)
		}
	}
}

func TestPathsBecomeURIs(t *testing.T) {
	for file, want := range map[string]string{
		"a b/100%.fw": "a%20b/100%25.fw", "/etc/pve/x.fw": "file:///etc/pve/x.fw", "a:b.fw": "./a:b.fw", "dir/ä#?.fw": "dir/%C3%A4%23%3F.fw",
	} {
		if got, _ := uri(file); got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text         string
		width, used  int
		indent       int
		want         string
		describeCase string
	}{
		{"short text", 40, 5, 2, "short text", "fits"},
		{"one two three four", 12, 4, 2, "one two\n  three four", "breaks"},
		{"averyveryverylongword and more", 10, 0, 2, "averyveryverylongword\n  and more", "a long word stays whole"},
		{"日本 日本 日本", 9, 0, 0, "日本 日本\n日本", "wide characters count twice"},
	} {
		if got := Wrap(c.text, c.width, c.used, c.indent); got != c.want {
			t.Errorf("%s: %q, want %q", c.describeCase, got, c.want)
		}
	}
}
