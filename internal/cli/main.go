package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/pvefw/pvefw/internal/diag"
	"golang.org/x/term"
)

// The exit codes of every command.
const (
	exitGood     = 0
	exitFindings = 1 // findings, or a config that cannot be compiled
	exitUsage    = 2
	exitFailed   = 3 // input, output, kernel, internal
)

// The widths that COLUMNS may ask for.
const (
	minWidth = 20
	maxWidth = 10_000
)

// Streams is where a run reads from and writes to, and what it knows about it.
type Streams struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Terminal       bool // Stdout is a terminal
	Color          bool // and wants colours
	Width          int  // cells of Stdout; 0 when it is no terminal and nobody says
	Progress       bool // Stderr is a terminal
	Now            time.Time

	// Expects is told how many bytes a command is about to keep, so that nobody collects
	// what is not yet there; nil where nobody asks.
	Expects func(bytes int64)
}

// System returns the process's own streams.
func System() Streams {
	s := Streams{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Now: time.Now()}
	if fd := int(os.Stdout.Fd()); term.IsTerminal(fd) {
		s.Terminal = true
		s.Color = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
		s.Width, _, _ = term.GetSize(fd)
	}
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n >= minWidth && n <= maxWidth {
		s.Width = n // whoever sets it means it, also for output that is no terminal
	}
	s.Progress = term.IsTerminal(int(os.Stderr.Fd())) && os.Getenv("TERM") != "dumb"
	return s
}

// writeText writes what files hold: as it is where a program reads it, such as patch,
// and visibly to a terminal, which would obey some of it.
func (s *Streams) writeText(text string) {
	if !s.Terminal {
		_, _ = io.WriteString(s.Stdout, text)
		return
	}
	for line := range strings.Lines(text) {
		body, found := strings.CutSuffix(line, "\n")
		if body = diag.Visible(body); found {
			body += "\n"
		}
		_, _ = io.WriteString(s.Stdout, body)
	}
}

// Main runs the command that args (without the program's name) ask for and
// returns the exit code.
func Main(args []string, s Streams) (code int) {
	signal.Ignore(syscall.SIGPIPE)
	out := &output{to: s.Stdout}
	s.Stdout = out
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(s.Stderr, "pvefw: internal error: %s; please report it with the configuration that shows it\n", diag.Visible(fmt.Sprint(p)))
			code = exitFailed
		}
	}()
	root := newRoot(&s)
	root.SetArgs(args)
	err := root.Execute()
	if out.failed != nil && !errors.Is(out.failed, syscall.EPIPE) && (err == nil || saidInOutput(err)) {
		err = failf("cannot write the output: %s", reason(out.failed))
	}
	return report(s.Stderr, err)
}

// saidInOutput tells whether an error leaves what there is to say to the output, which
// says too little when it is cut short.
func saidInOutput(err error) bool {
	var e *exitError
	return errors.As(err, &e) && e.text == ""
}

// report writes what went wrong, in one sentence, and returns the exit code.
func report(w io.Writer, err error) int {
	if err == nil {
		return exitGood
	}
	var e *exitError
	if !errors.As(err, &e) {
		e = &exitError{code: exitUsage, text: plain(err), hint: "pvefw --help"}
	}
	if len(e.found) > 0 {
		_ = diag.WriteText(w, e.found, diag.TextOptions{})
	}
	if e.text != "" {
		fmt.Fprintf(w, "pvefw: %s\n", e.text)
	}
	if e.hint != "" {
		fmt.Fprintf(w, "See %q.\n", e.hint)
	}
	return e.code
}

// output remembers the first failure of writing and drops what comes after it:
// a reader that has seen enough, such as head, is no error.
type output struct {
	to     io.Writer
	failed error
}

func (o *output) Write(p []byte) (int, error) {
	if o.failed == nil {
		_, o.failed = o.to.Write(p)
	}
	return len(p), nil
}
