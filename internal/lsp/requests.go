package lsp

import (
	"context"
	"sync"

	"go.lsp.dev/jsonrpc2"
)

// requests are those that are being answered. Their contexts are not the library's:
// those may not be watched beyond the end of a request, which the contexts made of
// them do.
type requests struct {
	mu   sync.Mutex
	byID map[jsonrpc2.ID]context.CancelFunc
}

// begin makes the context of a request; done is to be called at its end.
func (r *requests) begin(parent context.Context, id jsonrpc2.ID) (ctx context.Context, done func()) {
	ctx, cancel := context.WithCancel(parent)
	r.mu.Lock()
	r.byID[id] = cancel
	r.mu.Unlock()
	return ctx, func() {
		r.mu.Lock()
		delete(r.byID, id)
		r.mu.Unlock()
		cancel()
	}
}

// cancel ends the context of a request, if it is still being answered.
func (r *requests) cancel(id jsonrpc2.ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if cancel := r.byID[id]; cancel != nil {
		cancel()
	}
}
