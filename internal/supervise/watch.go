package supervise

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// This file is about those who take a change back when nobody confirms it. Without a
// service manager there are two of them in two slots, equal to each other: each starts
// the other anew when its slot is free. So it takes two signals at once to be rid of
// them, and then still every command of pvefw settles what it finds overdue.

// slots are the places of watchers.
const slots = 2

// How often a watcher looks, and how long it waits after a failure.
const (
	glance = 100 * time.Millisecond
	sulk   = 2 * time.Second
)

// Watch sits in a free slot until no change is pending, and settles the one that is
// when it is overdue. twin starts another watcher; nil where a service manager keeps
// this one alive. It returns at once where no slot is free.
func (s *Store) Watch(open Opener, twin func() error) error {
	seat, own, err := s.takeSlot()
	if seat == nil || err != nil {
		return err
	}
	defer seat.Release()
	watched := 0
	for {
		p, err := s.Pending()
		if err == nil && p == nil {
			return nil
		}
		if err == nil && p.ID != watched {
			watched = p.ID
			seat.note(idName(p.ID))
		}
		if twin != nil {
			s.wake(own, twin)
		}
		pause := glance
		if err == nil && !s.patient(p) {
			err = s.settleAlone(open)
		}
		if err != nil {
			s.complain(watched, err)
			pause = sulk
		}
		time.Sleep(pause)
	}
}

// takeSlot finds a free slot; nil where there is none.
func (s *Store) takeSlot() (*Lock, int, error) {
	for i := range slots {
		l, err := grab(s.slot(i), "")
		if err == nil {
			return l, i, nil
		}
		if !errors.Is(err, errTaken) {
			return nil, 0, sayf(err, "%s cannot be written", s.slot(i))
		}
	}
	return nil, 0, nil
}

func (s *Store) slot(i int) string { return s.path(fmt.Sprintf("watch.%d", i)) }

// wake starts a watcher where another slot is free.
func (s *Store) wake(own int, twin func() error) {
	for i := range slots {
		if _, held := holder(s.slot(i)); !held && i != own {
			_ = twin() // the next glance tries again
		}
	}
}

// patient reports whether a change may wait, or is still in the hands of a command.
func (s *Store) patient(p *Pending) bool {
	now, err := s.machine.Now()
	return err != nil || p.Result == nil && p.overdue(now) == ""
}

// settleAlone settles under the lock. Who else holds it will do so, or is at work.
func (s *Store) settleAlone(open Opener) error {
	l, err := grab(s.path("lock"), s.holderText("a watcher"))
	if errors.Is(err, errTaken) {
		return nil
	}
	if err != nil {
		return err
	}
	defer l.Release()
	_, _, err = s.Settle(open)
	return err
}

// complain writes down what keeps a watcher from settling, each thing once.
func (s *Store) complain(id int, why error) {
	text := strings.ReplaceAll(why.Error(), "\n", " ")
	if old, _ := readBounded(s.path("pending", "trouble"), 1<<16); string(old) == text {
		return
	}
	_ = write(s.path("pending", "trouble"), []byte(text))
	if now, err := s.machine.Now(); err == nil {
		s.note(now, id, text)
	}
}

// Trouble is what keeps the watchers from taking the pending change back; empty if
// nothing does.
func (s *Store) Trouble() string {
	text, _ := readBounded(s.path("pending", "trouble"), 1<<16)
	return string(text)
}

// Watchers is how many are awake and know the change.
func (s *Store) Watchers(id int) int {
	n := 0
	for i := range slots {
		if text, held := holder(s.slot(i)); held && text == idName(id) {
			n++
		}
	}
	return n
}

// How long watchers may take to be there, and when another one is started in the place
// of one that has not come: on a machine under load a process takes its time.
const (
	waking = 30 * time.Second
	again  = 5 * time.Second
)

// Await starts watchers and returns when as many as are wanted are awake. One that was
// about to leave may have held a slot at first.
func (s *Store) Await(id, wanted int, start func() error) error {
	began := time.Now()
	for started := -again; time.Since(began) < waking; time.Sleep(glance / 4) {
		awake := s.Watchers(id)
		if awake >= wanted {
			return nil
		}
		if time.Since(began)-started < again {
			continue
		}
		started = time.Since(began)
		for range wanted - awake {
			if err := start(); err != nil {
				return sayf(err, "what would take the change back cannot be started, so nothing was changed")
			}
		}
	}
	return say("what would take the change back did not start within %s, so nothing was changed", waking)
}

// holderText tells others who holds a lock.
func (s *Store) holderText(what string) string {
	return fmt.Sprintf("%s, process %d", what, os.Getpid())
}
