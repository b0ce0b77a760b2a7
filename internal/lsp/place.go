package lsp

import (
	"context"

	"github.com/pvefw/pvefw/internal/assist"
	"github.com/pvefw/pvefw/internal/source"
	"go.lsp.dev/protocol"
)

// The features that say something about a place are mappings of internal/assist, one
// to one: what is true about a file is decided there, and how it is told here.

// about is a feature of one document that assist answers. Those that need what other
// files say wait until all are read.
func about[P, R any](name string, all bool, at func(*P) protocol.TextDocumentIdentifier,
	feature func(*view, assist.File, *P) R, offer func(*protocol.ServerCapabilities)) method {
	return document(name, at, func(_ context.Context, v *view, p *P) (R, error) {
		var none R
		f, ok := v.assist(all)
		if !ok {
			return none, nil
		}
		return feature(v, f, p), nil
	}, offer)
}

// located is about for requests that have a position.
func located[P, R any](name string, all bool, at func(*P) *protocol.TextDocumentPositionParams,
	feature func(*view, assist.Place, *P) R, offer func(*protocol.ServerCapabilities)) method {
	return about(name, all, func(p *P) protocol.TextDocumentIdentifier { return at(p).TextDocument },
		func(v *view, f assist.File, p *P) R { return feature(v, f.At(v.offset(at(p).Position)), p) }, offer)
}

// assist is the document as assist sees it.
func (v *view) assist(all bool) (assist.File, bool) {
	if all {
		return v.AssistAll(v.name)
	}
	return v.Assist(v.name)
}

// span is a range of the document in bytes.
func (v *view) span(r protocol.Range) source.Span {
	start, end := v.offset(r.Start), v.offset(r.End)
	return v.file.Span(min(start, end), max(start, end))
}

func (v *view) locations(list []source.Span) []protocol.Location {
	out := make([]protocol.Location, 0, len(list))
	for _, s := range list {
		out = append(out, v.location(s))
	}
	return out
}

// markdown is a text for a popup; nil for none.
func markdown(text string) *protocol.MarkupContent {
	return &protocol.MarkupContent{Kind: protocol.MarkupKindMarkdown, Value: text}
}

func yes() *bool {
	b := true
	return &b
}
