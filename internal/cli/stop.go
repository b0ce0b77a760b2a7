package cli

import (
	"fmt"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/supervise"
	"github.com/spf13/cobra"
)

const stopLong = `End the service and remove pvefw's tables from the kernel: from then on this
node and its guests are not filtered by pvefw. Tables of others and settings of
the kernel stay. What was in force comes back with pvefw rollback, or with pvefw
start.`

// stopCommand is the way to a node that pvefw does not filter.
func stopCommand(s *Streams) *cobra.Command {
	var f nodeFlags
	cmd := &cobra.Command{
		Use:     "stop",
		Short:   "End the service and remove pvefw's rules",
		Long:    stopLong,
		Example: "  pvefw stop",
		Args:    atMost(0, ""),
	}
	cmd.Flags().SortFlags = false
	yes := yesFlag(cmd)
	f.add(cmd)
	cmd.RunE = func(*cobra.Command, []string) error {
		if err := rootOnly("stop the firewall"); err != nil {
			return err
		}
		if err := s.agree(cmd, *yes, "Remove pvefw's rules, so that this node and its guests are not filtered any more?"); err != nil {
			return err
		}
		if err := endService(&f); err != nil {
			return err
		}
		return f.locked(s, "pvefw stop", func(store *supervise.Store, waiting *supervise.Pending) error {
			if waiting != nil {
				return stillWaiting(store, waiting)
			}
			return f.removeRules(s, store)
		})
	}
	return cmd
}

// endService ends the service, wherever it runs. The rules stay.
func endService(f *nodeFlags) error {
	if f.machine().Managed() {
		if err := systemctl("stop"); err != nil {
			return err
		}
	}
	store, err := f.store()
	if err != nil {
		return err
	}
	return nodeError(store.StopService())
}

func (f *nodeFlags) removeRules(s *Streams, store *supervise.Store) error {
	c, err := connect(nil)
	if err != nil {
		return err
	}
	defer c.Close()
	image, err := c.Read()
	if err != nil {
		return unreachable(err)
	}
	delta := nft.Diff(image.Program, &nft.Program{})
	if !delta.Empty() {
		p, err := store.Run(c.kernel, c.removal())
		if err != nil {
			return applyError(err)
		}
		fmt.Fprintf(s.Stdout, "Change %d: pvefw's rules are gone. This node and its guests are not filtered by pvefw.\n", p.ID)
	} else {
		fmt.Fprintln(s.Stdout, "There are no rules of pvefw's; this node and its guests are not filtered by pvefw.")
	}
	if f.machine().Enabled() {
		fmt.Fprintf(s.Stdout, "The service is enabled: the next boot brings the rules back. To prevent that: systemctl disable %s\n", supervise.Unit)
	}
	return nil
}

// removal is the task that removes everything.
func (c *carrier) removal() *supervise.Task {
	return &supervise.Task{
		Kind: supervise.ByStop, Summary: "pvefw's rules are removed",
		Do: func(supervise.Ruleset) error {
			image, err := c.Read()
			if err != nil {
				return unreachable(err)
			}
			return c.change(nft.Diff(image.Program, &nft.Program{}), image.Generation)
		},
		Check: func() error { return c.holds(&nft.Program{}) },
	}
}

const restartLong = `End the service and start it anew. The rules in force stay all the while.`

func restartCommand(s *Streams) *cobra.Command {
	r := newService(s)
	r.cmd.Use, r.cmd.Short, r.cmd.Long = "restart [CONFIG]", "End the service and start it anew; the rules stay", restartLong
	r.cmd.Example = "  pvefw restart"
	r.cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := r.check("restart the service"); err != nil {
			return err
		}
		if err := r.readable(first(args)); err != nil {
			return err
		}
		if err := endService(&r.nodeFlags); err != nil {
			return err
		}
		return r.begin(first(args))
	}
	return r.cmd
}
