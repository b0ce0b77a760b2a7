package cli

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pvefw/pvefw/internal/supervise"
)

// However long the service waits for its next pass, it is heard; and it can be woken
// and ended.
func TestRestIsHeard(t *testing.T) {
	r := &serviceRun{interval: time.Hour}
	every := supervise.Heartbeat("2000")
	if every != time.Millisecond || supervise.Heartbeat("") != 0 || supervise.Heartbeat("-5") != 0 {
		t.Fatalf("a watchdog of 2 ms is heard every %s", every)
	}
	ctx, stop := context.WithCancel(t.Context())
	hurry := make(chan os.Signal, 1)
	beats := 0
	more := r.rest(ctx, hurry, every, func() {
		if beats++; beats == 3 {
			hurry <- os.Interrupt
		}
	})
	if !more || beats < 3 {
		t.Errorf("another pass: %v, after %d beats", more, beats)
	}
	if more := r.rest(ctx, hurry, every, stop); more {
		t.Error("the service was to end")
	}
}

// Whoever may not start a service is told that; root, that there is nothing to serve.
func TestNoServiceWithoutFiles(t *testing.T) {
	for _, verb := range []string{"start", "restart"} {
		dir := t.TempDir()
		var said bytes.Buffer
		code := Main([]string{verb, "--state-dir", dir, filepath.Join(dir, "missing")}, Streams{Stdout: io.Discard, Stderr: &said})
		if _, err := os.Stat(filepath.Join(dir, "service")); code != exitFailed || err == nil {
			t.Errorf("%s: exit code %d, service file %v", verb, code, err)
		}
		if want := map[bool]string{true: "there is no such file or directory", false: "only root may"}[os.Geteuid() == 0]; !strings.Contains(said.String(), want) {
			t.Errorf("%s says %q, want %q", verb, said.String(), want)
		}
	}
}
