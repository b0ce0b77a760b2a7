package cli

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/supervise"
	"github.com/spf13/cobra"
)

// confirmFlags say whether a change is taken back unless somebody confirms it.
type confirmFlags struct {
	within   time.Duration
	onReboot string
}

// The bounds of --confirm-within: long enough to open a connection, and not so long
// that the change is forgotten.
const (
	leastWithin = time.Second
	mostWithin  = 24 * time.Hour
)

func (f *confirmFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.DurationVar(&f.within, "confirm-within", 0, "take everything back unless pvefw confirm comes within `DURATION`, such as 2m")
	flags.StringVar(&f.onReboot, "on-reboot", "restore", "with --confirm-within: `WHAT` a boot does before that: restore or keep")
}

func (f *confirmFlags) check(cmd *cobra.Command) error {
	if err := oneOf(cmd, "on-reboot", f.onReboot, []string{"restore", "keep"}, nil); err != nil {
		return err
	}
	given := cmd.Flags().Changed("confirm-within")
	switch {
	case given && (f.within < leastWithin || f.within > mostWithin):
		return usagef(cmd, "--confirm-within takes a time from 1s to 24h")
	case !given && cmd.Flags().Changed("on-reboot"):
		return usagef(cmd, "--on-reboot goes with --confirm-within")
	}
	return nil
}

// carryOut runs a task under the lock and says how it went.
func (f *confirmFlags) carryOut(s *Streams, node *nodeFlags, store *supervise.Store, k supervise.Kernel, t *supervise.Task) error {
	t.Within, t.KeepOnReboot = f.within, f.onReboot == "keep"
	t.Watch = func(id int) error { return store.Launch(id, node.self("supervise")...) }
	if c := node.peer(); c != nil {
		t.From = c.Remote.Addr().String()
	}
	p, err := undisturbed(func() (*supervise.Pending, error) { return store.Run(k, t) })
	if err != nil {
		return applyError(err)
	}
	fmt.Fprintf(s.Stdout, "Change %d is in force: %s.\n", p.ID, diag.Visible(p.Summary))
	if t.Within > 0 {
		until := shownTime(p.Deadline().Wall)
		fmt.Fprintf(s.Stdout, "It is taken back at %s unless it is confirmed: open a new connection to this node and run\n\n  pvefw confirm%s\n\n", until, node.hint())
	}
	return nil
}

// undisturbed does something that a hang-up or a person at the keyboard should not cut
// short. What it starts hears signals as ever.
func undisturbed[T any](do func() (T, error)) (T, error) {
	heard := make(chan os.Signal, 1)
	signal.Notify(heard, syscall.SIGHUP, syscall.SIGINT, syscall.SIGTERM)
	defer signal.Stop(heard)
	return do()
}

// stillWaiting refuses a second change beside one that waits.
func stillWaiting(store *supervise.Store, p *supervise.Pending) error {
	return failf("change %d (%s) waits for a confirmation for another %s; run pvefw confirm over a new connection, or pvefw rollback, first",
		p.ID, diag.Visible(p.Summary), store.Remaining(p).Round(time.Second))
}
