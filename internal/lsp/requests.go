package lsp

import (
	"context"
	"sync"

	"go.lsp.dev/jsonrpc2"
)

// requests are the requests that are being answered. Their contexts are made of the
// connection's: what jsonrpc2 hands over is used again as soon as the answer is out,
// and a context that was made of it may still look at it then.
type requests struct {
	sync.Mutex
	cancels map[jsonrpc2.ID]context.CancelFunc
}

// begin is the context of a request, which done ends.
func (r *requests) begin(ctx context.Context, id jsonrpc2.ID) (_ context.Context, done func()) {
	ctx, cancel := context.WithCancel(ctx)
	r.Lock()
	defer r.Unlock()
	r.cancels[id] = cancel
	return ctx, func() {
		r.cancel(id)
		r.Lock()
		defer r.Unlock()
		delete(r.cancels, id)
	}
}

// cancel ends a request that is still being answered.
func (r *requests) cancel(id jsonrpc2.ID) {
	r.Lock()
	defer r.Unlock()
	if cancel := r.cancels[id]; cancel != nil {
		cancel()
	}
}
