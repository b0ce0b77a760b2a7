package kernellab

import (
	"encoding/json"
	"testing"
	"time"
)

// job runs a job of a machine and reads its answer.
func job(t *testing.T, m *Machine, name, argument string, into any) {
	t.Helper()
	out, err := m.Do(t.Context(), name, []byte(argument), 10*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, into); err != nil {
		t.Fatal(err)
	}
}

// Whichever process is killed when, the command or one that watches, after the time of
// the change the node has the confirmed new rules or the old ones, bit by bit.
func TestKilledApply(t *testing.T) {
	var sum struct{ Rounds, Parents, Watchers, Confirmed, Restored, Untouched int }
	job(t, boot(t), "kill", "50", &sum)
	if sum.Confirmed == 0 || sum.Untouched == 0 || sum.Watchers == 0 || sum.Parents == 0 {
		t.Errorf("not everything happened: %+v", sum)
	}
	t.Logf("%+v", sum)
}

// A boot with a pending change brings the old rules back.
func TestBootTakesAPendingChangeBack(t *testing.T) {
	m := boot(t)
	disk, err := m.Do(t.Context(), "before boot", nil, 2*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	var was struct{ Old, New string }
	if err := json.Unmarshal(disk, &was); err != nil || was.Old == was.New || was.Old == "" {
		t.Fatalf("%v: %q and %q", err, was.Old, was.New)
	}
	again := boot(t)
	now, err := again.Do(t.Context(), "after boot", disk, 2*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if string(now) != was.Old {
		t.Errorf("%s is in force, not the old %s; the new was %s", now, was.Old, was.New)
	}
}

// Of a port that two configurations drop in different places nothing comes through while
// one is applied after the other, and of one that both let in something does.
func TestNoPacketMeetsMixedRules(t *testing.T) {
	var sum struct {
		Applies                       int
		Sent, Passed, Stopped, Leaked int64
	}
	job(t, boot(t), "stream", "100", &sum)
	if sum.Leaked != 0 || sum.Passed == 0 || sum.Sent < 1000 {
		t.Errorf("%+v", sum)
	}
	t.Logf("%+v", sum)
}
