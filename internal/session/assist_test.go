package session

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/lint"
)

// opened is a session of files in a folder of their own, without policies.
func opened(t *testing.T, texts map[string]string) (s *Session, name func(string) string) {
	t.Helper()
	dir := t.TempDir()
	for file, text := range texts {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Open(Options{
		Load: func() (*load.Loaded, error) { return load.Load(dir, load.Options{}) },
		Rules: func(*load.Loaded) (Rules, error) {
			return Rules{Options: func() lint.Options { return lint.Options{} }}, nil
		},
		Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	names := s.Snapshot().Names()
	return s, func(end string) string {
		i := slices.IndexFunc(names, func(n string) bool { return strings.HasSuffix(n, "/"+end) })
		if i < 0 {
			t.Fatalf("no %s in %v", end, names)
		}
		return names[i]
	}
}

// uses are the places of all files that use the first lan of cluster.fw.
func uses(t *testing.T, s *Snapshot, name string) string {
	t.Helper()
	f, ok := s.AssistAll(name)
	if !ok {
		t.Fatalf("no %s", name)
	}
	var list []string
	for _, span := range f.At(strings.Index(string(f.FW.File.Source.Bytes()), "lan")).References(false) {
		list = append(list, short(span))
	}
	return strings.Join(list, " ")
}

func short(s source.Span) string {
	text := s.String()
	return text[strings.LastIndexByte(text, '/')+1:]
}

func TestNamesFollowEveryEdit(t *testing.T) {
	s, name := opened(t, map[string]string{
		"cluster.fw": "[ALIASES]\nlan 10.0.0.0/8\n",
		"100.fw":     "[RULES]\nIN ACCEPT -source lan\n",
		"101.fw":     "[RULES]\nIN ACCEPT -source lan\nIN DROP -source dc/lan\n",
	})
	cluster := name("cluster.fw")
	check := func(when string, snapshot *Snapshot, want string) {
		t.Helper()
		if got := uses(t, snapshot, cluster); got != want {
			t.Errorf("%s: %s, want %s", when, got, want)
		}
	}
	check("as read", s.Snapshot(), "100.fw:2:19 101.fw:2:19 101.fw:3:20")
	first := s.Overlay(name("101.fw"), []byte("[RULES]\n\nOUT ACCEPT -dest lan\n"))
	check("after an edit of a guest", first, "100.fw:2:19 101.fw:3:18")
	if _, err := first.Settle(context.Background()); err != nil {
		t.Fatal(err)
	}
	check("after a look at everything", first, "100.fw:2:19 101.fw:3:18")
	second := s.Overlay(name("100.fw"), []byte("[ALIASES]\nlan 10.0.0.1\n\n[RULES]\nIN ACCEPT -source lan\n"))
	check("where a guest hides the name", second, "101.fw:3:18")
	third := s.Overlay(cluster, []byte("[ALIASES]\nLAN2 10.0.0.0/8\nlan 10.0.0.0/9\n\n[RULES]\nIN ACCEPT -source lan\n"))
	f, _ := third.AssistAll(cluster)
	var list []string
	for _, span := range f.At(strings.Index(string(f.FW.File.Source.Bytes()), "lan")).References(true) {
		list = append(list, short(span))
	}
	if got, want := strings.Join(list, " "), "cluster.fw:3:1 cluster.fw:6:19 101.fw:3:18"; got != want {
		t.Errorf("after an edit of cluster.fw: %s, want %s", got, want)
	}
	check("an older state", first, "100.fw:2:19 101.fw:3:18")
}

func TestOtherFilesWaitForTheFirstLook(t *testing.T) {
	s, name := opened(t, map[string]string{
		"cluster.fw": "[ALIASES]\nlan 10.0.0.0/8\n",
		"100.fw":     "[OPTIONS]\nenable: 1\n\n[RULES]\nIN ACCEPT -source lan\n",
	})
	f, ok := s.Snapshot().Assist(name("cluster.fw"))
	if !ok || f.Everyone() != nil {
		t.Error("names of other files are there before anybody has read them all")
	}
	if len(f.Lenses()) != 0 {
		t.Error("uses are counted that nobody knows")
	}
	if _, err := s.Snapshot().Settle(context.Background()); err != nil {
		t.Fatal(err)
	}
	if f.Everyone() == nil || len(f.Lenses()) != 1 {
		t.Error("they are not there afterwards")
	}
	if _, ok := s.Snapshot().Assist("nothing.fw"); ok {
		t.Error("a file that is not there has answers")
	}
}

// Answers about several states are given while texts change and everything is looked
// at: what one snapshot shares with the next is never written to.
func TestAnswersWhileTextsChange(t *testing.T) {
	s, name := opened(t, map[string]string{
		"cluster.fw": "[OPTIONS]\nenable: 1\n\n[ALIASES]\nlan 10.0.0.0/8\n\n[group web]\nIN ACCEPT -source lan\n",
		"100.fw":     "[OPTIONS]\nenable: 1\n\n[RULES]\nGROUP web\nIN ACCEPT -source lan\n",
		"101.fw":     "[OPTIONS]\nenable: 1\n\n[RULES]\nIN ACCEPT -source lan\n",
	})
	cluster, guest := name("cluster.fw"), name("100.fw")
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for range 20 {
				snapshot := s.Snapshot()
				for _, file := range []string{cluster, guest} {
					f, _ := snapshot.AssistAll(file)
					p := f.At(strings.LastIndex(string(f.FW.File.Source.Bytes()), "lan"))
					p.Complete()
					p.Hover()
					for _, l := range p.Lenses() {
						p.Resolve(l)
					}
					if len(p.References(true)) == 0 {
						t.Error("no use of lan is found")
					}
				}
			}
		})
	}
	for n := range 20 {
		at := s.Overlay(guest, fmt.Appendf(nil, "[OPTIONS]\nenable: 1\n\n[RULES]\nGROUP web\nIN ACCEPT -source lan -p tcp -dport %d\n", n+1))
		if n%4 == 0 {
			if _, err := at.Settle(context.Background()); err != nil {
				t.Error(err)
			}
		}
	}
	wait.Wait()
}
