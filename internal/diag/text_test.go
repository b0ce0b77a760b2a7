package diag

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/internal/source"
)

var (
	unknown = &Rule{Code: "alias-unknown", Category: "reference", Severity: Error}
	narrow  = &Rule{Code: "local-network-narrowed", Category: "lockout", Severity: Warning}
	style   = &Rule{Code: "not-canonical", Category: "style", Severity: Info}
)

// span finds the first occurrence of text in f.
func span(t *testing.T, f *source.File, text string) source.Span {
	t.Helper()
	at := bytes.Index(f.Bytes(), []byte(text))
	if at < 0 {
		t.Fatalf("%q is not in %s", text, f.Name())
	}
	return f.Span(at, at+len(text))
}

func sample(t *testing.T) List {
	f := source.NewFile("etc/firewall/100.fw", []byte("[ALIASES]\nlan 10.0.0.0/8\n\n[RULES]\n"+
		"IN ACCEPT\t-source lam -p tcp # \x1b[31m\xff 日本\n\n\n\n\nIN DROP -source 日本 -dest x\u202e\r\n"))
	conf := source.NewFile("etc/100.conf", []byte("net0: x\n"))
	alias := New(unknown, span(t, f, "lam"), `there is no alias "lam"`)
	alias.Effect = "The rule is kept but generates nothing."
	alias.Effects = Effects{PVEFirewall: "rule dropped", ProxmoxFirewall: "file refused"}
	alias.ProxmoxMessage = "errors in rule parameters: IN ...\n  source: no such alias 'lam'"
	alias.Related = []Related{
		{Span: span(t, f, "lan"), Message: "a similar name is defined here"},
		{Span: conf.Span(0, 0), Message: "the guest"},
	}
	alias.Fixes = []Fix{{Title: `write "lan"`, Edits: []source.Edit{{Span: span(t, f, "lam"), Text: "lan"}}}}
	whole := New(narrow, f.Span(0, 0), "nothing to see")
	whole.Fixes = []Fix{{Title: "add [OPTIONS]", Safety: Unsafe, Edits: []source.Edit{{Span: f.Span(0, 0), Text: "[OPTIONS]\n"}}}}
	whole.Effect = "said once"
	whole.Effects.PVEFirewall = "said once"
	wide := New(style, span(t, f, "日本 -d"), "wide characters\nand a \x1b[2J in the message")
	wide.Span.Start = int32(bytes.LastIndex(f.Bytes(), []byte("日本")))
	wide.Span.End = wide.Span.Start + 6
	return List{alias, whole, wide}
}

// golden compares got with testdata/name, or writes it with PVEFW_UPDATE=1.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("PVEFW_UPDATE") != "" {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got):\n%s", path, d)
	}
}

func TestWriteText(t *testing.T) {
	var out bytes.Buffer
	if err := WriteText(&out, sample(t), TextOptions{}); err != nil {
		t.Fatal(err)
	}
	golden(t, "findings.txt", out.Bytes())
	if strings.ContainsRune(out.String(), 0x1b) {
		t.Error("an escape character of the input reached the output")
	}
}

func TestWriteTextInColour(t *testing.T) {
	var out bytes.Buffer
	s := Summary{Error: 1, Files: 2, Ignored: 3, MissingFacts: []string{"address of node pve1"}}
	if err := WriteText(&out, sample(t)[:1], TextOptions{Color: true, Summary: &s}); err != nil {
		t.Fatal(err)
	}
	golden(t, "findings.ansi", out.Bytes())
}

func TestWriteTextOfNothing(t *testing.T) {
	var out bytes.Buffer
	if err := WriteText(&out, nil, TextOptions{}); err != nil {
		t.Fatal(err)
	}
	if out.String() != "no findings\n" {
		t.Errorf("got %q", out.String())
	}
}

// The marked bytes stay in view and above their mark wherever they stand.
func TestLongLinesAreCut(t *testing.T) {
	for _, at := range []int{0, 5, 30, 60, 90, 500, 99_990} {
		data := []byte(strings.Repeat("é", at) + "BAD" + strings.Repeat("y", 100_000-at))
		from := 2 * at
		text, indent, width := window(data, from, from+3, 60)
		if n := utf8.RuneCountInString(text); n > 60 {
			t.Errorf("at %d: %d cells for a room of 60", at, n)
		}
		runes := []rune(text)
		if got := string(runes[indent : indent+width]); got != "BAD" {
			t.Errorf("at %d: mark stands under %q in %q", at, got, text)
		}
	}
}

func TestWideSpanIsMarkedToTheEdge(t *testing.T) {
	text, indent, width := window([]byte(strings.Repeat("z", 1000)), 10, 990, 50)
	if indent+width > 50 || width < 30 || len([]rune(text)) > 50 {
		t.Errorf("indent %d width %d text %q", indent, width, text)
	}
}

func TestSpanBehindTheLineIsShown(t *testing.T) {
	f := source.NewFile("x.fw", []byte("ab\n"))
	var out bytes.Buffer
	d := New(unknown, f.Span(2, 3), "line feed is missing")
	if err := WriteText(&out, List{d}, TextOptions{}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "1 | ab\n  |   ^\n") {
		t.Errorf("got:\n%s", out.String())
	}
}

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"plain ü": "plain ü", "\x00\x07\x1b[0m": `\x00\x07\x1b[0m`, "\x9b": `\x9b`, "\u009b": `\u009b`,
		"a\u00a0b": `a\u00a0b`, "\u202e": `\u202e`, "\r\n": `\r\n`, "\U000e0001": `\U000e0001`, "\ufffd": "\ufffd",
	} {
		if got := Visible(in); got != want {
			t.Errorf("Visible(%q) = %q, want %q", in, got, want)
		}
	}
}
