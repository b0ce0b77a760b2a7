package supervise

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// DefaultDir is where changes are written down.
const DefaultDir = "/var/lib/pvefw"

// Store is the directory in which changes are written down:
//
//	lock             held by whoever changes something
//	watch.0 watch.1  held by the watchers of a pending change; which one they watch
//	pending/         the change that is not decided yet
//	  change.json    Change
//	  before         the rules before it
//	  applied.json   Applied
//	  after          the rules after it
//	  result.json    Result
//	  …              what the command wanted kept: the plan, the files
//	history/ID/      decided changes, the same files
//	good             the rules that the machine starts with
//	held             digest of the files that the service must leave alone
//	journal          what happened, a line each
type Store struct {
	dir      string
	machine  Machine
	settling time.Duration
	point    func(name string) // tests die here; nil elsewhere
}

// Open makes the directory where it is missing. The machine tells the time.
func Open(dir string, m Machine) (*Store, error) {
	if err := supported(); err != nil {
		return nil, err
	}
	for _, d := range []string{dir, filepath.Join(dir, "history")} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, sayf(err, "the directory %s, where changes are written down, cannot be made", d)
		}
	}
	return &Store{dir: dir, machine: m, settling: settling}, nil
}

func (s *Store) path(names ...string) string {
	return filepath.Join(append([]string{s.dir}, names...)...)
}

func (s *Store) at(name string) {
	if s.point != nil {
		s.point(name)
	}
}

// Pending returns the change that is not decided yet, nil if there is none. It may be
// called without the lock; what it says may be over a moment later.
func (s *Store) Pending() (*Pending, error) {
	for range 3 { // it may be moved away between two of its files
		p, err := s.read("pending")
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return p, err
		}
	}
	return nil, nil
}

// read reads a change and what became of it; nil where it is not there.
func (s *Store) read(dir string) (*Pending, error) {
	p := &Pending{}
	there, err := s.record(dir, "change.json", &p.Change)
	if err != nil || !there {
		return nil, err
	}
	if p.Version != recordVersion || p.ID < 1 {
		return nil, say("%s was written by another version of pvefw", s.path(dir, "change.json"))
	}
	a, r := &Applied{}, &Result{}
	if there, err = s.record(dir, "applied.json", a); err != nil {
		return nil, err
	} else if there {
		p.Applied = a
	}
	if there, err = s.record(dir, "result.json", r); err != nil {
		return nil, err
	} else if there {
		p.Result = r
	}
	return p, nil
}

func (s *Store) record(dir, name string, record any) (bool, error) {
	there, err := readRecord(s.path(dir, name), record)
	if err != nil {
		err = sayf(err, "%s cannot be read", s.path(dir, name))
	}
	return there, err
}

// nextID is one more than the highest number in use.
func (s *Store) nextID() (int, error) {
	list, err := s.ids()
	if err != nil {
		return 0, err
	}
	if len(list) == 0 {
		return 1, nil
	}
	return list[len(list)-1] + 1, nil
}

// sweep removes what a change that died before it began has left.
func (s *Store) sweep() error {
	for _, name := range []string{"pending.new", "pending.old"} {
		if err := os.RemoveAll(s.path(name)); err != nil {
			return sayf(err, "%s cannot be removed", s.path(name))
		}
	}
	return nil
}

func idName(id int) string { return strconv.Itoa(id) }
