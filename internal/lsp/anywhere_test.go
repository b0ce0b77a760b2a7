package lsp

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
)

// torn is text in which hardly any line is whole.
func torn(r *rand.Rand) string {
	words := []string{"[OPTIONS]", "[ALIASES]", "[IPSET web]", "[RULES]", "[group x", "\n", "\n", "\n", " ", " ", "IN", "GROUP", "SSH(ACCEPT)", "SSH(", "-source", "-p", "tcp",
		"-dport", "22,", "lan", "+web", "dc/", "net0", "enable: 1", "#", "https://a.b/", "pvefw:ignore ", "é", "𝄞", "\t", "|", "10.0.0.0/8"}
	var b strings.Builder
	for range 120 {
		b.WriteString(words[r.IntN(len(words))])
	}
	return b.String()
}

// Whatever a document holds and wherever a client asks, beyond the text too, every
// feature answers; what it hands out it takes back.
func TestEveryFeatureAnswersAnywhere(t *testing.T) {
	dir := files(t, map[string]string{"cluster.fw": small["cluster.fw"], "100.fw": "", "100.conf": "net0: virtio=AA:00:00:00:00:01,bridge=vmbr0,firewall=1\n"})
	c := editor(t)
	if _, err := c.Initialize(capable, uriIn(dir, "")); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	doc := uriIn(dir, "100.fw")
	for round := range 6 {
		if err := c.Open(doc, torn(r)); err != nil {
			t.Fatal(err)
		}
		for range 5 {
			at := map[string]any{"line": r.IntN(40), "character": r.IntN(60)}
			for _, method := range []string{"completion", "hover", "signatureHelp", "definition", "references", "documentHighlight", "prepareCallHierarchy",
				"documentSymbol", "foldingRange", "documentLink", "codeLens", "inlayHint", "selectionRange"} {
				params := map[string]any{"textDocument": map[string]any{"uri": doc}, "position": at, "positions": []any{at}, "context": map[string]any{"includeDeclaration": true},
					"range": map[string]any{"start": at, "end": map[string]any{"line": 50, "character": 0}}}
				var result json.RawMessage
				if err := c.Call("textDocument/"+method, params, &result); err != nil {
					t.Fatalf("round %d, %s at %v: %v", round, method, at, err)
				}
				back := map[string]string{"completion": "completionItem/resolve", "codeLens": "codeLens/resolve"}[method]
				if item := firstOf(result); back != "" && item != nil {
					if err := c.Call(back, item, nil); err != nil {
						t.Fatalf("round %d, %s of %s: %v", round, back, item, err)
					}
				}
			}
		}
		if err := c.CloseDocument(doc); err != nil {
			t.Fatal(err)
		}
	}
}

// firstOf is the first item of an answer; nil without one.
func firstOf(answer json.RawMessage) json.RawMessage {
	var list struct{ Items []json.RawMessage }
	if json.Unmarshal(answer, &list) != nil {
		json.Unmarshal(answer, &list.Items)
	}
	if len(list.Items) == 0 {
		return nil
	}
	return list.Items[0]
}
