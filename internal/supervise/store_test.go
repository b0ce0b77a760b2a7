package supervise

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A record that is damaged, or of another version, is named and nothing is done.
func TestDamagedRecordsAreNamed(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"{", "pending/change.json cannot be read: it is damaged"},
		{`{"version": 1, "id": 1, "surprise": true}`, "it is damaged"},
		{`{"version": 2, "id": 1}`, "was written by another version of pvefw"},
		{`{"version": 1, "id": -1}`, "was written by another version of pvefw"},
	} {
		w := newWorld(t)
		s := w.store()
		if err := os.Mkdir(s.path("pending"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(s.path("pending", "change.json"), []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Settle(w.open); err == nil || !contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.text, err, test.want)
		}
		if w.asks > 0 {
			t.Errorf("%s: the kernel was asked", test.text)
		}
	}
}

// Old changes go, and their numbers are not used again.
func TestHistoryIsBounded(t *testing.T) {
	w := newWorld(t)
	s := w.store()
	for range mostHistory + 3 {
		w.rules = "old"
		if _, err := s.Run(w, w.task(0)); err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.History()
	if err != nil || len(list) != mostHistory || list[0].ID != mostHistory+3 || list[mostHistory-1].ID != 4 {
		t.Fatalf("%d changes, %v", len(list), err)
	}
	if before, err := s.Kept(list[0].ID, "before"); err != nil || string(before) != "old" {
		t.Errorf("before: %q, %v", before, err)
	}
}

// The journal tells what happened, and a line that a loss of power has torn is left out.
func TestJournal(t *testing.T) {
	w := newWorld(t)
	s := w.store()
	if _, err := s.Run(w, w.task(time.Minute)); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(s.path("journal"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("{\"id\": 1, \"te\n"); err != nil {
		t.Fatal(err)
	}
	f.Close()
	w.wait(time.Hour)
	w.settle()
	var told []string
	notes, err := s.Journal()
	for _, n := range notes {
		told = append(told, n.Text)
	}
	want := []string{"apply: 1 chain changes", "restored: nobody confirmed it within 1m0s"}
	if err != nil || len(told) != 2 || told[0] != want[0] || told[1] != want[1] {
		t.Errorf("%q, %v; want %q", told, err, want)
	}
}

// What the service was told to leave alone it may apply again after an apply.
func TestApplyLetsTheServiceGoOn(t *testing.T) {
	w := newWorld(t)
	s := w.store()
	if err := s.hold("files"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Run(w, w.task(0)); err != nil {
		t.Fatal(err)
	}
	if held := s.Held(); held != "" {
		t.Errorf("held %q", held)
	}
	back := w.task(0)
	back.Kind = ByRollback
	if _, err := s.Run(w, back); err != nil {
		t.Fatal(err)
	}
	if held := s.Held(); held != "files" {
		t.Errorf("after a rollback held %q", held)
	}
}

// Whatever stands in /proc, reading it ends without a panic, and a process has a number.
func TestStrangeProcFiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.StringMatching(`[0-9]* ?\([^\n]{0,9}\)?( -?[0-9A-Za-z]+){0,25}`), rapid.StringN(0, 60, -1)).Draw(t, "text")
		if p, ok := parseStat([]byte(text)); ok && p.pid < 1 {
			t.Fatalf("%+v", p)
		}
		if c, _, ok := parseConnection(text); ok && !c.Local.Addr().IsValid() {
			t.Fatalf("%+v", c)
		}
	})
}

// A write that fails leaves the file as it was, and nothing beside it.
func TestFailedWriteLeavesTheOld(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := write(path, []byte("old")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path+".new", 0o700); err != nil { // in the way of the new one
		t.Fatal(err)
	}
	if err := write(path, []byte("new")); err == nil {
		t.Fatal("no error")
	}
	entries, err := os.ReadDir(dir)
	if text, _ := os.ReadFile(path); string(text) != "old" || err != nil || len(entries) != 1 {
		t.Errorf("%q, %v, %v", text, entries, err)
	}
}
