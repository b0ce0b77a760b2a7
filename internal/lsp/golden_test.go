package lsp

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/lsptest"
	"github.com/pvefw/pvefw/internal/textdiff"
	"github.com/rogpeppe/go-internal/txtar"
)

// An archive of testdata/lsp shows one feature, asked through the built program. It
// holds a CONFIG in whose files «NAME» marks a place and is no part of the text, and
// then questions and answers:
//
//	-- ask/1 --
//	METHOD FILE «NAME» «NAME»
//	{more parameters as JSON}
//	-- want/1 --
//
// FILE is opened first and becomes the parameter textDocument; one place becomes
// position, two become range. Without FILE nothing is opened. «answer/1/a» in the
// parameters is what an answer before had at that path. In answers files stand by name, places from 1
// as people count them, and edits as what they do to lines. PVEFW_UPDATE=1 writes the
// answers anew.
func TestFeatures(t *testing.T) {
	names, err := filepath.Glob("../../testdata/lsp/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { checkArchive(t, name) })
	}
}

func checkArchive(t *testing.T, name string) {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	a := &asker{t: t, opened: map[string]bool{}, answers: map[string]any{}}
	a.read(archive)
	a.dir = files(t, a.texts)
	a.client = editor(t)
	if a.hello, err = a.client.Initialize(capable, uriIn(a.dir, "")); err != nil {
		t.Fatal(err)
	}
	for _, f := range slices.Clone(archive.Files) { // answers are put in between
		if number, ok := strings.CutPrefix(f.Name, "ask/"); ok {
			answer := a.ask(number, string(f.Data))
			check(t, archive, "want/"+number, answer)
		}
	}
	if os.Getenv("PVEFW_UPDATE") == "1" {
		if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// check compares an answer with the archive's, or puts it there.
func check(t *testing.T, archive *txtar.Archive, name, answer string) {
	t.Helper()
	i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == name })
	switch update := os.Getenv("PVEFW_UPDATE") == "1"; {
	case update && i < 0:
		at := 1 + slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == "ask/"+strings.TrimPrefix(name, "want/") })
		archive.Files = slices.Insert(archive.Files, at, txtar.File{Name: name, Data: []byte(answer)})
	case update:
		archive.Files[i].Data = []byte(answer)
	case i < 0:
		t.Errorf("there is no %s; the answer is\n%s", name, answer)
	default:
		if want := string(archive.Files[i].Data); want != answer {
			t.Errorf("%s:\n%s", name, textdiff.Unified("want", "got", want, answer, 3))
		}
	}
}

// capable is a client that can do everything.
var capable = map[string]any{
	"textDocument": map[string]any{
		"documentSymbol": map[string]any{"hierarchicalDocumentSymbolSupport": true},
		"completion":     map[string]any{"completionItem": map[string]any{"snippetSupport": true, "documentationFormat": []string{"markdown"}}},
		"hover":          map[string]any{"contentFormat": []string{"markdown"}},
		"rename":         map[string]any{"prepareSupport": true},
		"codeAction":     map[string]any{"disabledSupport": true},
	},
	"workspace": map[string]any{"workspaceEdit": map[string]any{"documentChanges": true}},
}

// asker asks the questions of one archive.
type asker struct {
	t       *testing.T
	client  *lsptest.Client
	hello   json.RawMessage
	dir     string
	texts   map[string]string
	marks   map[string]lsptest.Position // by FILE «NAME»
	opened  map[string]bool
	answers map[string]any
}

var mark = regexp.MustCompile(`«[^»]*»`)

// read takes the files apart.
func (a *asker) read(archive *txtar.Archive) {
	a.texts, a.marks = map[string]string{}, map[string]lsptest.Position{}
	for _, f := range archive.Files {
		if strings.HasPrefix(f.Name, "ask/") || strings.HasPrefix(f.Name, "want/") {
			continue
		}
		text := string(f.Data)
		for {
			at := mark.FindStringIndex(text)
			if at == nil {
				break
			}
			a.marks[f.Name+" "+text[at[0]:at[1]]] = positionOf(text[:at[0]])
			text = text[:at[0]] + text[at[1]:]
		}
		a.texts[f.Name] = text
	}
}

// positionOf is where a text ends. The archives hold ASCII before the marks of a line.
func positionOf(before string) lsptest.Position {
	return lsptest.Position{Line: strings.Count(before, "\n"), Character: len(before) - 1 - strings.LastIndex(before, "\n")}
}

// ask asks one question and returns the answer for people.
func (a *asker) ask(number, question string) string {
	head, more, _ := strings.Cut(question, "\n")
	words := strings.Fields(head)
	params := map[string]any{}
	if len(words) > 1 {
		a.open(words[1])
		params["textDocument"] = map[string]any{"uri": uriIn(a.dir, words[1])}
		a.place(params, words[1], words[2:])
	}
	if strings.TrimSpace(more) != "" {
		if err := json.Unmarshal([]byte(a.filled(more)), &params); err != nil {
			a.t.Fatalf("ask/%s: %v", number, err)
		}
	}
	var result any
	if err := a.client.Call(words[0], params, &result); err != nil {
		return err.Error() + "\n"
	}
	a.answers[number] = result
	if tokens, ok := decoded[struct{ Data []int }](result); ok && tokens.Data != nil {
		return a.coloured(words[1], tokens.Data)
	}
	return a.shown(result)
}

func (a *asker) open(name string) {
	if a.opened[name] {
		return
	}
	a.opened[name] = true
	if err := a.client.Open(uriIn(a.dir, name), a.texts[name]); err != nil {
		a.t.Fatal(err)
	}
	// Once everything has been looked at, no answer depends on how fast that is.
	if err := a.client.Call("workspace/diagnostic", map[string]any{"previousResultIds": []any{}}, nil); err != nil {
		a.t.Fatal(err)
	}
}

func (a *asker) place(params map[string]any, file string, names []string) {
	var at []lsptest.Position
	for _, n := range names {
		p, ok := a.marks[file+" "+n]
		if !ok {
			a.t.Fatalf("%s has no mark %s", file, n)
		}
		at = append(at, p)
	}
	switch len(at) {
	case 1:
		params["position"] = at[0]
	case 2:
		params["range"] = lsptest.Range{Start: at[0], End: at[1]}
	}
}

// filled puts parts of former answers in the place of «answer/NUMBER/KEY/...», and
// URIs in that of «uri/FILE».
func (a *asker) filled(text string) string {
	return mark.ReplaceAllStringFunc(text, func(m string) string {
		path := strings.Split(strings.Trim(m, "«»"), "/")
		if path[0] == "uri" {
			return fmt.Sprintf("%q", uriIn(a.dir, strings.Join(path[1:], "/")))
		}
		value := a.answers[path[1]]
		for _, key := range path[2:] {
			switch v := value.(type) {
			case map[string]any:
				value = v[key]
			case []any:
				n := 0
				fmt.Sscan(key, &n)
				value = v[n]
			}
		}
		out, err := json.Marshal(value)
		if err != nil {
			a.t.Fatal(err)
		}
		return string(out)
	})
}

// shown is an answer for people.
func (a *asker) shown(result any) string {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(a.readable(result)); err != nil {
		a.t.Fatal(err)
	}
	return out.String()
}

func (a *asker) readable(v any) any {
	switch v := v.(type) {
	case string:
		return strings.ReplaceAll(strings.ReplaceAll(v, uriIn(a.dir, "")+"/", ""), a.dir, "CONFIG")
	case []any:
		if edits, ok := decoded[[]lsptest.TextEdit](v); ok && isEdits(v) {
			return a.edits("", edits)
		}
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = a.readable(item)
		}
		return out
	case map[string]any:
		return a.readableObject(v)
	}
	return v
}

func (a *asker) readableObject(m map[string]any) any {
	start, end := m["start"], m["end"]
	switch {
	case len(m) == 2 && start != nil && end != nil:
		return fmt.Sprintf("%s-%s", a.readable(start), a.readable(end))
	case len(m) == 2 && m["line"] != nil && m["character"] != nil:
		return fmt.Sprintf("%v:%v", m["line"].(float64)+1, m["character"].(float64)+1)
	case m["documentChanges"] != nil:
		return a.documentChanges(m["documentChanges"].([]any))
	}
	out := map[string]any{}
	for key, value := range m {
		if found, ok := decoded[[]lsptest.Diagnostic](value); ok && key == "diagnostics" {
			out[key] = codes(lsptest.Published{Diagnostics: found}) // what they say, others test
			continue
		}
		if key == "resultId" {
			value = "…" // it depends on where the files are
		}
		out[a.readable(key).(string)] = a.readable(value)
	}
	return out
}

func (a *asker) documentChanges(list []any) any {
	out := map[string]any{}
	for _, c := range list {
		change, ok := decoded[struct {
			TextDocument struct{ URI string }
			Edits        []lsptest.TextEdit
		}](c)
		if !ok || change.TextDocument.URI == "" {
			a.t.Fatalf("no change of a document: %v", c)
		}
		name := a.readable(change.TextDocument.URI).(string)
		out[name] = a.edits(name, change.Edits)
	}
	return out
}

// edits says what edits do to the lines of a file; without a name to those of the
// file that has been opened last.
func (a *asker) edits(name string, edits []lsptest.TextEdit) any {
	if name == "" {
		for opened := range a.opened {
			name = opened
		}
	}
	text := a.texts[name]
	slices.SortStableFunc(edits, func(x, y lsptest.TextEdit) int {
		if x.Range.Start.Line != y.Range.Start.Line {
			return y.Range.Start.Line - x.Range.Start.Line
		}
		return y.Range.Start.Character - x.Range.Start.Character
	})
	for _, e := range edits {
		text = lsptest.Apply(text, e)
	}
	patch := strings.Split(textdiff.Unified(name, name, a.texts[name], text, 0), "\n")
	return patch[min(2, len(patch)):max(len(patch)-1, min(2, len(patch)))]
}

// coloured is what semantic tokens say about the words of a file.
func (a *asker) coloured(name string, data []int) string {
	hello, _ := decoded[struct {
		Capabilities struct {
			SemanticTokensProvider struct {
				Legend struct{ TokenTypes []string }
			}
		}
	}](a.hello)
	types := hello.Capabilities.SemanticTokensProvider.Legend.TokenTypes
	lines := strings.Split(a.texts[name], "\n")
	var out strings.Builder
	line, column := 0, 0
	for ; len(data) >= 5; data = data[5:] {
		if data[0] > 0 {
			line, column = line+data[0], 0
		}
		column += data[1]
		fmt.Fprintf(&out, "%d:%d %s %q%s\n", line+1, column+1, types[data[3]], lines[line][column:column+data[2]], []string{"", ", declaration"}[data[4]])
	}
	return out.String()
}

func isEdits(list []any) bool {
	for _, item := range list {
		if m, ok := item.(map[string]any); !ok || len(m) != 2 || m["range"] == nil || m["newText"] == nil {
			return false
		}
	}
	return len(list) > 0
}

// decoded reads a value as a type.
func decoded[T any](v any) (out T, ok bool) {
	text, err := json.Marshal(v)
	return out, err == nil && json.Unmarshal(text, &out) == nil
}
