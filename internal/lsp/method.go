package lsp

import (
	"context"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

// method is a row of the table. begin runs in the order in which messages arrive, so
// it must be quick; the work that it returns runs side by side with that of others.
type method struct {
	name string
	// offer says in the server's capabilities that the method is there.
	offer func(*protocol.ServerCapabilities)
	begin func(s *server, params []byte) (work, error)
	// alone lets nothing else begin until the answer is sent.
	alone bool
}

// work answers a request; nil is nothing to do, and null for an answer.
type work func(context.Context) (any, error)

// document is a feature of one document: a function of a view of it and of the
// request. Documents that the server does not know have null for an answer.
func document[P, R any](name string, at func(*P) protocol.TextDocumentIdentifier,
	feature func(context.Context, *view, *P) (R, error), offer func(*protocol.ServerCapabilities)) method {
	return method{name: name, offer: offer, begin: func(s *server, raw []byte) (work, error) {
		p, err := decode[P](raw)
		if err != nil {
			return nil, err
		}
		v := s.view(at(p).URI)
		if v == nil {
			return nil, nil
		}
		return func(ctx context.Context) (any, error) { return feature(ctx, v, p) }, nil
	}}
}

// workspace is a feature of all CONFIGs that are open.
func workspace[P, R any](name string, feature func(context.Context, []*view, *P) (R, error), offer func(*protocol.ServerCapabilities)) method {
	return method{name: name, offer: offer, begin: func(s *server, raw []byte) (work, error) {
		p, err := decode[P](raw)
		if err != nil {
			return nil, err
		}
		all := s.views()
		return func(ctx context.Context) (any, error) { return feature(ctx, all, p) }, nil
	}}
}

// notice is a notification, or a request about the server itself.
func notice[P any](name string, do func(*server, *P) (work, error)) method {
	return method{name: name, alone: true, begin: func(s *server, raw []byte) (work, error) {
		p, err := decode[P](raw)
		if err != nil {
			return nil, err
		}
		return do(s, p)
	}}
}

// decode reads parameters; missing ones are empty.
func decode[P any](raw []byte) (*P, error) {
	p := new(P)
	if len(raw) == 0 {
		return p, nil
	}
	if err := protocol.Unmarshal(raw, p); err != nil {
		return nil, jsonrpc2.NewError(jsonrpc2.InvalidParams, "the parameters are not understood")
	}
	return p, nil
}
