package session

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/pvefw/pvefw/internal/assist"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/lint"
)

// Rules are what is in force for a CONFIG. Options makes new ones for each lint,
// because a lint notes in them what it has met.
type Rules struct {
	Judges  []lint.Judge
	Options func() lint.Options
}

// Options say how a session gets at its CONFIG.
type Options struct {
	// Load reads the CONFIG, without what an editor holds. The names of its files
	// are the session's names.
	Load func() (*load.Loaded, error)
	// Rules finds out what is in force; it is asked again after each Load.
	Rules func(*load.Loaded) (Rules, error)
	Now   func() time.Time
}

// Session is a CONFIG whose files change. It may be used by several goroutines.
type Session struct {
	opt Options

	mu       sync.Mutex
	loaded   *load.Loaded
	disk     config.Input // the files as they were read last
	rules    Rules
	places   map[string]place
	overlays map[string][]byte // by name; kept over a reload
	current  *Snapshot
	settled  *Settled         // the last one that was finished; nil before
	near     map[string]*near // the last slice of each file that was asked about

	// The names of texts are read once: those of the last slice of each file that was
	// asked about, and those of the last look at all files.
	nearNames map[string]map[*source.File]*assist.Names
	allNames  map[*source.File]*assist.Names
}

// Open reads a CONFIG. The error is for people.
func Open(opt Options) (*Session, error) {
	s := &Session{opt: opt, overlays: map[string][]byte{}, near: map[string]*near{}, nearNames: map[string]map[*source.File]*assist.Names{}}
	return s, s.Reload()
}

// Reload reads the files again; what an editor holds stays. After an error the
// session goes on with what it had.
func (s *Session) Reload() error {
	loaded, err := s.opt.Load()
	if err != nil {
		return err
	}
	rules, err := s.opt.Rules(loaded)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loaded, s.disk, s.rules, s.places = loaded, loaded.Input, rules, placesOf(&loaded.Input)
	s.near, s.settled = map[string]*near{}, nil
	clear(s.nearNames)
	next := &Snapshot{session: s, in: loaded.Input, rules: rules, places: s.places, loaded: loaded, turn: make(chan struct{}, 1)}
	for name, text := range s.overlays {
		next = next.with(name, text)
	}
	s.current = next
	return nil
}

// Holds tells whether a file is one of the CONFIG's firewall files.
func (s *Session) Holds(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.places[name]
	return ok
}

// Overlay puts the text that an editor holds in the place of a file's. The text must
// not change afterwards. Names that are none of the CONFIG's wait for a Reload.
func (s *Session) Overlay(name string, text []byte) *Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.overlays[name] = text
	s.current = s.current.with(name, text)
	return s.current
}

// Uncover goes back to the file's text as it was read.
func (s *Session) Uncover(name string) *Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.overlays, name)
	if at, ok := s.places[name]; ok {
		s.current = s.current.with(name, at.find(&s.disk).Bytes())
	}
	return s.current
}

// Saved notes the text of a file on disk. It counts once no editor holds the file.
func (s *Session) Saved(name string, text []byte) *Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.places[name]
	if !ok {
		return s.current
	}
	at.put(&s.disk, source.NewFile(name, text))
	if _, held := s.overlays[name]; !held {
		s.current = s.current.with(name, text)
	}
	return s.current
}

// Overlays are the names of the files that an editor holds.
func (s *Session) Overlays() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.overlays))
}

// Snapshot is the present state.
func (s *Session) Snapshot() *Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current
}

// lastSettled is the newest exact lint, of whatever snapshot.
func (s *Session) lastSettled() *Settled {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settled
}

// keep remembers an exact lint, unless the CONFIG has been read again meanwhile.
func (s *Session) keep(x *Settled) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.loaded == x.snapshot.loaded {
		s.settled = x
	}
}

// stopped is an error once a context has ended.
func stopped(ctx context.Context) error { return context.Cause(ctx) }
