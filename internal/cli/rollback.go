package cli

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/compiler/nft/space"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/supervise"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/spf13/cobra"
)

const rollbackLong = `Bring back the rules, the elements of sets and the settings of the kernel that
were in force before a change: the one that waits for a confirmation, else the
latest one, or the one with the number ID. They come back in one transaction,
exactly as they were.

A rollback is a change itself, so it has a number, can wait for a confirmation,
and can be rolled back. Files are not changed: a running service leaves them
alone until they change, so that it does not apply again what was rolled back.

Rules that would not let new connections of your own session in are refused,
unless with --i-know. A change that still waits for a confirmation is taken back
in any case.`

// rollbackRun is one call of rollback.
type rollbackRun struct {
	*Streams
	nodeFlags
	confirmFlags
	cmd           *cobra.Command
	yes           *bool
	iKnow         bool
	list, journal bool
	show          int
	format        string
}

func rollbackCommand(s *Streams) *cobra.Command {
	r := &rollbackRun{Streams: s}
	r.cmd = &cobra.Command{
		Use:   "rollback [ID]",
		Short: "Bring back what was in force before a change",
		Long:  rollbackLong,
		Example: `  pvefw rollback
  pvefw rollback --list
  pvefw rollback --show 7
  pvefw rollback 7 --confirm-within 2m`,
		Args: atMost(1, "ID"),
		RunE: func(_ *cobra.Command, args []string) error { return r.run(args) },
	}
	f := r.cmd.Flags()
	f.SortFlags = false
	r.yes = yesFlag(r.cmd)
	r.confirmFlags.add(r.cmd)
	f.BoolVar(&r.iKnow, "i-know", false, "bring rules back although they lock you out")
	f.BoolVar(&r.list, "list", false, "list the changes, the latest first")
	f.StringVar(&r.format, "format", "text", "of --list, `FORMAT`: text or json")
	f.BoolVar(&r.journal, "journal", false, "print what has happened, a line each, the latest last")
	f.IntVar(&r.show, "show", 0, "show what the change with the number `ID` has changed")
	r.nodeFlags.add(r.cmd)
	return r.cmd
}

func (r *rollbackRun) run(args []string) error {
	id := 0
	if len(args) > 0 {
		var err error
		if id, err = strconv.Atoi(args[0]); err != nil || id < 1 {
			return usagef(r.cmd, "\"%s\" is not the number of a change; pvefw rollback --list shows them", diag.Visible(args[0]))
		}
	}
	if err := r.confirmFlags.check(r.cmd); err != nil {
		return err
	}
	if err := oneOf(r.cmd, "format", r.format, []string{"text", "json"}, nil); err != nil {
		return err
	}
	if r.cmd.Flags().Changed("format") && !r.list {
		return usagef(r.cmd, "--format goes with --list")
	}
	if err := rootOnly("see changes and roll them back"); err != nil {
		return err
	}
	switch {
	case r.journal:
		return r.notes()
	case r.list:
		return r.history()
	case r.cmd.Flags().Changed("show"):
		return r.showChange()
	}
	return r.locked(r.Streams, "pvefw rollback", func(store *supervise.Store, waiting *supervise.Pending) error {
		if waiting != nil && (id == 0 || id == waiting.ID) {
			return r.takeBack(store, waiting)
		}
		if waiting != nil {
			return stillWaiting(store, waiting)
		}
		return r.back(store, id)
	})
}

// takeBack ends a change that waits.
func (r *rollbackRun) takeBack(store *supervise.Store, waiting *supervise.Pending) error {
	if err := r.agree(r.cmd, *r.yes, fmt.Sprintf("Take back change %d (%s)?", waiting.ID, diag.Visible(waiting.Summary))); err != nil {
		return err
	}
	if err := store.Restore(supervise.Nftables, waiting, "pvefw rollback asked for it"); err != nil {
		return nodeError(err)
	}
	fmt.Fprintf(r.Stdout, "Change %d was taken back: what was in force before is in force.\n", waiting.ID)
	return nil
}

// back brings back what was before a decided change.
func (r *rollbackRun) back(store *supervise.Store, id int) error {
	history, err := store.History()
	if err != nil {
		return nodeError(err)
	}
	target, last := choose(history, id)
	switch {
	case target == nil && id > 0:
		return failf("there is no change %d; pvefw rollback --list shows those that there are", id)
	case target == nil:
		return failf("no change has been made yet, so there is nothing to go back to")
	}
	saved, err := store.Kept(target.ID, "before")
	if err != nil {
		return nodeError(err)
	}
	kernel, err := supervise.Nftables()
	if err != nil {
		return unreachable(err)
	}
	defer kernel.Close()
	wanted, err := kernel.Parse(saved)
	if err != nil {
		return failf("the rules from before change %d are damaged: %s", target.ID, diag.Visible(err.Error()))
	}
	if err := r.guard(wanted); err != nil {
		return err
	}
	question := fmt.Sprintf("Bring back the rules from before change %d (%s, %s)?", target.ID, shownTime(target.Began.Wall), diag.Visible(target.Summary))
	if err := r.agree(r.cmd, *r.yes, question); err != nil {
		return err
	}
	task := rollbackTask(kernel, wanted)
	task.Summary = fmt.Sprintf("back to the rules from before change %d", target.ID)
	task.ConfigDigest = last.ConfigDigest
	task.Settings = earlier(target)
	return r.carryOut(r.Streams, &r.nodeFlags, store, kernel, task)
}

// guard refuses rules that let no new connection of this session in. Where somebody has
// put in what pvefw cannot read, nobody can say.
func (r *rollbackRun) guard(wanted supervise.Ruleset) error {
	saved, known := wanted.(*netlink.Saved)
	if r.iKnow || !known {
		return nil
	}
	node := analysis.Asker(unknown{})
	if image, err := saved.Image(nft.HostTable); err == nil && len(image.Strange) == 0 {
		node = space.NewReach(image.Program)
	}
	return refuseLockouts(r.Streams, r.lockouts(node))
}

// unknown is a node of which nobody knows what it lets in.
type unknown struct{}

func (unknown) Ask(analysis.Probe) analysis.Reached { return analysis.Reached{} }

// choose finds the change that is to be undone: the one with a number, or the latest of
// those that stand; and the latest of all that stand.
func choose(history []*supervise.Pending, id int) (target, last *supervise.Pending) {
	for _, p := range history {
		if last == nil && p.Result.Outcome.Stands() {
			last = p
		}
		if p.ID == id {
			target = p
		}
	}
	if id == 0 {
		target = last
	}
	if target != nil && last == nil {
		last = target
	}
	return target, last
}

// earlier are the settings from before a change. One that was not there stays.
func earlier(p *supervise.Pending) []supervise.Setting {
	var list []supervise.Setting
	for _, s := range p.Settings {
		if s.Before != nil {
			list = append(list, supervise.Setting{File: s.File, Value: *s.Before})
		}
	}
	return list
}

func rollbackTask(k supervise.Kernel, wanted supervise.Ruleset) *supervise.Task {
	return &supervise.Task{
		Kind: supervise.ByRollback,
		Do: func(supervise.Ruleset) error {
			if err := k.Restore(wanted); err != nil {
				return errors.Join(failf("the rules cannot be brought back: %s", diag.Visible(err.Error())), supervise.ErrUncertain)
			}
			return nil
		},
		Check: func() error {
			now, err := k.Save()
			if err == nil && now.Digest() != wanted.Digest() {
				err = failf("the kernel does not hold what was brought back")
			}
			return err
		},
	}
}
