package cli

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/supervise"
	"github.com/spf13/cobra"
)

// nodeFlags are those of every command that changes the rules of the node it runs on,
// or tells about changes.
type nodeFlags struct{ dir, root string }

func (f *nodeFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.dir, "state-dir", supervise.DefaultDir, "the `DIR` in which changes are written down")
	flags.StringVar(&f.root, "root", "", "the `DIR` in which this machine's /proc, /run and /var lie")
	_ = flags.MarkHidden("root")
}

func (f *nodeFlags) machine() supervise.Machine { return supervise.Machine{Root: f.root} }

// store opens the directory in which changes are written down.
func (f *nodeFlags) store() (*supervise.Store, error) {
	store, err := supervise.Open(f.dir, f.machine())
	return store, nodeError(err)
}

// self are the flags that make another pvefw use the same directory and machine.
func (f *nodeFlags) self(verb string) []string {
	args := []string{verb, "--state-dir", absolute(f.dir)}
	if f.root != "" {
		args = append(args, "--root", absolute(f.root))
	}
	return args
}

// locked runs what changes something. It settles first what is overdue, and tells about
// it; waiting is the change that is still waiting for a confirmation, nil without one.
func (f *nodeFlags) locked(s *Streams, what string, do func(store *supervise.Store, waiting *supervise.Pending) error) error {
	store, err := f.store()
	if err != nil {
		return err
	}
	lock, err := store.LockWithin(what, forLock)
	if err != nil {
		return nodeError(err)
	}
	defer lock.Release()
	ended, waiting, err := store.Settle(supervise.Nftables)
	if err != nil {
		return nodeError(err)
	}
	if ended != nil {
		tell(s.Stderr, ended)
	}
	return do(store, waiting)
}

// forLock is how long a command waits for another one that changes the rules.
const forLock = 3 * time.Second

// tell says how a change ended that somebody else has begun.
func tell(w io.Writer, p *supervise.Pending) {
	text := "pvefw: note: change " + strconv.Itoa(p.ID) + " " + outcomeWords(p.Result.Outcome)
	if p.Result.Reason != "" {
		text += ": " + diag.Visible(p.Result.Reason)
	}
	_, _ = io.WriteString(w, text+"\n")
}

func outcomeWords(o supervise.Outcome) string {
	switch o {
	case supervise.Kept:
		return "is in force"
	case supervise.Confirmed:
		return "was confirmed"
	case supervise.Restored:
		return "was taken back"
	}
	return "was cut short, and its rules are in force"
}

// nodeError makes the sentences of supervise those of a command that could not do it.
func nodeError(err error) error {
	var ours *exitError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &ours):
		return err
	}
	return &exitError{code: exitFailed, text: sentences(err)}
}

// sentences are all sentences in an error, in a row, as a message begins and ends.
func sentences(err error) string {
	var list []string
	for _, line := range strings.Split(err.Error(), "\n") {
		if line != "" {
			list = append(list, diag.Visible(line))
		}
	}
	return strings.Join(list, " ")
}

// rootOnly refuses to go on for anybody but root.
func rootOnly(what string) error {
	if os.Geteuid() != 0 {
		return failf("only root may %s; nothing was done", what)
	}
	return nil
}

// peer is the connection that the command is typed over; nil where none is found.
func (f *nodeFlags) peer() *supervise.Connection {
	session, err := f.machine().SessionOf(os.Getpid(), os.Getenv("SSH_CONNECTION"))
	if err != nil {
		return nil
	}
	return session.Connection
}

// hint is what has to be added to a command so that it finds the same directory.
func (f *nodeFlags) hint() string {
	if f.dir == supervise.DefaultDir {
		return ""
	}
	return " --state-dir " + diag.Visible(f.dir)
}

func absolute(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return abs
}
