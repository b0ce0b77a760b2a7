package supervise

import (
	"testing"
	"time"
)

// death is what a process dies of in these tests.
type death struct{}

// dying runs f with a store whose process dies at its n-th point, and reports whether
// it came that far. The lock goes with the process.
func (w *world) dying(n int, f func(s *Store)) (died bool) {
	w.t.Helper()
	s := w.store()
	points := 0
	s.point = func(string) {
		if points++; points == n {
			panic(death{})
		}
	}
	l, err := s.Lock("test")
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() {
		l.Release()
		if p := recover(); p != nil {
			if p != any(death{}) {
				panic(p)
			}
			died = true
		}
	}()
	f(s)
	return false
}

// Whichever process dies where, and whoever settles that dies where as well, what is in
// force in the end is the old state or the new one, whole, and nothing is pending.
func TestEveryDeathEndsInOneOfTwoStates(t *testing.T) {
	for name, end := range map[string]func(*world, *Store){
		"nobody confirms": func(w *world, s *Store) { w.wait(2 * time.Minute); _, _, _ = s.Settle(w.open) },
		"confirmed": func(w *world, s *Store) {
			if p, _ := s.Pending(); p != nil && p.Applied != nil && p.Result == nil {
				_ = s.Confirm(p, "in a test")
			}
		},
		"booted": func(w *world, s *Store) {
			if w.get("proc/sys/kernel/random/boot_id") == "first" {
				w.restart()
			}
			_, _ = s.Boot(w.open)
		},
	} {
		for _, within := range []time.Duration{0, time.Minute} {
			pairs := 0
			for first, more := 1, true; more; first++ {
				for second := 1; ; second++ {
					w := newWorld(t)
					more = w.dying(first, func(s *Store) {
						if _, err := s.Run(w, w.task(within)); err != nil {
							t.Fatal(err)
						}
					})
					died := w.dying(second, func(s *Store) { end(w, s) })
					w.wait(2 * time.Minute)
					w.settle()
					w.idle()
					got := w.state()
					if name == "booted" { // settings are the service's, which comes later
						w.dying(0, func(s *Store) { _, _ = s.Boot(w.open) })
						got = map[words]string{"old": stateOld, "new": stateNew}[w.rules]
					}
					if got != stateOld && got != stateNew {
						t.Fatalf("%s, within %s, deaths %d and %d: %s", name, within, first, second, got)
					}
					if pairs++; !died {
						break
					}
				}
			}
			t.Logf("%s, within %s: %d pairs of deaths", name, within, pairs)
		}
	}
}

// A change whose command lives is in force, and a confirmation makes it stay.
func TestConfirmedChangeStays(t *testing.T) {
	w := newWorld(t)
	s := w.store()
	if _, err := s.Run(w, w.task(time.Minute)); err != nil {
		t.Fatal(err)
	}
	w.wait(59 * time.Second)
	w.settle()
	p, err := s.Pending()
	if err != nil || p == nil || w.state() != stateNew {
		t.Fatalf("pending %v, %v; in force %s", p, err, w.state())
	}
	if err := s.Confirm(p, "in a test"); err != nil {
		t.Fatal(err)
	}
	w.wait(time.Hour)
	w.settle()
	w.idle()
	if got := w.state(); got != stateNew {
		t.Errorf("in force %s", got)
	}
	if list, err := s.History(); err != nil || len(list) != 1 || list[0].Result.Outcome != Confirmed {
		t.Errorf("history %+v, %v", list, err)
	}
}

// Nobody's clock but the kernel's counts: a change is restored after its time, whatever
// the wall clock says, and the service leaves its files alone.
func TestUnconfirmedChangeIsRestored(t *testing.T) {
	w := newWorld(t)
	s := w.store()
	if _, err := s.Run(w, w.task(time.Minute)); err != nil {
		t.Fatal(err)
	}
	w.wait(61 * time.Second)
	w.settle()
	if got := w.state(); got != stateOld {
		t.Errorf("in force %s", got)
	}
	if s.Held() != "files" {
		t.Errorf("held %q", s.Held())
	}
	list, err := s.History()
	if err != nil || len(list) != 1 || list[0].Result.Reason != "nobody confirmed it within 1m0s" {
		t.Errorf("history %+v, %v", list, err)
	}
}

// A boot brings back what was before a pending change, or keeps the change where that
// was asked for; without one, what was good last.
func TestBoot(t *testing.T) {
	for _, test := range []struct {
		within time.Duration
		keep   bool
		want   words
	}{{time.Minute, false, "old"}, {time.Minute, true, "new"}, {0, false, "new"}} {
		w := newWorld(t)
		task := w.task(test.within)
		task.KeepOnReboot = test.keep
		if _, err := w.store().Run(w, task); err != nil {
			t.Fatal(err)
		}
		w.restart()
		said, err := w.store().Boot(w.open)
		if err != nil {
			t.Fatal(err)
		}
		if w.rules != test.want {
			t.Errorf("within %s, keep %v: %q is in force; %s", test.within, test.keep, w.rules, said)
		}
		w.idle()
	}
}

// What cannot be restored now is tried again; nothing else happens until then.
func TestRestoringIsTriedAgain(t *testing.T) {
	w := newWorld(t)
	s := w.store()
	if _, err := s.Run(w, w.task(time.Minute)); err != nil {
		t.Fatal(err)
	}
	w.wait(time.Hour)
	w.fails = say("the kernel is busy")
	if _, _, err := s.Settle(w.open); err == nil {
		t.Fatal("no error")
	}
	if p, _ := s.Pending(); p == nil || p.Result != nil {
		t.Errorf("pending %+v", p)
	}
	w.settle()
	if got := w.state(); got != stateOld {
		t.Errorf("in force %s", got)
	}
}

// A change that fails leaves the old state and nothing pending.
func TestFailedChangeChangesNothing(t *testing.T) {
	for name, spoil := range map[string]func(w *world, task *Task){
		"the kernel refuses":    func(w *world, task *Task) { task.Do = func(Ruleset) error { return say("no") } },
		"the answer is lost":    func(w *world, task *Task) { task.Do = func(Ruleset) error { w.rules = "half"; return ErrUncertain } },
		"not what was wanted":   func(w *world, task *Task) { task.Check = func() error { return say("another rule") } },
		"nobody watches":        func(w *world, task *Task) { task.Watch = func(int) error { return say("no") } },
		"a setting is not made": func(w *world, task *Task) { task.Settings[0].File = "proc/sys/net/bridge" },
	} {
		w := newWorld(t)
		task := w.task(time.Minute)
		spoil(w, task)
		if _, err := w.store().Run(w, task); err == nil {
			t.Errorf("%s: no error", name)
		}
		w.idle()
		if got := w.state(); got != stateOld {
			t.Errorf("%s: in force %s", name, got)
		}
	}
}

// Who changes something keeps others out, and says who it is.
func TestOneChangesAtATime(t *testing.T) {
	w := newWorld(t)
	l, err := w.store().Lock("pvefw apply")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.store().Lock("pvefw rollback"); err == nil || !contains(err.Error(), "pvefw apply, process ") {
		t.Errorf("%v", err)
	}
	if _, err := w.store().LockWithin("pvefw rollback", time.Millisecond); err == nil {
		t.Error("two have the lock")
	}
	time.AfterFunc(100*time.Millisecond, l.Release)
	next, err := w.store().LockWithin("pvefw rollback", time.Minute)
	if err != nil {
		t.Fatalf("nobody has the lock any more: %v", err)
	}
	next.Release()
}
