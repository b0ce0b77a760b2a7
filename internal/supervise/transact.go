package supervise

import (
	"errors"
	"os"
	"time"
)

// This file is the way from idle to applied.

// Task is a change that somebody wants.
type Task struct {
	Kind         Kind
	Summary      string
	Within       time.Duration
	KeepOnReboot bool
	From         string
	Config       string
	ConfigDigest string
	Settings     []Setting
	Files        map[string][]byte // kept with the change

	// Do puts the new rules into force, in one transaction. It gets the rules before.
	// After an error what was in force still is, unless it wraps ErrUncertain.
	Do func(before Ruleset) error

	// Check reads the rules in force; an error says that they are not what Do wanted.
	Check func() error

	// Watch starts those who take the change back if nobody confirms it, and returns
	// when they are awake. Nil where Within is zero.
	Watch func(id int) error
}

// ErrUncertain says that nobody knows what is in force.
var ErrUncertain = errors.New("it is not certain which rules are in force")

// Lock makes the caller the only one that changes something; what says what it is about to
// do. Whoever holds the lock and finds a change that is overdue settles it first.
func (s *Store) Lock(what string) (*Lock, error) { return s.LockWithin(what, 0) }

// LockWithin is Lock for whom it is worth waiting: a pass of the service is soon over.
func (s *Store) LockWithin(what string, patience time.Duration) (*Lock, error) {
	const step = 50 * time.Millisecond
	l, err := grab(s.path("lock"), s.holderText(what))
	for ; errors.Is(err, errTaken) && patience > 0; patience -= step {
		time.Sleep(step)
		l, err = grab(s.path("lock"), s.holderText(what))
	}
	if errors.Is(err, errTaken) {
		if other, _ := holder(s.path("lock")); other != "" {
			return nil, say("another pvefw is changing the rules at this moment (%s); nothing was done", other)
		}
		return nil, say("another pvefw is changing the rules at this moment; nothing was done")
	}
	if err != nil {
		return nil, sayf(err, "%s cannot be written", s.path("lock"))
	}
	return l, nil
}

// Run carries a task out. The caller holds the lock, and nothing is pending. After an
// error what was in force before is in force, unless the error says otherwise. A task
// with Within is pending afterwards.
func (s *Store) Run(k Kernel, t *Task) (*Pending, error) {
	if err := s.sweep(); err != nil {
		return nil, err
	}
	before, err := k.Save()
	if err != nil {
		return nil, sayf(err, "the rules in force cannot be saved, so nothing was changed")
	}
	p, err := s.prepare(t, before)
	if err != nil {
		return nil, err
	}
	s.at("prepared")
	if t.Within > 0 {
		if err := t.Watch(p.ID); err != nil {
			return nil, errors.Join(err, s.drop())
		}
	}
	s.at("watched")
	if err := s.machine.set(p.Settings); err != nil {
		return nil, errors.Join(err, s.drop())
	}
	s.at("set")
	if err := t.Do(before); err != nil {
		return nil, s.failed(k, p, before, err)
	}
	s.at("done")
	if err := s.accept(k, p, t); err != nil {
		return nil, s.failed(k, p, before, errors.Join(err, ErrUncertain))
	}
	s.at("accepted")
	if t.Within > 0 {
		return p, nil
	}
	return p, s.decide(p, Kept, "")
}

// prepare writes down what was so before. It appears as a whole.
func (s *Store) prepare(t *Task, before Ruleset) (*Pending, error) {
	now, err := s.machine.Now()
	if err != nil {
		return nil, err
	}
	id, err := s.nextID()
	if err != nil {
		return nil, err
	}
	settings, err := s.machine.Differing(t.Settings)
	if err != nil {
		return nil, err
	}
	p := &Pending{Change: Change{
		Version: recordVersion, ID: id, Kind: t.Kind, Summary: t.Summary, Began: now, Within: t.Within, KeepOnReboot: t.KeepOnReboot,
		From: t.From, Config: t.Config, ConfigDigest: t.ConfigDigest, Before: before.Digest(), Settings: settings,
	}}
	err = s.fill(p, t.Files, before)
	s.at("filled")
	if err == nil {
		err = move(s.path("pending.new"), s.path("pending"))
	}
	if err != nil {
		_ = s.sweep()
		return nil, sayf(err, "the rules in force cannot be written down in %s, so nothing was changed", s.dir)
	}
	return p, nil
}

func (s *Store) fill(p *Pending, files map[string][]byte, before Ruleset) error {
	if err := os.Mkdir(s.path("pending.new"), 0o700); err != nil {
		return err
	}
	for name, text := range files {
		if err := spill(s.path("pending.new", name), text); err != nil {
			return err
		}
	}
	if err := spill(s.path("pending.new", "before"), before.Bytes()); err != nil {
		return err
	}
	return writeRecord(s.path("pending.new", "change.json"), &p.Change)
}

// settling is how long a connection that was being opened under the old rules may take
// to appear in the kernel's table.
const settling = 50 * time.Millisecond

// accept makes sure that the rules in force are the wanted ones, and writes that down.
func (s *Store) accept(k Kernel, p *Pending, t *Task) error {
	if err := t.Check(); err != nil {
		return err
	}
	after, err := k.Save()
	if err != nil {
		return sayf(err, "the rules in force cannot be read back")
	}
	a := &Applied{Digest: after.Digest()}
	if p.Within > 0 {
		time.Sleep(s.settling)
		if a.Connections, err = s.machine.Connections(true); err != nil {
			return err
		}
	}
	if a.At, err = s.machine.Now(); err != nil {
		return err
	}
	if err := write(s.path("pending", "after"), after.Bytes()); err != nil {
		return sayf(err, "%s cannot be written", s.path("pending", "after"))
	}
	s.at("after")
	if err := writeRecord(s.path("pending", "applied.json"), a); err != nil {
		return sayf(err, "%s cannot be written", s.path("pending", "applied.json"))
	}
	p.Applied = a
	s.note(a.At, p.ID, string(p.Kind)+": "+p.Summary)
	return nil
}

// failed undoes what a change has done before it failed.
func (s *Store) failed(k Kernel, p *Pending, before Ruleset, why error) error {
	if !errors.Is(why, ErrUncertain) {
		return errors.Join(why, s.machine.unset(p.Settings), s.drop())
	}
	if err := s.takeBack(k, p, before); err != nil {
		return errors.Join(why, err)
	}
	return errors.Join(why, s.decide(p, Restored, "it failed"))
}

// drop forgets a change that has changed nothing.
func (s *Store) drop() error {
	if err := move(s.path("pending"), s.path("pending.old")); err != nil {
		return sayf(err, "%s cannot be removed", s.path("pending"))
	}
	return s.sweep()
}
