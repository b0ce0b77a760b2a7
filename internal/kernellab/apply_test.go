package kernellab

import (
	"encoding/json"
	"testing"
	"time"
)

// patience is how long a job of a run goes on, as in timeIsUp.
func patience() []byte {
	if full() {
		return []byte("30m")
	}
	return []byte(share.String())
}

// do runs a job of a machine and reads its answer, if that is wanted.
func (m *Machine) do(t *testing.T, name string, argument []byte, into any) {
	t.Helper()
	out, err := m.Do(t.Context(), name, argument, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if text, ok := into.(*string); ok {
		*text = string(out)
	} else if err := json.Unmarshal(out, into); err != nil {
		t.Fatal(err)
	}
}

// One machine for all that needs no boot. What the commands say is in the log.
func TestChangesOnAKernel(t *testing.T) {
	m := boot(t)
	var said string

	// Whatever is wrong, one sentence says so and nothing is changed.
	t.Run("refused", func(t *testing.T) {
		m.do(t, "refuse", nil, &said)
		t.Logf("\n%s", said)
	})

	// Whoever sets the clock neither shortens nor lengthens the time of a change.
	t.Run("clock", func(t *testing.T) { m.do(t, "clock", nil, &said) })

	// What confirms a change is a connection that the kernel knows to be new.
	t.Run("confirmed", func(t *testing.T) {
		m.do(t, "confirm", nil, &said)
		t.Log(said)
	})

	// The service follows the files, keeps the rules on any error, and leaves alone what
	// was rolled back.
	t.Run("served", func(t *testing.T) { m.do(t, "service", nil, &said) })

	// Whichever process is killed when, the command or one that watches, in the end the
	// node has the confirmed new rules or the old ones, bit by bit.
	t.Run("killed", func(t *testing.T) {
		var sum struct{ Rounds, Parents, Watchers, Confirmed, Restored, Untouched int }
		if m.do(t, "kill", patience(), &sum); sum.Rounds < 3 || sum.Parents == 0 {
			t.Errorf("too little happened: %+v", sum)
		}
		t.Logf("%+v", sum)
	})

	// Of a port that two configurations drop in different places nothing comes through
	// while one is applied after the other, and of one that both let in something does.
	t.Run("streamed", func(t *testing.T) {
		var sum struct {
			Applies                       int
			Sent, Passed, Stopped, Leaked int64
		}
		if m.do(t, "stream", patience(), &sum); sum.Leaked != 0 || sum.Passed == 0 || sum.Sent < 1000 || sum.Applies < 3 {
			t.Errorf("%+v", sum)
		}
		t.Logf("%+v", sum)
	})
}

// A boot with a pending change brings the old rules back.
func TestBootTakesAPendingChangeBack(t *testing.T) {
	var was struct {
		Old, New string
		Files    map[string][]byte
	}
	boot(t).do(t, "before boot", nil, &was)
	if was.Old == was.New || was.Old == "" {
		t.Fatalf("%q and %q", was.Old, was.New)
	}
	disk, err := json.Marshal(was)
	if err != nil {
		t.Fatal(err)
	}
	var now string
	if boot(t).do(t, "after boot", disk, &now); now != was.Old {
		t.Errorf("%s is in force, not the old %s; the new was %s", now, was.Old, was.New)
	}
}
