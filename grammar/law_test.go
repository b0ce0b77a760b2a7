package grammar

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/participle/v2/lexer"
	"pgregory.net/rapid"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// checkLaws holds for any bytes: printing gives them back, lines follow each
// other without a gap, words lie in their line and findings in the file.
func checkLaws(t interface {
	Fatalf(format string, args ...any)
}, data []byte) {
	for _, env := range envs {
		src := source.NewFile("x.fw", data)
		f, list := Parse(src, env)
		if !bytes.Equal(Print(f), data) {
			t.Fatalf("Print(Parse(b)) != b for %q", data)
		}
		at := int32(0)
		for i, l := range f.Lines {
			b := l.base()
			if b.Whole().Start != at || b.Whole().End <= at || b.Number != int32(i+1) {
				t.Fatalf("line %d is %v behind %d", b.Number, b.Whole(), at)
			}
			at = b.Whole().End
			for _, w := range wordsOf(l) {
				if w.Start < b.Whole().Start || w.End > b.Whole().End || w.Start > w.End {
					t.Fatalf("%q: word %v outside of line %v: %s", data, w, b.Whole(), describe(f, l))
				}
			}
		}
		if at != int32(len(data)) {
			t.Fatalf("the lines end at %d of %d", at, len(data))
		}
		checkMessages(t, f, list)
		checkShapes(t, f)
		for _, d := range list {
			if d.Span.Start > d.Span.End || int(d.Span.End) > len(data) || d.Message == "" || d.Effect == "" {
				t.Fatalf("%q: finding %+v", data, d)
			}
			for _, fix := range d.Fixes {
				if _, err := source.Apply(src, fix.Edits); err != nil {
					t.Fatalf("%q: %v", data, err)
				}
			}
		}
	}
}

// checkShapes: a line reads the same whatever lines were parsed before it, and
// whichever scanner splits it.
func checkShapes(t interface {
	Fatalf(format string, args ...any)
}, f *File) {
	in := (*Header)(nil)
	for _, l := range f.Lines {
		b := l.base()
		if got, want := lone(f, in, l, newMemory(1)), describe(f, l); got != want {
			t.Fatalf("line %d alone is %s, in the file %s", b.Number, got, want)
		}
		if body := f.Text(b.Body()); body != "" {
			if usual, careful, _ := bothWays(body); !slices.Equal(usual.shape, careful.shape) || !slices.Equal(usual.starts, careful.starts) {
				t.Fatalf("%q has other tokens as a usual rule: %v at %v, not %v at %v", body, usual.shape, usual.starts, careful.shape, careful.starts)
			}
		}
		if h, ok := l.(*Header); ok {
			if in = h; h.Fault != nil {
				in = nil
			}
		}
	}
}

// lone describes l as it reads when its file has no other lines.
func lone(f *File, in *Header, l Line, known *memory) string {
	alone := newReader(&File{Source: f.Source, Env: f.Env}, &language{memory: known})
	if in != nil {
		section := *in
		section.file = alone.file
		alone.in = &section
	}
	got := alone.line(l.base().Number, l.base().Whole())
	alone.file.kept = alone.kept
	return describe(alone.file, got)
}

// checkMessages: every fault with a text of the daemon has exactly one finding
// that carries the text, in the line of the fault, and no other finding has one.
func checkMessages(t interface {
	Fatalf(format string, args ...any)
}, f *File, list diag.List) {
	said := map[int32]string{}
	for _, d := range list {
		n := int32(d.Span.From().Line)
		if d.ProxmoxMessage == "" {
			continue
		}
		if said[n] != "" {
			t.Fatalf("line %d has two findings with the daemon's words", n)
		}
		said[n] = d.ProxmoxMessage
	}
	for _, l := range f.Lines {
		want := ""
		switch l := l.(type) {
		case *Bad:
			want = f.Fault(l).Message
		case *Header:
			if l.Fault != nil {
				want = l.Fault.Message
			}
		}
		if n := l.base().Number; said[n] != want {
			t.Fatalf("line %d: finding says %q, the tree %q", n, said[n], want)
		}
	}
}

// wordsOf finds all words of a line by reflection, in fields and as results of
// methods, so that none is forgotten.
func wordsOf(l Line) (out []Word) {
	note := func(found any) {
		switch found := found.(type) {
		case Word:
			if found.Present() {
				out = append(out, found)
			}
		case []Param:
			for _, p := range found {
				out = append(out, p.Flag, p.Value)
			}
		case *Fault:
			if found != nil && found.At.Present() {
				out = append(out, found.At)
			}
		}
	}
	v := reflect.ValueOf(l)
	for i := range v.Elem().NumField() {
		if field := v.Elem().Field(i); field.CanInterface() {
			note(field.Interface())
		}
	}
	for i := range v.NumMethod() {
		if method := v.Method(i); method.Type().NumIn() == 0 {
			note(method.Call(nil)[0].Interface())
		}
	}
	return out
}

var seeds = []string{
	"", "\n", "0", "\r\n\xA0\n#\n\xEF\xBB\xBF[OPTIONS]\n",
	"[OPTIONS]\nenable: 1\n enable : 2\r\nlog_ratelimit: 1 2 # c\na = b\n[RULES] # c\n",
	"[ALIASES]\nlan 10.0.0.0/8 # c\nb  1.2.3.4\nc: 1.2.3.4\nd = 1.2.3.4\ne 1.2.3.4\r\n[x]\n[2001:db8::1] x\n",
	"[IPSET web] # c\n! 10.0.0.1\n!\na b c\n\r# c\n[IPSET a]b]#]\nx\n",
	"[group web]\nIN SSH(ACCEPT) -i net0 -p  tcp\n|OUT DROP -log info-p tcp\n| IN x\nGROUP a -p\n[GROUPS web]\n",
	"[RULES]\nIN DROP -s 1 --iface=2 -log WARN -comment \"x\"\nIN SSH(ACCEPT) net0 - - tcp 22 -\n-A INPUT -j DROP\nIN -\nIN x -\nIN x -=\n",
	"IN DROP\nOUT ACCEPT\n[group x]\nfoo\n[ RULES ]\nIN DROP\xA0",
}

func FuzzParse(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) { checkLaws(t, data) })
}

// TestLawsOnDamagedFiles cuts, doubles and drops pieces of real syntax, which
// reaches deeper than random bytes.
func TestLawsOnDamagedFiles(t *testing.T) {
	pieces := strings.FieldsFunc(strings.Join(seeds, "\n"), func(r rune) bool { return r == ' ' })
	for _, s := range seeds {
		pieces = append(pieces, strings.SplitAfter(s, "\n")...)
	}
	pieces = append(pieces, " ", "\t", "\r", "\n", "  ", "#", "|", "!", "[", "]", "-", "=", ":", "-log ", "-log err", "\xA0", "à")
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 40).Draw(t, "parts")
		checkLaws(t, []byte(strings.Join(parts, "")))
	})
}

// TestFixesReadAsMeant: what a fix of a rule makes is a rule, in the same place.
func TestFixesReadAsMeant(t *testing.T) {
	flags := []string{"-s 1 ", "-d=2 ", "--iface a ", "-p  tcp ", "-dport\t1 ", "-log INFO ", "-log  info ", "--sport=1 ", "-source x ", "-P udp "}
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.SampledFrom([]string{"IN DROP ", "|OUT ACCEPT ", "| IN SSH(ACCEPT)\t"}).Draw(t, "head") +
			strings.Join(rapid.SliceOfN(rapid.SampledFrom(flags), 1, 6).Draw(t, "flags"), "") + "# c"
		f, list := Parse(source.NewFile("x", []byte("[RULES]\n"+line)), facts.Host)
		if len(list) == 0 {
			return
		}
		if len(list) != 1 || len(list[0].Fixes) != 1 {
			t.Fatalf("%q: want one finding with a fix, got %+v", line, list)
		}
		out, err := source.Apply(f.Source, list[0].Fixes[0].Edits)
		if err != nil {
			t.Fatal(err)
		}
		mended, again := Parse(source.NewFile("x", out), facts.Host)
		if _, ok := mended.Lines[1].(*Rule); !ok || len(again) != 0 {
			t.Fatalf("%q became %q, which is no rule", line, out)
		}
	})
}

// TestGrammarDependsOnTokenTypesOnly checks the restrictions that language.go
// promises: no literals, every capture is a token or another node of the grammar.
func TestGrammarDependsOnTokenTypesOnly(t *testing.T) {
	token := reflect.TypeFor[lexer.Token]()
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(node reflect.Type) {
		if seen[node] {
			return
		}
		seen[node] = true
		for i := range node.NumField() {
			field := node.Field(i)
			tag := field.Tag.Get("parser")
			if strings.ContainsAny(tag, "'\"`") {
				t.Errorf("%s.%s has a literal: %s", node, field.Name, tag)
			}
			inner := field.Type
			for inner.Kind() == reflect.Pointer || inner.Kind() == reflect.Slice {
				inner = inner.Elem()
			}
			switch {
			case inner == token && field.Type.Kind() == reflect.Slice:
				t.Errorf("%s.%s: participle keeps only the last token of a slice", node, field.Name)
			case inner == token:
			case inner.Kind() == reflect.Struct && strings.Contains(tag, "@@"):
				walk(inner)
			default:
				t.Errorf("%s.%s captures a %s", node, field.Name, field.Type)
			}
		}
	}
	for _, root := range []reflect.Type{
		reflect.TypeFor[headerLine](), reflect.TypeFor[optionLine](), reflect.TypeFor[aliasLine](),
		reflect.TypeFor[entryLine](), reflect.TypeFor[ruleLine](),
	} {
		walk(root)
	}
	if len(seen) < 10 {
		t.Errorf("only %d nodes seen", len(seen))
	}
}

func TestEBNFGolden(t *testing.T) {
	path := filepath.Join("testdata", "grammar.ebnf")
	if os.Getenv("PVEFW_UPDATE") != "" {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(EBNF()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := EBNF(); got != string(want) {
		t.Errorf("the grammar has changed; PVEFW_UPDATE=1 writes it anew:\n%s", got)
	}
}
