package lsp

import (
	"context"
	"encoding/json"

	"github.com/pvefw/pvefw/internal/assist"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// Clients hand an item back to have it completed, with the data that came with it.
// That may be anything by then.

// resolved completes an item. One whose data leads nowhere comes back as it was.
func resolved[P any](name string, data func(*P) protocol.LSPAny, complete func(*view, assist.File, *P)) method {
	return method{name: name, begin: func(s *server, raw []byte) (work, error) {
		p, err := decode[P](raw)
		if err != nil {
			return nil, err
		}
		var v *view
		if of := documentOf(data(p)); of != "" {
			v = s.view(of)
		}
		return func(context.Context) (any, error) {
			if v != nil {
				if f, ok := v.assist(false); ok {
					complete(v, f, p)
				}
			}
			return p, nil
		}, nil
	}}
}

// held reads such data.
func held(data protocol.LSPAny, into any) bool {
	return len(data) > 0 && json.Unmarshal(data, into) == nil
}

// documentOf is the document that data is about; empty where it names none.
func documentOf(data protocol.LSPAny) uri.URI {
	var of struct {
		URI string `json:"uri"`
	}
	held(data, &of)
	return uri.URI(of.URI)
}
