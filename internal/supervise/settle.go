package supervise

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// This file is the way from applied back to idle: confirmed or restored.

// Confirm makes the pending change stand. The caller holds the lock and has settled
// what was overdue.
func (s *Store) Confirm(p *Pending, evidence string) error {
	return s.decide(p, Confirmed, evidence)
}

// Settle finishes what is not waiting for a person: a change that is decided but whose
// files were not moved, one that is overdue, one whose process has died, one from
// before the machine was booted. It returns the change that it has ended, nil where
// there was none, and the one that still waits. The caller holds the lock.
func (s *Store) Settle(open Opener) (ended, waiting *Pending, err error) {
	p, err := s.Pending()
	if err != nil || p == nil {
		return nil, nil, err
	}
	if p.Result != nil {
		return p, nil, s.file(p)
	}
	now, err := s.machine.Now()
	if err != nil {
		return nil, nil, err
	}
	switch reason := p.overdue(now); {
	case reason == "":
		return nil, p, nil
	case p.Within == 0 && p.Began.Boot != now.Boot:
		return p, nil, s.decide(p, Cut, reason)
	case p.Within == 0:
		return p, nil, s.cut(open, p, reason)
	case p.KeepOnReboot && p.Applied != nil && p.Began.Boot != now.Boot:
		return p, nil, s.decide(p, Confirmed, "the machine was booted, and the change was to be kept then")
	default:
		return p, nil, s.Restore(open, p, reason)
	}
}

// overdue says why a pending change must not wait any longer, empty where it may. It
// is asked by whoever holds the lock, so nobody is applying the change any more.
func (p *Pending) overdue(now Moment) string {
	switch {
	case p.Began.Boot != now.Boot:
		return "the machine was booted before anybody confirmed it"
	case p.Applied == nil:
		return "the command that applied it ended in the middle"
	case p.Within == 0:
		return "the command that applied it ended before it said so"
	case now.Until(p.Deadline()) <= 0:
		return fmt.Sprintf("nobody confirmed it within %s", p.Within)
	}
	return ""
}

// cut finishes a change without watchers whose process has died: if the rules are those
// from before, so are the settings; else the new rules are in force, and they count.
func (s *Store) cut(open Opener, p *Pending, reason string) error {
	k, err := open()
	if err != nil {
		return sayf(err, "the kernel cannot be asked what became of change %d", p.ID)
	}
	defer k.Close()
	now, err := k.Save()
	if err != nil {
		return sayf(err, "the rules in force cannot be read, so nobody knows what became of change %d", p.ID)
	}
	if now.Digest() != p.Before {
		return s.decide(p, Cut, reason)
	}
	if err := s.machine.unset(p.Settings); err != nil {
		return err
	}
	return s.decide(p, Restored, reason)
}

// Restore takes the pending change back: rules, elements of sets and settings are as
// they were before. It may be repeated. The caller holds the lock.
func (s *Store) Restore(open Opener, p *Pending, reason string) error {
	saved, err := readBounded(s.path("pending", "before"), mostKept)
	if err != nil {
		return sayf(err, "%s cannot be read, so change %d cannot be taken back", s.path("pending", "before"), p.ID)
	}
	k, err := open()
	if err != nil {
		return sayf(err, "the kernel cannot be asked, so change %d cannot be taken back", p.ID)
	}
	defer k.Close()
	before, err := k.Parse(saved)
	if err != nil {
		return sayf(err, "%s is damaged, so change %d cannot be taken back", s.path("pending", "before"), p.ID)
	}
	if err := s.takeBack(k, p, before); err != nil {
		return err
	}
	return s.decide(p, Restored, reason)
}

// takeBack brings rules and settings into the state before a change.
func (s *Store) takeBack(k Kernel, p *Pending, before Ruleset) error {
	if err := replace(k, before); err != nil {
		return sayf(err, "the rules before change %d cannot be brought back", p.ID)
	}
	s.at("replaced")
	return s.machine.unset(p.Settings)
}

// replace puts a ruleset into force unless it is, and makes sure that it is.
func replace(k Kernel, wanted Ruleset) error {
	now, err := k.Save()
	if err == nil && now.Digest() == wanted.Digest() {
		return nil
	}
	if err := k.Restore(wanted); err != nil {
		return err
	}
	if now, err = k.Save(); err != nil {
		return err
	}
	if now.Digest() != wanted.Digest() {
		return say("the kernel does not hold what was restored")
	}
	return nil
}

// decide writes the result down, which is the moment that counts, and files the change.
func (s *Store) decide(p *Pending, o Outcome, reason string) error {
	now, err := s.machine.Now()
	if err != nil {
		return err
	}
	p.Result = &Result{Outcome: o, At: now.Wall, Reason: reason}
	if err := writeRecord(s.path("pending", "result.json"), p.Result); err != nil {
		return sayf(err, "%s cannot be written", s.path("pending", "result.json"))
	}
	s.at("decided")
	if o != Kept {
		s.note(now, p.ID, string(o)+": "+reason)
	}
	return s.file(p)
}

// file moves a decided change into the history. It may be repeated.
func (s *Store) file(p *Pending) error {
	if err := s.follow(p); err != nil {
		return err
	}
	s.at("followed")
	if err := move(s.path("pending"), s.path("history", idName(p.ID))); err != nil {
		return sayf(err, "%s cannot be moved into the history", s.path("pending"))
	}
	s.at("filed")
	s.prune()
	return nil
}

// follow draws the consequences: what stands is what the machine starts with, and the
// service leaves the files alone whose rules were taken back.
func (s *Store) follow(p *Pending) error {
	held, stands := s.Held(), p.Result.Outcome.Stands()
	switch {
	case stands == (p.Kind == ByRollback):
		held = p.ConfigDigest // the files are not what is in force
	case stands:
		held = ""
	}
	if err := s.hold(held); err != nil || !stands {
		return err
	}
	err := move(s.path("pending", "after"), s.path("good"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return sayf(err, "%s cannot be written", s.path("good"))
	}
	return nil
}

// hold keeps the service from applying files with a digest; an empty one lets it go on.
func (s *Store) hold(digest string) error {
	err := write(s.path("held"), []byte(digest+"\n"))
	if digest == "" {
		err = os.Remove(s.path("held"))
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return sayf(err, "%s cannot be written", s.path("held"))
	}
	return nil
}

// Held returns the digest of the files that the service leaves alone, empty for none.
func (s *Store) Held() string {
	text, err := readBounded(s.path("held"), 1<<10)
	if err != nil || len(text) == 0 {
		return ""
	}
	return string(text[:len(text)-1])
}

// Remaining is how long a waiting change still waits.
func (s *Store) Remaining(p *Pending) time.Duration {
	now, err := s.machine.Now()
	if err != nil || p.Applied == nil || now.Boot != p.Applied.At.Boot {
		return 0
	}
	return max(0, now.Until(p.Deadline()))
}

// Free lets the service apply the files again that it was to leave alone.
func (s *Store) Free() error { return s.hold("") }
