package session

import (
	"context"
	"sync"

	"github.com/pvefw/pvefw/internal/assist"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/internal/verify"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
)

// Assist is a file as the answers of an editor see it, within the time of a
// keystroke: what it says about other files is left out until the first look at
// everything is done. False when the file is none of the CONFIG's.
func (s *Snapshot) Assist(name string) (f assist.File, ok bool) {
	n := s.nearOf(name)
	if n == nil {
		return f, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.worlds == nil {
		s.worlds = map[string]assist.File{}
	}
	if f, ok = s.worlds[name]; !ok {
		f = s.assisted(n, name)
		s.worlds[name] = f
	}
	return f, true
}

// AssistAll is Assist for answers about all files: it waits until they are read.
func (s *Snapshot) AssistAll(name string) (assist.File, bool) {
	f, ok := s.Assist(name)
	if ok {
		w := *f.World
		w.Everyone = s.names
		f.World = &w
	}
	return f, ok
}

// Everything is a World that knows all files and stands in none of them.
func (s *Snapshot) Everything() *assist.World {
	return &assist.World{Index: s.names}
}

// assisted makes the File of a slice.
func (s *Snapshot) assisted(n *near, name string) assist.File {
	w := &assist.World{Config: n.cfg}
	w.Index = sync.OnceValue(func() *assist.Index { return s.session.index(name, n.cfg) })
	w.Everyone = func() *assist.Index {
		if s.session.lastSettled() == nil {
			return nil
		}
		return s.names()
	}
	w.Findings = func(f *source.File) diag.List {
		if f.Name() != name {
			return nil
		}
		found, _ := s.Findings(context.Background(), name)
		return found
	}
	w.Policy = s.policies(n)
	w.Suites = sync.OnceValue(s.suites)
	f := assist.File{World: w, FW: n.place.resolved(n.cfg)}
	switch n.place.kind {
	case guestFile:
		f.Guest, f.Node = n.cfg.Nodes[0].Guests[0], n.cfg.Nodes[0].Name
	case hostFile:
		f.Node = n.cfg.Nodes[0].Name
	}
	return f
}

// index is the index of a slice; names of texts that its last one had are shared.
func (s *Session) index(name string, cfg *config.Config) *assist.Index {
	s.mu.Lock()
	known := s.nearNames[name]
	s.mu.Unlock()
	x := assist.NewIndex(cfg, known)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nearNames[name] = x.Known()
	return x
}

// policies are those of the last look at everything, where nothing has changed since,
// else those of the slice: the node and the guest itself.
func (s *Snapshot) policies(n *near) func(node string) *ir.Policy {
	lowered := sync.OnceValue(func() map[string]*ir.Policy {
		all := map[string]*ir.Policy{}
		for _, node := range n.cfg.Nodes {
			all[node.Name], _ = lower.Lower(n.cfg, node, lower.Reference)
		}
		return all
	})
	return func(node string) *ir.Policy {
		if x := s.session.lastSettled(); n.place.kind == clusterFile && s.isSettled(x) {
			for i, at := range x.Config.Nodes {
				if at.Name == node {
					return x.Policies[i]
				}
			}
		}
		return lowered()[node]
	}
}

// names are those of all files: of the last look at everything, and of the texts that
// have changed since.
func (s *Snapshot) names() *assist.Index {
	s.indexOnce.Do(func() {
		x := s.session.lastSettled()
		if x == nil {
			s.indexed = assist.NewIndex(s.Config(), nil)
			return
		}
		base := x.names()
		var changed []*config.FW
		for _, name := range s.Names() {
			if s.File(name) != x.snapshot.File(name) {
				changed = append(changed, s.FW(name))
			}
		}
		if len(changed) > 0 {
			base = base.With(changed...)
		}
		s.indexed = base
	})
	return s.indexed
}

// names are those of all files as they were looked at; made once, out of those that
// were made last.
func (x *Settled) names() *assist.Index {
	x.indexOnce.Do(func() {
		s := x.snapshot.session
		s.mu.Lock()
		known := s.allNames
		s.mu.Unlock()
		x.indexed = assist.NewIndex(x.Config, known)
		s.mu.Lock()
		s.allNames = x.indexed.Known()
		s.mu.Unlock()
	})
	return x.indexed
}

// suites are the tests of the CONFIG that can be read.
func (s *Snapshot) suites() []*verify.Suite {
	var all []*verify.Suite
	for _, f := range s.loaded.Tests {
		if suite, found := load.ParseTests(f); suite != nil && len(found) == 0 {
			all = append(all, suite)
		}
	}
	return all
}
