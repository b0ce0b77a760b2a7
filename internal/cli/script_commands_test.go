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
		"steps": steps,
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

// steps FILE LINE OUT takes the shell text that a CI system would run out of FILE:
// the block of the first "run: |", or the items of the list, behind LINE.
func steps(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: steps FILE LINE OUT")
	}
	_, text, found := strings.Cut(ts.ReadFile(args[0]), args[1]+"\n")
	if !found {
		ts.Fatalf("%s has no line %s", args[0], args[1])
	}
	if !strings.HasSuffix(args[1], "script:") {
		_, text, found = strings.Cut(text, "run: |\n")
	}
	first := strings.TrimLeft(text, " ")
	indent := text[:len(text)-len(first)]
	var out strings.Builder
	for line := range strings.Lines(text) {
		rest, inside := strings.CutPrefix(line, indent)
		if !inside && strings.TrimSpace(line) != "" {
			break
		}
		out.WriteString(strings.TrimPrefix(rest, "- "))
	}
	if !found || indent == "" || out.Len() == 0 {
		ts.Fatalf("%s has no script behind %s", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(out.String()), 0o644))
}
