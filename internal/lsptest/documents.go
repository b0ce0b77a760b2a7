package lsptest

import (
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf16"
)

// Position is a place in a text; characters are UTF-16 code units.
type Position struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

// Range is a part of a text.
type Range struct {
	Start Position `json:"start"`
	End   Position `json:"end"`
}

// Diagnostic is a finding as the client gets it.
type Diagnostic struct {
	Range           Range  `json:"range"`
	Severity        int    `json:"severity"`
	Code            string `json:"code"`
	CodeDescription struct {
		Href string `json:"href"`
	} `json:"codeDescription"`
	Source             string `json:"source"`
	Message            string `json:"message"`
	Tags               []int  `json:"tags,omitempty"`
	RelatedInformation []struct {
		Location struct {
			URI   string `json:"uri"`
			Range Range  `json:"range"`
		} `json:"location"`
		Message string `json:"message"`
	} `json:"relatedInformation,omitempty"`
}

// TextEdit replaces a part of a text.
type TextEdit struct {
	Range   Range  `json:"range"`
	NewText string `json:"newText"`
}

// Initialize says hello with the client's capabilities, a value that becomes JSON, and
// the folders of the workspace.
func (c *Client) Initialize(capabilities any, folders ...string) (result json.RawMessage, err error) {
	list := []any{}
	for _, uri := range folders {
		list = append(list, map[string]any{"uri": uri, "name": uri})
	}
	err = c.Call("initialize", map[string]any{"processId": nil, "rootUri": nil, "capabilities": capabilities, "workspaceFolders": list}, &result)
	if err == nil {
		err = c.Notify("initialized", map[string]any{})
	}
	return result, err
}

// Shutdown takes leave.
func (c *Client) Shutdown() error {
	if err := c.Call("shutdown", nil, nil); err != nil {
		return err
	}
	return c.Notify("exit", nil)
}

// Open opens a document.
func (c *Client) Open(uri, text string) error {
	c.mu.Lock()
	c.texts[uri] = text
	c.mu.Unlock()
	return c.Notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{
		"uri": uri, "languageId": "pvefw", "version": 1, "text": text}})
}

// Change makes edits one after the other, each in the text that the one before leaves.
func (c *Client) Change(uri string, version int, edits ...TextEdit) error {
	c.mu.Lock()
	for _, e := range edits {
		c.texts[uri] = Apply(c.texts[uri], e)
	}
	c.mu.Unlock()
	changes := []any{}
	for _, e := range edits {
		changes = append(changes, map[string]any{"range": e.Range, "text": e.NewText})
	}
	return c.Notify("textDocument/didChange", map[string]any{
		"textDocument": map[string]any{"uri": uri, "version": version}, "contentChanges": changes})
}

// CloseDocument closes a document.
func (c *Client) CloseDocument(uri string) error {
	return c.Notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": uri}})
}

// Text is a document's text, as the client has it.
func (c *Client) Text(uri string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.texts[uri]
}

// Apply makes an edit of a text.
func Apply(text string, e TextEdit) string {
	return text[:offset(text, e.Range.Start)] + e.NewText + text[offset(text, e.Range.End):]
}

// offset is the byte at a position.
func offset(text string, p Position) int {
	at := 0
	for range p.Line {
		n := strings.IndexAny(text[at:], "\r\n")
		if n < 0 {
			return len(text)
		}
		at += n + 1
		if text[at-1] == '\r' && strings.HasPrefix(text[at:], "\n") {
			at++
		}
	}
	left := p.Character
	for _, r := range text[at:] {
		if n := utf16.RuneLen(r); r == '\n' || r == '\r' || left < n {
			break
		} else {
			left -= n
		}
		at += len(string(r))
	}
	return at
}

// Await waits until the server has published what satisfies ok about a document.
func (c *Client) Await(uri string, ok func(Published) bool) (Published, error) {
	return c.awaitAny(func() (Published, bool) {
		p, told := c.told[uri]
		return p, told && ok(p)
	})
}

func (c *Client) awaitAny(found func() (Published, bool)) (Published, error) {
	late := time.AfterFunc(Patience, func() { c.changed.Broadcast() })
	defer late.Stop()
	end := time.Now().Add(Patience)
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		p, ok := found()
		switch {
		case ok:
			return p, nil
		case c.broken != nil:
			return p, c.broken
		case time.Now().After(end):
			return p, errors.New("the server did not publish what was expected")
		}
		c.changed.Wait()
	}
}

// Notices are the other messages that the server has sent so far.
func (c *Client) Notices() []Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Message(nil), c.notices...)
}

// Told is what the server has published about a document so far.
func (c *Client) Told(uri string) (Published, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, told := c.told[uri]
	return p, told
}

// AwaitNotice waits for a message that satisfies ok; it is asked about each once, in
// their order.
func (c *Client) AwaitNotice(ok func(Message) bool) error {
	seen := 0
	_, err := c.awaitAny(func() (Published, bool) {
		for ; seen < len(c.notices); seen++ {
			if ok(c.notices[seen]) {
				return Published{}, true
			}
		}
		return Published{}, false
	})
	return err
}
