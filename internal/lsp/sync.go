package lsp

import (
	"bytes"
	"maps"
	"slices"
	"sync"

	"github.com/pvefw/pvefw/internal/load"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// openDoc is a document that the client has open: its text is the client's, not the
// disk's.
type openDoc struct {
	uri     uri.URI // as the client writes it
	version int32
	text    []byte // never changed, only replaced
}

// docs are the open documents by name.
type docs struct {
	sync.Mutex
	open map[string]*openDoc
}

func (d *docs) get(name string) (openDoc, bool) {
	d.Lock()
	defer d.Unlock()
	doc, ok := d.open[name]
	if !ok {
		return openDoc{}, false
	}
	return *doc, true
}

func (d *docs) put(name string, doc *openDoc) {
	d.Lock()
	defer d.Unlock()
	d.open[name] = doc
}

func (d *docs) drop(name string) {
	d.Lock()
	defer d.Unlock()
	delete(d.open, name)
}

func (d *docs) names() []string {
	d.Lock()
	defer d.Unlock()
	return slices.Sorted(maps.Keys(d.open))
}

func (s *server) didOpen(p *protocol.DidOpenTextDocumentParams) (work, error) {
	name := nameOf(p.TextDocument.URI)
	s.docs.put(name, &openDoc{p.TextDocument.URI, p.TextDocument.Version, []byte(p.TextDocument.Text)})
	s.edited(name)
	return nil, nil
}

func (s *server) didChange(p *protocol.DidChangeTextDocumentParams) (work, error) {
	name := nameOf(p.TextDocument.URI)
	doc, ok := s.docs.get(name)
	if !ok {
		s.log("didChange: %s is not open", name)
		return nil, nil
	}
	for _, c := range p.ContentChanges {
		doc.text = s.changed(doc.text, c)
	}
	doc.version = p.TextDocument.Version
	s.docs.put(name, &doc)
	s.edited(name)
	return nil, nil
}

// changed makes one change, to which the next one's places refer.
func (s *server) changed(text []byte, c protocol.TextDocumentContentChangeEvent) []byte {
	switch c := c.(type) {
	case *protocol.TextDocumentContentChangeWholeDocument:
		return []byte(c.Text)
	case *protocol.TextDocumentContentChangePartial:
		start, end := newLines(text, s.client.utf8).span(c.Range)
		return slices.Concat(text[:start], []byte(c.Text), text[end:])
	}
	return text
}

func (s *server) didSave(p *protocol.DidSaveTextDocumentParams) (work, error) {
	name := nameOf(p.TextDocument.URI)
	s.saved(name)
	s.joined(name)
	return nil, nil
}

func (s *server) didClose(p *protocol.DidCloseTextDocumentParams) (work, error) {
	name := nameOf(p.TextDocument.URI)
	s.docs.drop(name)
	s.colours.drop(name)
	s.closed(name)
	return nil, nil
}

// tooLarge tells a text that no CONFIG may hold.
func tooLarge(text []byte) bool {
	return len(text) > load.MaxFileSize || bytes.Count(text, []byte("\n")) > load.MaxLines
}
