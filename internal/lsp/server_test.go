package lsp

import (
	"slices"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/lsptest"
)

func codes(p lsptest.Published) []string {
	var out []string
	for _, d := range p.Diagnostics {
		out = append(out, d.Code)
	}
	slices.Sort(out)
	return out
}

func hasCode(code string) func(lsptest.Published) bool {
	return func(p lsptest.Published) bool { return slices.Contains(codes(p), code) }
}

func lacksCode(code string) func(lsptest.Published) bool {
	return func(p lsptest.Published) bool { return !slices.Contains(codes(p), code) }
}

var small = map[string]string{
	"cluster.fw": "[OPTIONS]\nenable: 1\n\n[ALIASES]\nlan 192.0.2.0/24\n\n[RULES]\nIN ACCEPT -source lan -p tcp -dport 8006\n",
	"100.fw":     "[OPTIONS]\nenable: 1\n\n[RULES]\nIN ACCEPT -source dc/lan -p tcp -dport 80\n",
}

func TestAnEditorSeesTheMistakeAndItsEnd(t *testing.T) {
	dir := files(t, small)
	c := editor(t)
	if _, err := c.Initialize(map[string]any{}, uriIn(dir, "")); err != nil {
		t.Fatal(err)
	}
	doc := uriIn(dir, "100.fw")
	if err := c.Open(doc, small["100.fw"]); err != nil {
		t.Fatal(err)
	}
	// "lan" becomes "lam".
	at := lsptest.Range{Start: lsptest.Position{Line: 4, Character: 23}, End: lsptest.Position{Line: 4, Character: 24}}
	if err := c.Change(doc, 2, lsptest.TextEdit{Range: at, NewText: "m"}); err != nil {
		t.Fatal(err)
	}
	p, err := c.Await(doc, hasCode("alias-unknown"))
	if err != nil {
		t.Fatalf("%v: %v", err, codes(p))
	}
	for _, d := range p.Diagnostics {
		want := lsptest.Range{Start: lsptest.Position{Line: 4, Character: 18}, End: lsptest.Position{Line: 4, Character: 24}}
		if d.Code == "alias-unknown" && (d.Range != want || d.Severity != 1 || d.Source != "pvefw" || d.CodeDescription.Href == "") {
			t.Errorf("%+v", d)
		}
	}
	if p.Version == nil || *p.Version != 2 {
		t.Errorf("published for version %v", p.Version)
	}
	if err := c.Change(doc, 3, lsptest.TextEdit{Range: at, NewText: "n"}); err != nil {
		t.Fatal(err)
	}
	if p, err := c.Await(doc, lacksCode("alias-unknown")); err != nil {
		t.Fatalf("%v: %v", err, codes(p))
	}
}

// pulling are the capabilities of a client that asks for diagnostics.
var pulling = map[string]any{"textDocument": map[string]any{"diagnostic": map[string]any{}}}

type report struct {
	Kind     string
	ResultID string
	URI      string
	Items    []lsptest.Diagnostic
}

func TestWhoPullsIsNotPushed(t *testing.T) {
	dir := files(t, small)
	c := editor(t)
	if _, err := c.Initialize(pulling, uriIn(dir, "")); err != nil {
		t.Fatal(err)
	}
	doc := uriIn(dir, "100.fw")
	if err := c.Open(doc, "[OPTIONS]\nenable: 1\n\n[RULES]\nIN ACCEPT -source dc/lam\n"); err != nil {
		t.Fatal(err)
	}
	ask := func(previous string) report {
		t.Helper()
		var r report
		params := map[string]any{"textDocument": map[string]any{"uri": doc}}
		if previous != "" {
			params["previousResultId"] = previous
		}
		if err := c.Call("textDocument/diagnostic", params, &r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	first := ask("")
	if got := codes(lsptest.Published{Diagnostics: first.Items}); first.Kind != "full" || !slices.Contains(got, "alias-unknown") {
		t.Errorf("%s report of %v", first.Kind, got)
	}
	var all struct{ Items []report }
	if err := c.Call("workspace/diagnostic", map[string]any{"previousResultIds": []any{}}, &all); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(all.Items, func(r report) bool { return r.URI == doc && r.Kind == "full" }) {
		t.Errorf("%s is missing in %+v", doc, all)
	}
	settled := ask("") // everything has been looked at now
	if again := ask(settled.ResultID); again.Kind != "unchanged" {
		t.Errorf("the second answer is %s", again.Kind)
	}
	if p, told := c.Told(doc); told {
		t.Errorf("pushed all the same: %v", codes(p))
	}
}

func TestColumnsAreBytesForWhoAgrees(t *testing.T) {
	text := "[RULES]\nIN ACCEPT -source é𝄞 -p tcp -dport 22,0x\n"
	for name, test := range map[string]struct {
		encodings []string
		encoding  string
		want      int
	}{
		"nothing said": {nil, "utf-16", 39}, "UTF-8 among others": {[]string{"utf-32", "utf-8", "utf-16"}, "utf-8", 42},
	} {
		dir := files(t, map[string]string{"cluster.fw": text})
		c := editor(t)
		hello, err := c.Initialize(map[string]any{"general": map[string]any{"positionEncodings": test.encodings}}, uriIn(dir, ""))
		if err != nil || !strings.Contains(string(hello), `"positionEncoding":"`+test.encoding+`"`) {
			t.Errorf("%s: %v, %s", name, err, hello)
		}
		p, err := c.Await(uriIn(dir, "cluster.fw"), hasCode("port-invalid"))
		i := slices.IndexFunc(p.Diagnostics, func(d lsptest.Diagnostic) bool { return d.Code == "port-invalid" })
		if err != nil || p.Diagnostics[i].Range.Start.Character != test.want {
			t.Errorf("%s: %v: %+v", name, err, p.Diagnostics)
		}
	}
}

func TestTagsNameRules(t *testing.T) {
	reg, err := registry()
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range slices.Concat(unnecessary, deprecated) {
		if rule, ok := reg.Rule(code); !ok || len(tagsOf(rule)) != 1 {
			t.Errorf("%s is no rule, or has no tag", code)
		}
	}
}
