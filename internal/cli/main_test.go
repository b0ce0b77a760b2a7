package cli

import (
	"bytes"
	"errors"
	"strings"
	"syscall"
	"testing"
)

// writerFunc is a Stdout that misbehaves.
type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestNothingEndsInAStackTrace(t *testing.T) {
	var stderr bytes.Buffer
	bad := writerFunc(func([]byte) (int, error) { panic("boom\x1b[2J") })
	if code := Main([]string{"version"}, Streams{Stdout: bad, Stderr: &stderr}); code != exitFailed {
		t.Errorf("a panic ends with exit code %d", code)
	}
	if got := stderr.String(); !strings.HasPrefix(got, `pvefw: internal error: boom\x1b[2J; `) || strings.Count(got, "\n") != 1 {
		t.Errorf("a panic says %q", got)
	}
}

func TestWriteFailures(t *testing.T) {
	for _, c := range []struct {
		err  error
		code int
	}{{syscall.EPIPE, exitGood}, {errors.New("disk on fire"), exitFailed}} {
		var stderr bytes.Buffer
		bad := writerFunc(func([]byte) (int, error) { return 0, c.err })
		if code := Main([]string{"version"}, Streams{Stdout: bad, Stderr: &stderr}); code != c.code {
			t.Errorf("%v: exit code %d, want %d (%s)", c.err, code, c.code, stderr.String())
		}
	}
}

// What a file holds goes as it is to programs, and never as orders to a terminal.
func TestFilesDoNotCommandTerminals(t *testing.T) {
	const text = "[RULES]\nIN  DROP # \x1b[2J\n"
	for _, args := range [][]string{
		{"fmt", "-", "--stdin-filename", "100.fw"},
		{"fmt", "--diff", "-", "--stdin-filename", "100.fw"},
		{"lint", "--fix", "-", "--stdin-filename", "100.fw"},
	} {
		for _, terminal := range []bool{false, true} {
			var out, stderr bytes.Buffer
			Main(args, Streams{Stdin: strings.NewReader(text), Stdout: &out, Stderr: &stderr, Terminal: terminal})
			raw, shown := strings.Contains(out.String(), "\x1b"), strings.Contains(out.String(), `\x1b[2J`)
			if raw == terminal || shown != terminal {
				t.Errorf("%v, terminal %v: %q %s", args, terminal, out.String(), stderr.String())
			}
		}
	}
}
