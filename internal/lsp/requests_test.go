package lsp

import "testing"

// Neovim 0.7 has a workspace that knows nothing of watched files.
func TestCapabilitiesMayBeMissing(t *testing.T) {
	for _, section := range []string{"workspace", "textDocument", "window", "general"} {
		c := editor(t)
		if _, err := c.Initialize(map[string]any{section: map[string]any{}}); err != nil {
			t.Errorf("%s without content: %v", section, err)
		}
	}
}

// The server outlives answers that come faster than their contexts are made.
func TestQuickAnswersDoNotEndTheServer(t *testing.T) {
	dir := files(t, small)
	c := editor(t)
	if _, err := c.Initialize(map[string]any{}, uriIn(dir, "")); err != nil {
		t.Fatal(err)
	}
	doc := uriIn(dir, "100.fw")
	if err := c.Open(doc, small["100.fw"]); err != nil {
		t.Fatal(err)
	}
	params := map[string]any{"textDocument": map[string]any{"uri": doc}, "options": map[string]any{"tabSize": 4, "insertSpaces": true}}
	for range 3000 {
		if err := c.Call("textDocument/formatting", params, nil); err != nil {
			t.Fatal(err)
		}
	}
}
