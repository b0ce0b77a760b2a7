package cli

import (
	"bytes"
	"fmt"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/plan"
	"github.com/pvefw/pvefw/internal/supervise"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/spf13/cobra"
)

const applyLong = `Bring a node's rules into the state that the files ask for, with nftables: show
the plan, ask, and change what differs. In each hook a packet meets the old
rules and elements of sets or the new ones, never some of both; what the kernel
refuses changes nothing. What belongs to others is not touched.

A plan.json of pvefw plan --out is a promise: it is made anew on the node, and
nothing is done unless files and rules in force are still the same.

With --confirm-within everything is taken back unless pvefw confirm comes in
time, over a new connection. Before anything changes, the rules in force are on
the disk and what takes the change back is running; it does not depend on this
session, and a boot does it too.

Nothing is applied while a finding of severity error is there, or a line that
would drop or reject and is itself dropped by the reader (--allow-errors); while
you or an admin network of the settings would be locked out (--i-know); when
more than a part of the rules would go (--max-removed); or beside a running
firewall daemon of Proxmox's (--alongside). Settings of host.fw and those of the
kernel that the rules need are made too, and taken back with them.`

// applyRun is one call of apply.
type applyRun struct {
	guarded
	confirmFlags
	yes     *bool
	promise *plan.Plan // of a plan file; nil without one
}

func applyCommand(s *Streams) *cobra.Command {
	r := &applyRun{}
	r.Streams, r.backend = s, "nft"
	r.cmd = &cobra.Command{
		Use:   "apply [PLAN | CONFIG]",
		Short: "Change the rules of this node, with a way back",
		Long:  applyLong,
		Example: `  pvefw apply --confirm-within 2m
  pvefw plan --out plan.json && pvefw apply plan.json --yes
  pvefw apply --max-removed 100% /etc/pve`,
		Args: atMost(1, "PLAN or CONFIG"),
		RunE: func(_ *cobra.Command, args []string) error { return r.run(first(args)) },
	}
	f := r.cmd.Flags()
	f.SortFlags = false
	r.yes = yesFlag(r.cmd)
	r.confirmFlags.add(r.cmd)
	r.guarded.add()
	return r.cmd
}

func (r *applyRun) run(path string) error {
	share, err := parseShare(r.cmd, r.mostRemoved)
	if err != nil {
		return err
	}
	if err := r.confirmFlags.check(r.cmd); err != nil {
		return err
	}
	if err := r.open(path); err != nil {
		return err
	}
	if err := rootOnly("change the rules in force"); err != nil {
		return err
	}
	return r.locked(r.Streams, "pvefw apply", func(store *supervise.Store, waiting *supervise.Pending) error {
		if waiting != nil {
			return stillWaiting(store, waiting)
		}
		return r.apply(store, share)
	})
}

// open finds out whether the argument is a plan, and whose files it is about.
func (r *applyRun) open(path string) error {
	r.path = path
	if path == "" || path == "-" || isDirectory(path) {
		return nil
	}
	text, err := load.ReadFile(path, nil)
	if err != nil || !bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{")) {
		return nil // a CONFIG of another form; who reads it says what is wrong with it
	}
	if r.promise, err = plan.Read(text); err != nil {
		return failf("%s cannot be applied: %s", diag.Visible(path), diag.Visible(err.Error()))
	}
	r.path = r.promise.Config.Name
	if r.node == "" {
		r.node = r.promise.Node
	}
	if here := r.machine().Name(); r.promise.Node != load.AnyNode && r.promise.Node != here && !r.iKnow {
		return failf("the plan is for the node %s, and this is %s; nothing was done", diag.Visible(r.promise.Node), diag.Visible(here))
	}
	return nil
}

func (r *applyRun) apply(store *supervise.Store, share int) error {
	o, p, err := r.planProgram(r.path, lower.Intended, true, r.rightNode)
	if err != nil {
		return err
	}
	if r.promise != nil {
		if why := r.promise.Stale(p.Plan); why != "" {
			return failf("this plan does not hold any more: %s; make a new one", diag.Visible(why))
		}
	}
	settings, err := r.machine().Differing(supervise.SettingsOf(o.policies[0]))
	if err != nil {
		return nodeError(err)
	}
	if _, err := r.Stdout.Write(r.text(p)); err != nil {
		return failf("cannot write the plan: %s", reason(err))
	}
	tellSettings(r.Streams, settings)
	if err := r.guard(o, p, share); err != nil {
		return err
	}
	if p.Summary.Empty() && len(settings) == 0 {
		return nodeError(store.Free())
	}
	if err := r.agree(r.cmd, *r.yes, "Apply this plan?"); err != nil {
		return err
	}
	return r.carry(store, o, p)
}

// carry carries the plan out.
func (r *applyRun) carry(store *supervise.Store, o *opened, p *planned) error {
	c, err := connect(r.chains)
	if err != nil {
		return err
	}
	defer c.Close()
	task := c.task(supervise.ByApply, o, p)
	return r.carryOut(r.Streams, &r.nodeFlags, store, c.kernel, task)
}

// tellSettings lists what is set beside the rules.
func tellSettings(s *Streams, list []supervise.Setting) {
	for i := range list {
		was := "not there"
		if list[i].Before != nil {
			was = *list[i].Before
		}
		fmt.Fprintf(s.Stdout, "Setting: /%s becomes %s (now %s)\n", diag.Visible(list[i].File), diag.Visible(list[i].Value), diag.Visible(was))
	}
}
