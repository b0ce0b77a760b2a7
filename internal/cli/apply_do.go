package cli

import (
	"errors"
	"path/filepath"
	"syscall"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/plan"
	"github.com/pvefw/pvefw/internal/supervise"
)

// carrier is the connection over which a plan is carried out.
type carrier struct {
	*netlink.Conn
	kernel supervise.Kernel
	chains *chainMemory
}

// connect opens a connection that tells a memory, or nobody, which chains it saw last.
func connect(chains *chainMemory) (*carrier, error) {
	c, err := netlink.Open()
	if err != nil {
		return nil, unreachable(err)
	}
	chains.recall(c)
	return &carrier{c, supervise.Over(c), chains}, nil
}

// task makes a plan something that can be carried out.
func (c *carrier) task(kind supervise.Kind, o *opened, p *planned) *supervise.Task {
	t := &supervise.Task{
		Kind: kind, Summary: planSentence(&p.Summary), Config: o.Root, ConfigDigest: p.Config.Digest, Settings: supervise.SettingsOf(o.policies[0]),
		Files: map[string][]byte{"plan.json": p.JSON()},
		Do:    func(supervise.Ruleset) error { return c.send(p) },
		Check: func() error { return c.holds(p.want) },
	}
	if p.Summary.Empty() {
		t.Summary = "settings of the kernel"
	}
	if !o.FromGit && !o.Snapshot {
		if snapshot, err := load.WriteSnapshot(filepath.FromSlash(o.Root)); err == nil {
			t.Files["config.snapshot"] = snapshot // for pvefw diff later; nothing hangs on it
		}
	}
	return t
}

// mostTries is how often a change is sent anew because others have changed tables of
// their own, which counts as a change of the ruleset too.
const mostTries = 5

// send changes what differs. The kernel itself refuses the change if the ruleset is not
// the one that the plan was made of; then pvefw's part of it decides. It may be as it was
// under other names, so the way is found anew.
func (c *carrier) send(p *planned) error {
	delta, generation := p.delta, p.live.Generation
	for range mostTries {
		err := c.change(delta, generation)
		if !errors.Is(err, netlink.ErrStale) {
			return err
		}
		image, err := c.Read()
		if err != nil {
			return unreachable(err)
		}
		if plan.FromKernel(image, nil).Digest() != p.Live.Digest {
			break
		}
		delta, generation = nft.Diff(image.Program, p.want), image.Generation
	}
	return netlink.ErrStale
}

// change makes a change of the ruleset of a generation.
func (c *carrier) change(delta *nft.Delta, generation uint32) error {
	if delta.Empty() {
		return nil
	}
	batch, err := netlink.EncodeDelta(delta, generation)
	if err != nil {
		return failf("the change cannot be put into the kernel's words: %s", diag.Visible(err.Error()))
	}
	err = c.Apply(batch)
	if errors.Is(err, netlink.ErrUnknown) {
		return errors.Join(err, supervise.ErrUncertain)
	}
	return err
}

// holds makes sure that a program is in force.
func (c *carrier) holds(want *nft.Program) error {
	image, err := c.Read()
	if err != nil {
		return unreachable(err)
	}
	c.chains.keep(c.Conn)
	if plan.Digest(image.Program) != plan.Digest(want) {
		return failf("what the kernel holds is not what was sent")
	}
	return nil
}

// applyError says why a change was not made.
func applyError(err error) error {
	var refusal *netlink.Refusal
	switch {
	case errors.Is(err, netlink.ErrStale):
		return failf("somebody else changed the rules in force meanwhile; nothing was changed, try again")
	case errors.As(err, &refusal):
		return failf("%s%s", diag.Visible(refusal.Error()), meaning(refusal))
	case errors.Is(err, supervise.ErrUncertain):
		return failf("%s; what was in force before was brought back", sentences(err))
	}
	return nodeError(err)
}

// meaning is what a refusal comes from, where the kernel's word for it does not tell.
func meaning(r *netlink.Refusal) string {
	if r.Table == nft.GuestTable && errors.Is(r.Reason, syscall.EPROTO) {
		return "; this kernel does not know connections on bridges (the module nf_conntrack_bridge)"
	}
	return ""
}

// rightNode refuses files that are said to be another node's than this one.
func (r *guarded) rightNode(o *opened) error {
	name, here := o.policies[0].Node, r.machine().Name()
	anybodys := o.config.Nodes[0].Facts.NoDir && (r.node == "" || r.node == load.AnyNode)
	if anybodys || name == here || r.iKnow {
		return nil
	}
	return failf("the files are for the node %s, and this is %s; nothing was done", diag.Visible(name), diag.Visible(here))
}
