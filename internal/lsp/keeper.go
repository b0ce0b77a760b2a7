package lsp

import (
	"context"
	"sync"
	"time"

	"github.com/pvefw/pvefw/internal/session"
	"go.lsp.dev/protocol"
)

// keeper follows one CONFIG: whenever a text changes it says at once what can be said
// about that file, and when the texts have come to rest it looks at everything.
type keeper struct {
	ctx  context.Context
	end  context.CancelFunc
	call chan struct{} // somebody has changed something

	mu    sync.Mutex
	dirty map[string]bool // files to be told about
}

func (k *keeper) start(s *server, r *root) {
	k.ctx, k.end = context.WithCancel(s.ctx)
	k.call, k.dirty = make(chan struct{}, 1), map[string]bool{}
	go k.keep(s, r)
	k.wake("")
}

func (k *keeper) stop() { k.end() }

// wake tells that a file has changed, or without a name, that any may have.
func (k *keeper) wake(name string) {
	k.mu.Lock()
	if name != "" {
		k.dirty[name] = true
	}
	k.mu.Unlock()
	select {
	case k.call <- struct{}{}:
	default:
	}
}

func (k *keeper) take() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	var names []string
	for name := range k.dirty {
		names = append(names, name)
	}
	clear(k.dirty)
	return names
}

// keep runs until the CONFIG is closed. One look at everything is on its way at most;
// it ends when a text changes.
func (k *keeper) keep(s *server, r *root) {
	rest := time.NewTimer(s.opt.Settle)
	rest.Stop()
	defer rest.Stop()
	busy, stop := make(chan struct{}, 1), func() {}
	defer func() { stop() }()
	for {
		select {
		case <-k.ctx.Done():
			return
		case <-k.call:
			stop()
			for _, name := range k.take() {
				s.quick(k.ctx, r, name)
			}
			rest.Reset(s.opt.Settle)
		case <-rest.C:
			stop()
			stop = k.look(s, r, busy)
		}
	}
}

// look begins to look at everything, once the look before has ended.
func (k *keeper) look(s *server, r *root, busy chan struct{}) (stop func()) {
	ctx, cancel := context.WithCancel(k.ctx)
	go func() {
		busy <- struct{}{}
		defer func() { <-busy }()
		s.settle(ctx, r)
	}()
	return cancel
}

// quick tells about one file, where the client waits to be told.
func (s *server) quick(ctx context.Context, r *root, name string) {
	defer s.survive("diagnostics of " + name)
	if !s.client.pulls {
		s.publishQuick(ctx, r, name)
	}
}

// settle looks at everything and tells about every file.
func (s *server) settle(ctx context.Context, r *root) {
	defer s.survive("diagnostics of " + r.path)
	if ctx.Err() != nil {
		return
	}
	v := s.viewOf(r)
	x, err := v.Settle(ctx)
	switch {
	case session.Stopped(err):
		return
	case err != nil:
		s.log("%s: %v", r.path, err)
		s.tell(protocol.MessageTypeError, "pvefw: "+err.Error())
		return
	}
	if s.client.pulls {
		if s.client.refreshes {
			s.ask(protocol.MethodWorkspaceDiagnosticRefresh, nil)
		}
		return
	}
	s.publishAll(v, x)
}

// mostPublished bounds the files that the client is told about without having opened
// them.
const mostPublished = 2000

func (s *server) publishAll(v *view, x *session.Settled) {
	told := 0
	for _, name := range v.Names() {
		_, open := s.docs.get(name)
		if !open && told == mostPublished {
			continue
		}
		list := x.Of(name)
		if len(list) > 0 && !open {
			told++
		}
		s.publish(name, v.diagnostics(list))
	}
}

// survive keeps a panic in the background from ending the server.
func (s *server) survive(what string) {
	var err error
	s.contain(what, &err)
}
