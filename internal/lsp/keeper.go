package lsp

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/pvefw/pvefw/internal/diag"
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
	again bool            // the CONFIG is to be read again
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
	k.ring()
}

// reload tells that files have come or gone.
func (k *keeper) reload() {
	k.mu.Lock()
	k.again = true
	k.mu.Unlock()
	k.ring()
}

func (k *keeper) ring() {
	select {
	case k.call <- struct{}{}:
	default:
	}
}

func (k *keeper) take() (names []string, again bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	names, again = slices.Collect(maps.Keys(k.dirty)), k.again
	clear(k.dirty)
	k.again = false
	return names, again
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
			names, again := k.take()
			if again {
				names = s.reread(r)
			}
			for _, name := range names {
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

// reread reads the CONFIG again, and names its files that an editor holds.
func (s *server) reread(r *root) []string {
	defer s.survive("reading " + r.path)
	if err := r.Reload(); err != nil {
		s.log("%s: %v", r.path, err)
		s.tell(protocol.MessageTypeWarning, "pvefw: "+diag.Visible(err.Error()))
	}
	s.adopt(r)
	return slices.DeleteFunc(r.Overlays(), func(name string) bool { return !r.Holds(name) })
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
	s.judge(ctx, r, v)
	done := s.progress("pvefw: checking " + diag.Visible(r.path))
	x, err := v.Settle(ctx)
	done()
	switch {
	case session.Stopped(err):
		return
	case err != nil:
		s.log("%s: %v", r.path, err)
		s.tell(protocol.MessageTypeError, "pvefw: "+diag.Visible(err.Error()))
		return
	}
	if s.client.pulls {
		if s.client.refreshes {
			s.ask(protocol.MethodWorkspaceDiagnosticRefresh, nil)
		}
		return
	}
	s.publishAll(r, v, x)
}

// manyFiles is from how many files on a look at everything is worth waiting for with
// something in hand.
const manyFiles = 100

// judge tells what the judges say about the open documents of a large CONFIG, before
// they are asked about all of it.
func (s *server) judge(ctx context.Context, r *root, v *view) {
	if s.client.pulls || len(v.Names()) < manyFiles {
		return
	}
	for _, name := range s.docs.names() {
		if !r.Holds(name) || ctx.Err() != nil {
			continue
		}
		list, err := v.Judge(ctx, name)
		if err == nil {
			s.publish(name, v.diagnostics(list))
		}
	}
}

// mostPublished bounds the files that the client is told about without having opened
// them.
const mostPublished = 2000

func (s *server) publishAll(r *root, v *view, x *session.Settled) {
	told, names := 0, x.Names()
	for _, name := range names {
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
	for _, name := range s.shown.names() {
		if _, still := slices.BinarySearch(names, name); !still && !r.alone && within(r.path, name) && !s.held(name) {
			s.forget(name) // the file has gone
		}
	}
}

// held tells that a file belongs to some CONFIG.
func (s *server) held(name string) bool {
	return slices.ContainsFunc(s.roots.list(), func(r *root) bool { return r.Holds(name) })
}

// survive keeps a panic in the background from ending the server.
func (s *server) survive(what string) {
	var err error
	s.contain(what, &err)
}
