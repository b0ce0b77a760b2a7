package session

import (
	"bytes"
	"maps"
	"slices"
	"sync"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/assist"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// Snapshot is one state of a session's files. It never changes; what is asked of it
// is found once and kept.
type Snapshot struct {
	session *Session
	loaded  *load.Loaded
	rules   Rules
	in      config.Input
	places  map[string]place

	whole   sync.Once
	cfg     *config.Config
	found   diag.List
	turn    chan struct{} // of whoever settles
	mu      sync.Mutex
	near    map[string]*near
	settled *Settled
	worlds  map[string]assist.File

	indexOnce sync.Once
	indexed   *assist.Index
}

// with is the snapshot in which one more file has another text; s itself where it has
// that text already, or is none of the CONFIG's.
func (s *Snapshot) with(name string, data []byte) *Snapshot {
	p, ok := s.places[name]
	if !ok || bytes.Equal(p.find(&s.in).Bytes(), data) {
		return s
	}
	next := &Snapshot{session: s.session, loaded: s.loaded, rules: s.rules, in: s.in, places: s.places, turn: make(chan struct{}, 1)}
	p.put(&next.in, source.NewFile(name, data))
	return next
}

// Path is the CONFIG for the other commands of pvefw; of a text that stands alone, the
// file that it is on disk, if it is.
func (s *Snapshot) Path() string {
	if name := s.loaded.Name; name != "-" {
		return name
	}
	return slices.Concat(s.Names(), []string{"-"})[0]
}

// Names lists the .fw files of the CONFIG that Proxmox reads, sorted.
func (s *Snapshot) Names() []string { return slices.Sorted(maps.Keys(s.places)) }

// File is a file by its name; nil when it is none of the CONFIG's.
func (s *Snapshot) File(name string) *source.File {
	p, ok := s.places[name]
	if !ok {
		return nil
	}
	return p.find(&s.in)
}

// Around is the CONFIG as one of its files sees it: with the file itself, cluster.fw
// and the node's files as they are, and without other guests. It is there within the
// time of a keystroke. Nil when the file is none of the CONFIG's.
func (s *Snapshot) Around(name string) *config.Config {
	if n := s.nearOf(name); n != nil {
		return n.cfg
	}
	return nil
}

// FW is what the file says, in the CONFIG that Around gives.
func (s *Snapshot) FW(name string) *config.FW {
	if n := s.nearOf(name); n != nil {
		return n.place.resolved(n.cfg)
	}
	return nil
}

// Tree is the syntax of a file; nil when it is none of the CONFIG's.
func (s *Snapshot) Tree(name string) *grammar.File {
	if fw := s.FW(name); fw != nil {
		return fw.File
	}
	return nil
}

func (s *Snapshot) nearOf(name string) *near {
	p, ok := s.places[name]
	if !ok {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := s.near[name]; n != nil {
		return n
	}
	s.session.mu.Lock()
	last := s.session.near[name]
	s.session.mu.Unlock()
	n := p.resolve(&s.in, last)
	if s.near == nil {
		s.near = map[string]*near{}
	}
	s.near[name] = n
	s.session.remember(name, n, s.loaded)
	return n
}

// mostNear bounds the slices that are kept; an editor is at a few files at a time.
const mostNear = 64

// remember keeps the last slice of a file for the next one.
func (s *Session) remember(name string, n *near, of *load.Loaded) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.loaded != of {
		return
	}
	if len(s.near) >= mostNear {
		clear(s.near)
		clear(s.nearNames)
	}
	s.near[name] = n
}

// Config is the whole CONFIG. With many guests that takes as long as a lint.
func (s *Snapshot) Config() *config.Config {
	cfg, _ := s.resolved()
	return cfg
}

// resolved is Config with what reading it found, which belongs to the snapshot.
func (s *Snapshot) resolved() (*config.Config, diag.List) {
	s.whole.Do(func() { s.cfg, s.found = config.Resolve(s.in) })
	return s.cfg, s.found
}

// Resolved is what a file says in Config.
func (s *Snapshot) Resolved(name string) *config.FW {
	p, ok := s.places[name]
	if !ok {
		return nil
	}
	return p.resolved(s.Config())
}
