package cli

import (
	"fmt"
	"os"

	"github.com/pvefw/pvefw/internal/supervise"
	"github.com/spf13/cobra"
)

const confirmLong = `Make the change stand that pvefw apply --confirm-within has made; without it the
change is taken back when its time is over.

A confirmation must show that you still get in. It counts if it comes over a
connection that was opened after the new rules were in force; or over an older
one whose other end has opened a new connection since, to a management port (22,
8006, 3128, 5900 to 5999) or the port of the old one, a browser's for example;
or, without any connection, from a session that was begun since, at the console
for example. A terminal multiplexer such as tmux outlives connections, so its
sessions count by their connections only. What connections there are, the kernel
is asked.`

// confirmCommand is what a person says who still gets in.
func confirmCommand(s *Streams) *cobra.Command {
	var f nodeFlags
	cmd := &cobra.Command{
		Use:     "confirm",
		Short:   "Make a change stand, over a new connection",
		Long:    confirmLong,
		Example: "  pvefw confirm\n  ssh root@pve1 pvefw confirm",
		Args:    atMost(0, ""),
		RunE:    func(*cobra.Command, []string) error { return runConfirm(s, &f) },
	}
	cmd.Flags().SortFlags = false
	f.add(cmd)
	return cmd
}

func runConfirm(s *Streams, f *nodeFlags) error {
	if err := rootOnly("confirm a change"); err != nil {
		return err
	}
	return f.locked(s, "pvefw confirm", func(store *supervise.Store, waiting *supervise.Pending) error {
		if waiting == nil {
			return failf("there is no change that waits for a confirmation")
		}
		m := f.machine()
		session, err := m.SessionOf(os.Getpid(), os.Getenv("SSH_CONNECTION"))
		if err != nil {
			return nodeError(err)
		}
		connections, err := m.Connections(false)
		if err != nil {
			return nodeError(err)
		}
		evidence, err := waiting.Applied.Evidence(session, connections)
		if err != nil {
			return nodeError(err)
		}
		if err := store.Confirm(waiting, evidence); err != nil {
			return nodeError(err)
		}
		fmt.Fprintf(s.Stdout, "Change %d is confirmed: %s.\n", waiting.ID, evidence)
		return nil
	})
}
