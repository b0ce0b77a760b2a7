package cli

import (
	"bytes"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// scriptCommands are the words that scripts have beside testscript's own.
func scriptCommands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"exits": exits,
		"bytes": writeBytes,
		"grow":  grow,
		"fifo":  fifo,
	}
}

// exits CODE COMMAND ARG... runs a command and checks its very exit code; stdout
// and stderr can be looked at afterwards with cmp stdout and the like.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if e, ok := err.(*exec.ExitError); ok {
		got = e.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// bytes FILE TEXT writes text in which Go's escapes are understood.
func writeBytes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: bytes FILE TEXT")
	}
	text, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o644))
}

// grow FILE SIZE TEXT appends text until the file has at least SIZE bytes.
func grow(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: grow FILE SIZE TEXT")
	}
	size, err := strconv.Atoi(args[1])
	ts.Check(err)
	old, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	old = bytes.TrimSuffix(old, []byte("\n"))
	old = append(old, strings.Repeat(args[2], max(0, size-len(old))/len(args[2])+1)...)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), old, 0o644))
}

// fifo FILE makes a named pipe that nobody writes to, where the system has them.
func fifo(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: fifo FILE")
	}
	if err := exec.Command("mkfifo", ts.MkAbs(args[0])).Run(); err != nil {
		ts.Fatalf("cannot make a named pipe: %v", err)
	}
}
