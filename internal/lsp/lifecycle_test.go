package lsp

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/lsptest"
	"github.com/pvefw/pvefw/internal/session"
	"github.com/pvefw/pvefw/lint"
)

// row puts a request into a server's table that a test needs.
func row(s *server, name string, w work) {
	s.methods[name] = &method{name: name, begin: func(*server, []byte) (work, error) { return w, nil }}
}

func TestARequestIsCancelled(t *testing.T) {
	s, c := inside(t)
	row(s, "test/wait", func(ctx context.Context) (any, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	if _, err := c.Initialize(map[string]any{}); err != nil {
		t.Fatal(err)
	}
	id, wait := c.Start("test/wait", nil)
	alive(t, c, "a request that waits") // and others are answered meanwhile
	if err := c.Notify("$/cancelRequest", map[string]any{"id": id}); err != nil {
		t.Fatal(err)
	}
	var e *lsptest.Error
	if err := wait(nil); !errors.As(err, &e) || e.Code != -32800 {
		t.Errorf("the answer is %v", err)
	}
}

func TestAPanicIsOneRequests(t *testing.T) {
	s, c := inside(t)
	row(s, "test/panic", func(context.Context) (any, error) { panic("out of luck") })
	if _, err := c.Initialize(map[string]any{}); err != nil {
		t.Fatal(err)
	}
	var e *lsptest.Error
	if err := c.Call("test/panic", nil, nil); !errors.As(err, &e) || e.Code != -32603 || !strings.Contains(e.Message, "out of luck") {
		t.Errorf("the answer is %v", err)
	}
	alive(t, c, "a panic")
	if !slices.ContainsFunc(c.Notices(), func(m lsptest.Message) bool { return m.Method == "window/logMessage" }) {
		t.Error("nobody was told")
	}
}

// slow is a judge that takes its time, as that of a large datacenter does.
type slow struct{}

func (slow) Rules() []*diag.Rule { return nil }

func (slow) Judge(ctx context.Context, _ *lint.Input) (diag.List, error) {
	select {
	case <-ctx.Done():
	case <-time.After(progressDelay + time.Second):
	}
	return nil, ctx.Err()
}

func TestWhatTakesLongIsSaid(t *testing.T) {
	dir := files(t, small)
	s, c := inside(t)
	s.opt.Open = func(path string, set func() Settings) session.Options {
		opt := folder(path, set)
		opt.Rules = func(*load.Loaded) (session.Rules, error) {
			return session.Rules{Judges: []lint.Judge{slow{}}, Options: func() lint.Options { return lint.Options{} }}, nil
		}
		return opt
	}
	if _, err := c.Initialize(map[string]any{"window": map[string]any{"workDoneProgress": true}}, uriIn(dir, "")); err != nil {
		t.Fatal(err)
	}
	var kinds []string
	err := c.AwaitNotice(func(m lsptest.Message) bool {
		var p struct{ Value struct{ Kind string } }
		if m.Method == "$/progress" && json.Unmarshal(m.Params, &p) == nil {
			kinds = append(kinds, p.Value.Kind)
		}
		return len(kinds) > 0 && kinds[len(kinds)-1] == "end"
	})
	if err != nil || kinds[0] != "begin" {
		t.Errorf("%v: %v", err, kinds)
	}
}

func TestTheEditorsSettingsCount(t *testing.T) {
	dir := files(t, small)
	c := editor(t)
	asked := make(chan bool, 8)
	c.Answer = func(method string, _ json.RawMessage) any {
		if method != "workspace/configuration" {
			return nil
		}
		asked <- true
		return []any{map[string]any{"enable": []string{"rule-without-comment", "no-such-rule"}}}
	}
	if _, err := c.Initialize(map[string]any{"workspace": map[string]any{"configuration": true}}, uriIn(dir, "")); err != nil {
		t.Fatal(err)
	}
	doc := uriIn(dir, "100.fw")
	if p, err := c.Await(doc, hasCode("rule-without-comment")); err != nil {
		t.Fatalf("%v: %v", err, codes(p))
	}
	if len(asked) == 0 {
		t.Error("nobody asked")
	}
	settings := map[string]any{"settings": map[string]any{"pvefw": map[string]any{"disable": []string{"style"}}}}
	if err := c.Notify("workspace/didChangeConfiguration", settings); err != nil {
		t.Fatal(err)
	}
	if p, err := c.Await(doc, lacksCode("rule-without-comment")); err != nil {
		t.Fatalf("%v: %v", err, codes(p))
	}
}

func TestFoldersComeAndGo(t *testing.T) {
	dir := files(t, map[string]string{"a/cluster.fw": "[OPTIONS]\nenable: 1\n\n[RULES]\nIN ACCPT\n"})
	c := editor(t)
	if _, err := c.Initialize(map[string]any{}); err != nil {
		t.Fatal(err)
	}
	change := func(what string) {
		t.Helper()
		event := map[string]any{"added": []any{}, "removed": []any{}}
		event[what] = []any{map[string]any{"uri": uriIn(dir, ""), "name": "x"}}
		if err := c.Notify("workspace/didChangeWorkspaceFolders", map[string]any{"event": event}); err != nil {
			t.Fatal(err)
		}
	}
	change("added")
	if p, err := c.Await(uriIn(dir, "a/cluster.fw"), hasCode("action-unknown")); err != nil {
		t.Fatalf("%v: %v", err, codes(p))
	}
	change("removed")
	if p, err := c.Await(uriIn(dir, "a/cluster.fw"), func(p lsptest.Published) bool { return len(p.Diagnostics) == 0 }); err != nil {
		t.Fatalf("%v: %v", err, codes(p))
	}
}

// A file in no CONFIG is checked alone, if it is one of ours.
func TestAFileAlone(t *testing.T) {
	dir := files(t, map[string]string{"100.fw": "[RULES]\nIN ACCPT\n", "router.fw": "UBNT firmware\nIN ACCPT\n", "backup.fw": "[RULES]\nIN ACCPT\n"})
	c := editor(t)
	if _, err := c.Initialize(map[string]any{}); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"100.fw": "[RULES]\nIN ACCPT\n", "router.fw": "UBNT firmware\nIN ACCPT\n", "backup.fw": "[RULES]\nIN ACCPT\n"} {
		if err := c.Open(uriIn(dir, name), text); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"100.fw", "backup.fw"} {
		if p, err := c.Await(uriIn(dir, name), hasCode("action-unknown")); err != nil {
			t.Errorf("%s: %v: %v", name, err, codes(p))
		}
	}
	if p, told := c.Told(uriIn(dir, "router.fw")); told && len(p.Diagnostics) > 0 {
		t.Errorf("firmware: %v", codes(p))
	}
	if err := c.CloseDocument(uriIn(dir, "100.fw")); err != nil {
		t.Fatal(err)
	}
	if p, err := c.Await(uriIn(dir, "100.fw"), func(p lsptest.Published) bool { return len(p.Diagnostics) == 0 }); err != nil {
		t.Errorf("closed: %v: %v", err, codes(p))
	}
}

func TestOverASocket(t *testing.T) {
	file, err := pvefw()
	if err != nil {
		t.Skipf("skipped: %s: pvefw does not build here: %v", t.Name(), err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skipf("skipped: %s: nobody can listen here: %v", t.Name(), err)
	}
	address := l.Addr().String()
	l.Close()
	cmd := exec.Command(file, "lsp", "--socket", address)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	conn := dial(t, address)
	c := lsptest.New(conn, conn)
	if _, err := c.Initialize(map[string]any{}); err != nil {
		t.Error(err)
	}
	if err := c.Shutdown(); err != nil {
		t.Error(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	for end := time.Now().Add(lsptest.Patience); ; time.Sleep(10 * time.Millisecond) {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			return conn
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}
