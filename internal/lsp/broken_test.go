package lsp

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/lsptest"
)

// alive asks something that any server answers.
func alive(t *testing.T, c *lsptest.Client, after string) {
	t.Helper()
	var r report
	err := c.Call("textDocument/diagnostic", map[string]any{"textDocument": map[string]any{"uri": "file:///nowhere/100.fw"}}, &r)
	if err != nil {
		t.Errorf("after %s: %v", after, err)
	}
}

func frame(body string) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body) }

// Whatever a client sends, the server stays up.
func TestNothingAClientSendsEndsTheServer(t *testing.T) {
	c := editor(t)
	if _, err := c.Initialize(map[string]any{}); err != nil {
		t.Fatal(err)
	}
	for _, sent := range []string{
		frame("{"), frame("[]"), frame("null"), frame(`"x"`), frame("[1,2]"), frame("{}"), frame(`{"jsonrpc":"1.0","method":"x"}`), frame("\xff\xfe"),
		frame(`{"jsonrpc":"2.0","id":{},"method":"shutdown"}`), frame(strings.Repeat("[", 100_000)),
		frame(`{"jsonrpc":"2.0","method":"no/such/notice","params":7}`),
		frame(`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":"x"}}`),
		frame(`{"jsonrpc":"2.0","method":"textDocument/didOpen"}`),
		frame(`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"","languageId":"","version":0,"text":""}}}`),
		frame(`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"untitled:one","languageId":"","version":0,"text":"[RULES]\nIN ACCPT\n"}}}`),
		frame(`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///%zz%00/100.fw","languageId":"","version":0,"text":"IN"}}}`),
		frame(`{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///x","version":1},"contentChanges":[{"text":"x"}]}}`),
		frame(`{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"untitled:one","version":-5},"contentChanges":[{"range":{"start":{"line":9,"character":9},"end":{"line":0,"character":0}},"text":"x"}]}}`),
		frame(`{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"untitled:one","version":1},"contentChanges":[{"range":{"start":{"line":4294967295,"character":4294967295},"end":{"line":-1,"character":1e99}},"text":"x"}]}}`),
		frame(`{"jsonrpc":"2.0","method":"textDocument/didClose","params":{"textDocument":{"uri":"file:///never/opened"}}}`),
		frame(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":12345}}`), frame(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":null}}`),
		frame(`{"jsonrpc":"2.0","id":77,"result":null}`), frame(`{"jsonrpc":"2.0","id":78,"error":{"code":1,"message":"x"}}`),
		"Content-Length: x\r\n\r\n", "Content-Length: -1\r\n\r\n", "Content-Length: 0\r\n\r\n", "\r\n\r\n", "Hello\r\n\r\n", strings.Repeat("x", 10_000) + "\r\n",
		"Content-Type: x\r\nContent-Length: 2\r\nX: y\r\n\r\n{}",
	} {
		if err := c.Raw(sent); err != nil {
			t.Fatal(err)
		}
		alive(t, c, shortened(sent))
	}
}

func shortened(text string) string { return fmt.Sprintf("%.80q", text) }

func TestAnswersToWhatIsNotAsked(t *testing.T) {
	c := editor(t)
	code := func(method string, params any) int {
		var e *lsptest.Error
		if err := c.Call(method, params, nil); !errors.As(err, &e) {
			t.Errorf("%s: %v", method, err)
			return 0
		}
		return e.Code
	}
	if got := code("textDocument/hover", nil); got != -32002 {
		t.Errorf("before initialize: %d", got)
	}
	if _, err := c.Initialize(map[string]any{}); err != nil {
		t.Fatal(err)
	}
	if got := code("initialize", map[string]any{"capabilities": map[string]any{}}); got != -32600 {
		t.Errorf("a second initialize: %d", got)
	}
	if got := code("no/such/method", nil); got != -32601 {
		t.Errorf("an unknown method: %d", got)
	}
	if got := code("textDocument/formatting", map[string]any{"textDocument": 7}); got != -32602 {
		t.Errorf("broken parameters: %d", got)
	}
}

// Texts that no CONFIG may hold, and such as are none, are left alone.
func TestHugeAndBinaryTexts(t *testing.T) {
	dir := files(t, small)
	c := editor(t)
	if _, err := c.Initialize(map[string]any{}, uriIn(dir, "")); err != nil {
		t.Fatal(err)
	}
	doc := uriIn(dir, "100.fw")
	for name, text := range map[string]string{
		"too many lines": strings.Repeat("IN ACCEPT\n", 600_000), "binary": "\x00\x01\x7f[RULES]\n\x00IN\x00", "a long line": "[RULES]\nIN ACCEPT -source " + strings.Repeat("1,", 500_000), "no text": "",
	} {
		if err := c.Open(doc, text); err != nil {
			t.Fatal(err)
		}
		alive(t, c, name)
		if err := c.CloseDocument(doc); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Open(doc, "[OPTIONS]\nenable: 1\n\n[RULES]\nIN ACCPT\n"); err != nil {
		t.Fatal(err)
	}
	if p, err := c.Await(doc, hasCode("action-unknown")); err != nil {
		t.Errorf("%v: %v", err, codes(p))
	}
}

// The server follows files that come and go.
func TestFilesThatDisappear(t *testing.T) {
	dir := files(t, small)
	c := editor(t)
	if _, err := c.Initialize(map[string]any{}, uriIn(dir, "")); err != nil {
		t.Fatal(err)
	}
	changed := func(name string, kind int) {
		t.Helper()
		if err := c.Notify("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{map[string]any{"uri": uriIn(dir, name), "type": kind}}}); err != nil {
			t.Fatal(err)
		}
	}
	const created, altered, deleted = 1, 2, 3
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("101.fw", "[OPTIONS]\nenable: 1\n\n[RULES]\nIN ACCEPT -source dc/nobody\n")
	changed("101.fw", created)
	if p, err := c.Await(uriIn(dir, "101.fw"), hasCode("alias-unknown")); err != nil {
		t.Fatalf("created: %v: %v", err, codes(p))
	}
	write("101.fw", "[OPTIONS]\nenable: 1\n\n[RULES]\nIN ACCEPT -source dc/lan\n")
	changed("101.fw", altered)
	if p, err := c.Await(uriIn(dir, "101.fw"), lacksCode("alias-unknown")); err != nil {
		t.Fatalf("altered: %v: %v", err, codes(p))
	}
	write("101.fw", "[RULES]\nIN ACCPT\n")
	changed("101.fw", altered)
	if p, err := c.Await(uriIn(dir, "101.fw"), hasCode("action-unknown")); err != nil {
		t.Fatalf("altered again: %v: %v", err, codes(p))
	}
	if err := os.Remove(filepath.Join(dir, "101.fw")); err != nil {
		t.Fatal(err)
	}
	changed("101.fw", deleted)
	if p, err := c.Await(uriIn(dir, "101.fw"), func(p lsptest.Published) bool { return len(p.Diagnostics) == 0 }); err != nil {
		t.Fatalf("deleted: %v: %v", err, codes(p))
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	changed("cluster.fw", deleted)
	changed("100.fw", deleted)
	alive(t, c, "the folder has gone")
}

// Two CONFIGs may have the same guest; each document belongs to its own.
func TestTwoRootsWithTheSameGuest(t *testing.T) {
	one, two := files(t, small), files(t, map[string]string{"firewall/cluster.fw": "[OPTIONS]\nenable: 1\n", "firewall/100.fw": small["100.fw"]})
	c := editor(t)
	if _, err := c.Initialize(map[string]any{}, uriIn(one, ""), uriIn(two, "")); err != nil {
		t.Fatal(err)
	}
	if p, err := c.Await(uriIn(two, "firewall/100.fw"), hasCode("alias-unknown")); err != nil {
		t.Fatalf("%v: %v", err, codes(p))
	}
	if err := c.Open(uriIn(one, "100.fw"), strings.Replace(small["100.fw"], "-dport 80", "-dport 80,80,99999", 1)); err != nil {
		t.Fatal(err)
	}
	p, err := c.Await(uriIn(one, "100.fw"), hasCode("port-invalid"))
	if err != nil || slices.Contains(codes(p), "alias-unknown") {
		t.Fatalf("%v: %v", err, codes(p))
	}
	if p, _ := c.Told(uriIn(two, "firewall/100.fw")); slices.Contains(codes(p), "port-invalid") {
		t.Errorf("the other root: %v", codes(p))
	}
}
