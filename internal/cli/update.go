package cli

import (
	"fmt"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/internal/plan"
	"github.com/pvefw/pvefw/internal/supervise"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/spf13/cobra"
)

const updateLong = `Do once what the service does: look at the files, and change what differs from
them in the rules of this node, in one transaction. Nobody is asked. What pvefw
apply refuses is refused; on any error the rules stay as they are.`

// updateRun is what looks at the files and changes what differs.
type updateRun struct {
	guarded
	seen seen
}

// seen is what the last pass that found everything in order has seen.
type seen struct {
	files  string // digest; empty before the first pass
	hashes netlink.Hashes
	number uint32 // of the ruleset that had these hashes; zero before anybody looked
	passes int    // since
}

// mostPasses is after how many everything is looked at again: the node's own addresses
// may have changed, or elements of sets, which neither digest nor hashes tell.
const mostPasses = 6

func updateCommand(s *Streams) *cobra.Command {
	r := &updateRun{}
	r.Streams, r.backend = s, "nft"
	r.cmd = &cobra.Command{
		Use:     "update [CONFIG]",
		Short:   "Change what differs from the files, once",
		Long:    updateLong,
		Example: "  pvefw update\n  pvefw update --max-removed 100% /etc/pve",
		Args:    atMost(1, "CONFIG"),
		RunE: func(_ *cobra.Command, args []string) error {
			r.path = first(args)
			done, err := r.once()
			if err == nil {
				fmt.Fprintf(s.Stdout, "pvefw: %s\n", done)
			}
			return err
		},
	}
	r.cmd.Flags().SortFlags = false
	r.guarded.add()
	return r.cmd
}

// once is one pass. The sentence says what it has come to.
func (r *updateRun) once() (done string, err error) {
	if err := rootOnly("change the rules in force"); err != nil {
		return "", err
	}
	share, err := parseShare(r.cmd, r.mostRemoved)
	if err != nil {
		return "", err
	}
	err = r.locked(r.Streams, "pvefw update", func(store *supervise.Store, waiting *supervise.Pending) error {
		if waiting != nil {
			done = fmt.Sprintf("change %d waits for a confirmation; until then nothing is done", waiting.ID)
			return nil
		}
		done, err = r.update(store, share)
		return err
	})
	return done, err
}

func (r *updateRun) update(store *supervise.Store, share int) (string, error) {
	opt := r.options(r.Streams)
	opt.OneNode = true
	loaded, err := openFiles(r.Streams, r.path, opt)
	if err != nil {
		return "", err
	}
	digest := loaded.digest()
	const inOrder = "the rules in force are what the files ask for"
	switch {
	case digest == store.Held():
		return "the rules of these files were taken back; until they change nothing is done", nil
	case r.unchanged(digest):
		return inOrder, nil
	}
	r.seen = seen{}
	p, o, err := r.judged(share)
	if err != nil {
		return "", err
	}
	done, err := r.change(store, o, p)
	if err != nil {
		return "", err
	}
	r.seen = seen{files: digest, hashes: netlink.HashesOf(p.want)}
	if done == "" {
		done = inOrder
	}
	return done, nil
}

// unchanged reports whether files and rules are as they were when all was in order.
func (r *updateRun) unchanged(digest string) bool {
	if r.seen.passes++; r.seen.files != digest || r.seen.passes > mostPasses {
		return false
	}
	c, err := netlink.Open()
	if err != nil {
		return false
	}
	defer c.Close()
	number, err := c.Generation()
	switch {
	case err != nil:
		return false
	case number == r.seen.number && number != 0:
		return true // the kernel takes seconds to tell the hashes of ten thousand guests
	}
	now, err := c.Hashes()
	if err != nil || !now.Equal(r.seen.hashes) {
		return false
	}
	r.seen.number = number
	return true
}

// judged makes the plan and holds it against the guards.
func (r *guarded) judged(share int) (*planned, *opened, error) {
	o, p, err := r.planProgram(r.path, lower.Intended, true, r.rightNode)
	if err != nil {
		return nil, nil, err
	}
	return p, o, r.guard(o, p, share)
}

// change carries the plan out; the sentence is empty where there is nothing to do.
func (r *updateRun) change(store *supervise.Store, o *opened, p *planned) (string, error) {
	settings, err := r.machine().Differing(supervise.SettingsOf(o.policies[0]))
	if err != nil {
		return "", nodeError(err)
	}
	if p.Summary.Empty() && len(settings) == 0 {
		return "", nil
	}
	c, err := connect(r.chains)
	if err != nil {
		return "", err
	}
	defer c.Close()
	made, err := store.Run(c.kernel, c.task(supervise.ByUpdate, o, p))
	if err != nil {
		return "", applyError(err)
	}
	return fmt.Sprintf("change %d is in force: %s", made.ID, made.Summary), nil
}

// digest is that of the files, as plans have it.
func (o *opened) digest() string {
	files := map[string][]byte{}
	for _, f := range o.Input.Files() {
		files[o.place(f)] = f.Bytes()
	}
	return plan.DigestFiles(files)
}
