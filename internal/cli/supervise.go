package cli

import (
	"fmt"

	"github.com/pvefw/pvefw/internal/supervise"
	"github.com/spf13/cobra"
)

// superviseCommand is what pvefw starts beside itself, and the machine when it boots.
// Nobody types it, so it is not listed.
func superviseCommand(s *Streams) *cobra.Command {
	var f nodeFlags
	var alone, boot bool
	cmd := &cobra.Command{
		Use:     "supervise",
		Short:   "Take a change back that nobody confirms in time",
		Hidden:  true,
		Args:    atMost(0, ""),
		Example: "  pvefw supervise --boot",
	}
	cmd.Flags().SortFlags = false
	f.add(cmd)
	cmd.Flags().BoolVar(&alone, "alone", false, "start no second one: somebody else starts this one anew")
	cmd.Flags().BoolVar(&boot, "boot", false, "bring back the rules that the machine had, and end")
	cmd.RunE = func(*cobra.Command, []string) error {
		store, err := f.store()
		switch {
		case err != nil:
			return err
		case boot:
			return bootRules(s, store)
		}
		twin := func() error { return supervise.Detach(f.self("supervise")...) }
		if alone {
			twin = nil
		}
		return nodeError(store.Watch(supervise.Nftables, twin))
	}
	return cmd
}

func bootRules(s *Streams, store *supervise.Store) error {
	lock, err := store.Lock("pvefw supervise")
	if err != nil {
		return nodeError(err)
	}
	defer lock.Release()
	done, err := store.Boot(supervise.Nftables)
	if err == nil {
		fmt.Fprintf(s.Stdout, "pvefw: %s\n", done)
	}
	return nodeError(err)
}
