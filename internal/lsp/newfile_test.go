package lsp

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pvefw/pvefw/internal/lsptest"
)

// These tests are about documents whose files come and go while an editor holds them.

const mistaken = "[RULES]\nIN ACCEPT -source dc/lan\nIN ACCPT\n"

// disk writes a file, or removes it where the text is empty.
func disk(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	err := os.WriteFile(path, []byte(text), 0o644)
	if text == "" {
		err = os.Remove(path)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// tellWatched tells a server that a file has come (1) or gone (3).
func tellWatched(t *testing.T, c *lsptest.Client, doc string, kind int) {
	t.Helper()
	changes := []any{map[string]any{"uri": doc, "type": kind}}
	if err := c.Notify("workspace/didChangeWatchedFiles", map[string]any{"changes": changes}); err != nil {
		t.Fatal(err)
	}
}

// A new document stands alone until its file is there; then it is one of the CONFIG,
// with the text that the editor has and not that of the disk.
func TestANewFileJoinsItsConfig(t *testing.T) {
	for name, tell := range map[string]func(*lsptest.Client, string){
		"watched": func(c *lsptest.Client, doc string) { tellWatched(t, c, doc, 1) },
		"saved": func(c *lsptest.Client, doc string) {
			if err := c.Notify("textDocument/didSave", map[string]any{"textDocument": map[string]any{"uri": doc}}); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := files(t, small)
			s, c := inside(t)
			if _, err := c.Initialize(map[string]any{}, uriIn(dir, "")); err != nil {
				t.Fatal(err)
			}
			doc := uriIn(dir, "105.fw")
			if err := c.Open(doc, mistaken); err != nil {
				t.Fatal(err)
			}
			if p, err := c.Await(doc, hasCode("action-unknown")); err != nil {
				t.Fatalf("alone: %v: %v", err, codes(p))
			}
			disk(t, dir, "105.fw", "[RULES]\n")
			tell(c, doc)
			both := func(p lsptest.Published) bool {
				return hasCode("action-unknown")(p) && hasCode("guest-firewall-not-enabled")(p)
			}
			if p, err := c.Await(doc, both); err != nil {
				t.Fatalf("in the CONFIG: %v: %v", err, codes(p))
			}
			if slices.ContainsFunc(s.roots.list(), func(r *root) bool { return r.alone }) {
				t.Error("the document stands alone as well")
			}
		})
	}
}

// The first file that is saved in a folder can make it a CONFIG, with the files there.
func TestASavedFileMakesAConfig(t *testing.T) {
	dir := files(t, map[string]string{"100.fw": mistaken})
	_, c := inside(t)
	if _, err := c.Initialize(map[string]any{}, uriIn(dir, "")); err != nil {
		t.Fatal(err)
	}
	doc := uriIn(dir, "cluster.fw")
	if err := c.Open(doc, small["cluster.fw"]); err != nil {
		t.Fatal(err)
	}
	disk(t, dir, "cluster.fw", small["cluster.fw"])
	if err := c.Notify("textDocument/didSave", map[string]any{"textDocument": map[string]any{"uri": doc}}); err != nil {
		t.Fatal(err)
	}
	if p, err := c.Await(uriIn(dir, "100.fw"), hasCode("action-unknown")); err != nil {
		t.Fatalf("%v: %v", err, codes(p))
	}
}

// Nothing is left of what was said about a folder whose last file is removed, and its
// open documents are looked at alone.
func TestAFolderIsNoConfigWithoutFiles(t *testing.T) {
	dir := files(t, map[string]string{"cluster.fw": mistaken})
	_, c := inside(t)
	if _, err := c.Initialize(map[string]any{}, uriIn(dir, "")); err != nil {
		t.Fatal(err)
	}
	gone, open := uriIn(dir, "cluster.fw"), uriIn(dir, "100.fw")
	if err := c.Open(open, mistaken); err != nil {
		t.Fatal(err)
	}
	for _, doc := range []string{gone, open} {
		if p, err := c.Await(doc, hasCode("action-unknown")); err != nil {
			t.Fatalf("%s: %v: %v", doc, err, codes(p))
		}
	}
	disk(t, dir, "cluster.fw", "")
	tellWatched(t, c, gone, 3)
	if p, err := c.Await(gone, func(p lsptest.Published) bool { return len(p.Diagnostics) == 0 }); err != nil {
		t.Fatalf("removed: %v: %v", err, codes(p))
	}
	if p, err := c.Await(open, hasCode("action-unknown")); err != nil {
		t.Fatalf("open: %v: %v", err, codes(p))
	}
}

// A text that an editor held is not that of a later file of the same name.
func TestAClosedDocumentOfARemovedFileIsForgotten(t *testing.T) {
	dir := files(t, small)
	s, c := inside(t)
	if _, err := c.Initialize(map[string]any{}, uriIn(dir, "")); err != nil {
		t.Fatal(err)
	}
	doc := uriIn(dir, "100.fw")
	if err := c.Open(doc, mistaken); err != nil {
		t.Fatal(err)
	}
	if p, err := c.Await(doc, hasCode("action-unknown")); err != nil {
		t.Fatalf("%v: %v", err, codes(p))
	}
	disk(t, dir, "100.fw", "")
	tellWatched(t, c, doc, 3)
	if p, err := c.Await(doc, lacksCode("action-unknown")); err != nil {
		t.Fatalf("removed: %v: %v", err, codes(p))
	}
	if err := c.CloseDocument(doc); err != nil {
		t.Fatal(err)
	}
	disk(t, dir, "100.fw", "[RULES]\nIN ACCEPT -source dc/lam\n")
	tellWatched(t, c, doc, 1)
	if p, err := c.Await(doc, hasCode("alias-unknown")); err != nil {
		t.Fatalf("again there: %v: %v", err, codes(p))
	}
	if got := s.roots.list()[0].Snapshot().File(filepath.ToSlash(filepath.Join(dir, "100.fw"))).Bytes(); string(got) != "[RULES]\nIN ACCEPT -source dc/lam\n" {
		t.Errorf("the server has %q", got)
	}
}
