package supervise

import (
	"strings"
	"testing"
	"time"
)

func contains(text, part string) bool { return strings.Contains(text, part) }

// A watcher restores what is overdue and leaves; while one sits there, it starts
// another into the free slot.
func TestWatcherRestores(t *testing.T) {
	w := newWorld(t)
	s := w.store()
	task := w.task(time.Minute)
	done, twins := make(chan error, 2), make(chan bool, 1)
	watch := func() error {
		go func() { done <- w.store().Watch(w.open, nil) }()
		return nil
	}
	twin := func() error {
		select {
		case twins <- true:
		default:
		}
		return nil
	}
	task.Watch = func(id int) error {
		go func() { done <- w.store().Watch(w.open, twin) }()
		return s.Await(id, 1, func() error { return nil })
	}
	l, err := s.Lock("test")
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Run(w, task)
	if err != nil {
		t.Fatal(err)
	}
	l.Release()
	<-twins
	if err := s.Await(p.ID, slots, watch); err != nil {
		t.Fatal(err)
	}
	w.wait(time.Hour)
	for range slots {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	w.idle()
	if got := w.state(); got != stateOld {
		t.Errorf("in force %s", got)
	}
}
