package assist

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/golden"
	"github.com/pvefw/pvefw/internal/source"
)

// mark stands for a cursor in the files of an archive.
const mark = "‸"

// TestGolden answers the questions of the archives in testdata/assist: what a want
// section asks is asked at every cursor, or about the file of the first one.
// PVEFW_UPDATE=1 rewrites the want sections.
func TestGolden(t *testing.T) {
	golden.Each(t, "../../testdata/assist/*.txtar", func(t *testing.T, a *golden.Archive) {
		cursors := placesOf(t, a)
		a.Check(t, func(section string) string { return answered(t, section, cursors) })
	})
}

func answered(t *testing.T, section string, cursors []Place) string {
	var b bytes.Buffer
	if ask := atPlace[section]; ask != nil {
		for _, p := range cursors {
			fmt.Fprintf(&b, "at %s\n", inner(p.source().Span(p.Offset, p.Offset)))
			ask(&b, p)
		}
	} else if ask := inFile[section]; ask != nil {
		ask(&b, cursors[0].File)
	} else {
		t.Fatalf("nothing answers %s", section)
	}
	return strings.ReplaceAll(b.String(), filepath.Dir(cursors[0].source().Name())+"/", "")
}

// placesOf takes the marks out of the files and returns where they stood.
func placesOf(t *testing.T, a *golden.Archive) []Place {
	type cursor struct {
		file   string
		offset int
	}
	var cursors []cursor
	files := map[string]string{}
	for _, f := range a.Files {
		if golden.IsWanted(f.Name) {
			continue
		}
		parts := strings.Split(string(f.Data), mark)
		offset := 0
		for _, part := range parts[:len(parts)-1] {
			offset += len(part)
			cursors = append(cursors, cursor{f.Name, offset})
		}
		files[f.Name] = strings.Join(parts, "")
	}
	w := build(t, files)
	var list []Place
	for _, c := range cursors {
		list = append(list, file(t, w, c.file).At(c.offset))
	}
	if len(list) == 0 {
		t.Fatal("no cursor in any file")
	}
	return list
}

// atPlace are the questions about a place.
var atPlace = map[string]func(*bytes.Buffer, Place){
	"definition": func(b *bytes.Buffer, p Place) { writeSpans(b, p.Definition()) },
	"references": func(b *bytes.Buffer, p Place) { writeSpans(b, p.References(true)) },
	"highlight": func(b *bytes.Buffer, p Place) {
		for _, h := range p.Highlights() {
			fmt.Fprintf(b, "  %s %q defines=%t\n", inner(h.Span), h.Span.Text(), h.Defines)
		}
	},
	"rename": func(b *bytes.Buffer, p Place) {
		at, name, why := p.PrepareRename()
		fmt.Fprintf(b, "  word %s %q %s\n", inner(at), name, why)
		edits, why := p.Rename("renamed")
		for _, e := range edits {
			fmt.Fprintf(b, "  %s %q becomes %q\n", inner(e.Span), e.Span.Text(), e.Text)
		}
		fmt.Fprintf(b, "  refused: %q\n", why)
	},
	"complete": writeCompletion,
	"hover": func(b *bytes.Buffer, p Place) {
		text, at := p.Hover()
		fmt.Fprintf(b, "  on %q\n", at.Text())
		writeIndented(b, text)
	},
	"signature": func(b *bytes.Buffer, p Place) {
		s := p.Signature()
		if s == nil {
			fmt.Fprintln(b, "  none")
			return
		}
		fmt.Fprintf(b, "  %s\n", s.Label)
		if s.Active >= 0 {
			part := s.Parts[s.Active]
			fmt.Fprintf(b, "  active: %s: %s\n", s.Label[part.From:part.To], part.Doc)
		}
	},
	"selection": func(b *bytes.Buffer, p Place) {
		for _, s := range p.Selections() {
			fmt.Fprintf(b, "  %.60q\n", s.Text())
		}
	},
	"calls": func(b *bytes.Buffer, p Place) {
		g, ok := p.Group()
		if !ok {
			fmt.Fprintln(b, "  none")
			return
		}
		fmt.Fprintf(b, "  %s %s\n", g.Name, inner(g.Span))
		writeCalls(b, "called by", p.Callers(g))
		writeCalls(b, "this file names", p.Callees(p.source().Span(0, len(p.source().Bytes()))))
	},
}

// inFile are the questions about a file.
var inFile = map[string]func(*bytes.Buffer, File){
	"symbols": func(b *bytes.Buffer, f File) { writeOutline(b, "  ", f.Symbols()) },
	"search": func(b *bytes.Buffer, f File) {
		for _, d := range f.Search("ln") {
			fmt.Fprintf(b, "  %s %s of %s %s\n", d.Kind, d.Name, d.In, inner(d.Span))
		}
	},
	"folding": func(b *bytes.Buffer, f File) {
		for _, fold := range f.Folds() {
			fmt.Fprintf(b, "  lines %d to %d comment=%t\n", fold.Span.From().Line, fold.Span.To().Line, fold.Comment)
		}
	},
	"links": func(b *bytes.Buffer, f File) {
		for _, l := range f.Links() {
			target := l.URL + l.Code
			if l.File != nil {
				target = inner(l.File.Span(0, 0))
			}
			fmt.Fprintf(b, "  %s %q leads to %s\n", inner(l.Span), l.Span.Text(), target)
		}
	},
	"hints": func(b *bytes.Buffer, f File) {
		text := f.source().Bytes()
		hints := f.Hints(f.source().Span(0, len(text)))
		slices.SortStableFunc(hints, func(x, y Hint) int { return int(x.At.Start - y.At.Start) })
		at := 0
		for _, h := range hints {
			fmt.Fprintf(b, "%s‹%s›", text[at:h.At.Start], h.Label)
			at = int(h.At.Start)
		}
		b.Write(text[at:])
	},
	"lenses": func(b *bytes.Buffer, f File) {
		for _, l := range f.Lenses() {
			l = f.Resolve(l)
			fmt.Fprintf(b, "  %s %s", inner(l.At), l.Title)
			if len(l.Args) > 0 {
				fmt.Fprintf(b, ": pvefw simulate %s", strings.Join(l.Args, " "))
			}
			fmt.Fprintln(b)
		}
	},
}

func writeSpans(b *bytes.Buffer, list []source.Span) {
	for _, s := range list {
		fmt.Fprintf(b, "  %s %.60q\n", inner(s), s.Text())
	}
}

func writeIndented(b *bytes.Buffer, text string) {
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimRight("  | "+strings.TrimSuffix(line, "\n"), " ") + "\n")
	}
}

// writeCompletion shows the first items in the order in which they are shown, and
// all that are useless.
func writeCompletion(b *bytes.Buffer, p Place) {
	const most = 5
	items, _ := p.Complete()
	slices.SortStableFunc(items, func(x, y Item) int { return strings.Compare(x.Sort, y.Sort) })
	for i, item := range items {
		if i >= most && item.Useless == "" {
			continue
		}
		fmt.Fprintf(b, "  %s | %s", item.Label, item.Detail)
		if item.Insert != item.Label {
			fmt.Fprintf(b, " | %q", item.Insert)
		}
		if item.Span.Start != item.Span.End {
			fmt.Fprintf(b, " | instead of %q", item.Span.Text())
		}
		if item.Useless != "" {
			fmt.Fprintf(b, " | %s", item.Useless)
		}
		fmt.Fprintln(b)
	}
	if n := len(items) - most; n > 0 {
		fmt.Fprintf(b, "  of %d\n", len(items))
	}
}

func writeCalls(b *bytes.Buffer, how string, list []Call) {
	for _, c := range list {
		fmt.Fprintf(b, "  %s %s:", how, c.Name)
		for _, u := range c.Uses {
			fmt.Fprintf(b, " %s", inner(u))
		}
		fmt.Fprintln(b)
	}
}

func writeOutline(b *bytes.Buffer, indent string, list []Outline) {
	for _, o := range list {
		off := map[bool]string{true: " (off)"}[o.Off]
		fmt.Fprintf(b, "%s%d %s%s | %s | lines %d to %d\n", indent, o.Kind, o.Name, off, o.Detail, o.All.From().Line, o.All.To().Line)
		writeOutline(b, indent+"  ", o.Parts)
	}
}
