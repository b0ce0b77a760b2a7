package lsp

import (
	"cmp"
	"slices"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/session"
	"github.com/pvefw/pvefw/internal/source"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// view is what a feature sees: a CONFIG in one state, and one of its documents. It
// serves one request and is not for several goroutines.
type view struct {
	*session.Snapshot
	name    string       // of the document; empty where the CONFIG as such is meant
	file    *source.File // its text; nil likewise
	client  *client
	places  *places
	uriOf   func(name string) uri.URI
	help    func(*diag.Rule) string // where a rule is explained; empty for nowhere
	colours *colourings
	// version is that of an open document.
	version func(name string) (int32, bool)
}

// view is what is known about a document now; nil where that is nothing.
func (s *server) view(u uri.URI) *view {
	name := nameOf(u)
	r := s.rootOf(name)
	if r == nil {
		return nil
	}
	v := s.viewOf(r)
	if v.file = v.File(name); v.file == nil {
		return nil
	}
	v.name = name
	return v
}

func (s *server) viewOf(r *root) *view {
	return &view{
		Snapshot: r.Snapshot(), client: &s.client, places: newPlaces(s.client.utf8), uriOf: s.uriOf, help: s.opt.Help, colours: &s.colours,
		version: func(name string) (int32, bool) {
			doc, ok := s.docs.get(name)
			return doc.version, ok
		},
	}
}

// views are all CONFIGs, by path.
func (s *server) views() []*view {
	var out []*view
	for _, r := range s.roots.list() {
		out = append(out, s.viewOf(r))
	}
	return out
}

// lines are those of the document.
func (v *view) lines() *lines { return v.places.of(v.file) }

// offset is the byte of the document at a position.
func (v *view) offset(p protocol.Position) int { return v.lines().offset(p) }

func (v *view) rangeOf(s source.Span) protocol.Range { return v.places.rangeOf(s) }

// location is a place for the client.
func (v *view) location(s source.Span) protocol.Location {
	return protocol.Location{URI: v.uriOf(s.File.Name()), Range: v.rangeOf(s)}
}

// textEdits are edits of one file, from its end to its beginning.
func (v *view) textEdits(edits []source.Edit) []protocol.TextEdit {
	sorted := slices.Clone(edits)
	slices.SortStableFunc(sorted, func(a, b source.Edit) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	out := make([]protocol.TextEdit, 0, len(sorted))
	for _, e := range sorted {
		e = wholeEnds(e)
		out = append(out, protocol.TextEdit{Range: v.rangeOf(e.Span), NewText: e.Text})
	}
	return out
}

// wholeEnds widens an edit that begins or ends between a CR and its LF, where the
// protocol has no position.
func wholeEnds(e source.Edit) source.Edit {
	text := e.Span.File.Bytes()
	split := func(at int32) bool {
		return at > 0 && int(at) < len(text) && text[at-1] == '\r' && text[at] == '\n'
	}
	if split(e.Span.Start) {
		e.Span.Start--
		e.Text = "\r" + e.Text
	}
	if split(e.Span.End) {
		e.Span.End++
		e.Text += "\n"
	}
	return e
}

// workspaceEdit makes edits of any files, for the texts that this view has.
func (v *view) workspaceEdit(edits []source.Edit) *protocol.WorkspaceEdit {
	byFile := map[*source.File][]source.Edit{}
	var files []*source.File
	for _, e := range edits {
		if byFile[e.Span.File] == nil {
			files = append(files, e.Span.File)
		}
		byFile[e.Span.File] = append(byFile[e.Span.File], e)
	}
	w := &protocol.WorkspaceEdit{}
	for _, f := range files {
		at, list := v.uriOf(f.Name()), v.textEdits(byFile[f])
		if !v.client.documentChanges {
			if w.Changes == nil {
				w.Changes = map[uri.URI][]protocol.TextEdit{}
			}
			w.Changes[at] = list
			continue
		}
		change := &protocol.TextDocumentEdit{}
		change.TextDocument.URI = at
		if n, open := v.version(f.Name()); open {
			change.TextDocument.Version = &n
		}
		for i := range list {
			change.Edits = append(change.Edits, &list[i])
		}
		w.DocumentChanges = append(w.DocumentChanges, change)
	}
	return w
}
