package cli

import (
	"fmt"
	"sync"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/internal/verify"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/spf13/cobra"
)

const diffLong = `Tell what a change does: which traffic it opens and closes, for every endpoint
and direction, each with a packet that shows it and the lines that decide before
and after. It is worked out for all packets; equal is a proof that none is
treated differently.

OLD and NEW are CONFIGs or git revisions (REV, REV:PATH, or git:REV where a file
has the same name); nothing in the work tree is touched. Each end of a way is
judged by itself: what a guest may send, and what another may receive.

wider means that everything passes that passed before, and more; narrower the
reverse; incomparable both, or only that packets are refused or inspected in
another way (DROP or REJECT). --fail-on wider fails if anything newly passes,
--fail-on narrower if anything no longer does, --fail-on any at every change of
traffic.

--expect passes if exactly what it says has changed, for the first packets of
ordinary connections: allow|deny|reject [SERVICE | PROTOCOL PORTS] from END to
END, where one END is vm100, ct200/net1, host or host:NODE, and the other any or
addresses. The words are those of pvefw verify's tests. Several are taken
together.`

// diffRun is one call of diff.
type diffRun struct {
	*Streams
	configFlags
	cmd                    *cobra.Command
	semantics              [2]string
	expect                 []string
	failOn, format         string
	detailed, noText, stat bool

	paths [2]string
	sides [2]*opened
}

func diffCommand(s *Streams) *cobra.Command {
	r := &diffRun{Streams: s}
	r.cmd = &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Show which traffic a change opens and closes",
		Long:  diffLong,
		Example: `  pvefw diff main HEAD
  pvefw diff main:configs/cluster-a configs/cluster-a --fail-on wider
  pvefw diff /etc/pve new --expect 'allow tcp 80,443 from any to vm100'
  pvefw diff --format markdown origin/main HEAD > comment.md
  pvefw diff --semantics-new intended /etc/pve /etc/pve`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usagef(cmd, "diff compares two CONFIGs or revisions, OLD and NEW, not %d", len(args))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return r.run(args[0], args[1]) },
	}
	f := r.cmd.Flags()
	f.SortFlags = false
	r.add(r.cmd)
	f.StringVar(&r.semantics[0], "semantics-old", "reference", "what OLD means: `NAME` is reference or intended")
	f.StringVar(&r.semantics[1], "semantics-new", "reference", "what NEW means: `NAME` is reference or intended")
	f.StringArrayVar(&r.expect, "expect", nil, "fail unless exactly `CHANGE` happens; may be repeated")
	f.StringVar(&r.failOn, "fail-on", "", "exit with 1 at a change that is `CLASS`: wider, narrower or any")
	f.BoolVar(&r.detailed, "detailed-exitcode", false, "exit with 1 if any traffic is treated differently")
	f.StringVar(&r.format, "format", "text", "`FORMAT`: text, json or markdown")
	f.BoolVar(&r.noText, "no-text", false, "leave the differences of the files out")
	f.BoolVar(&r.stat, "stat", false, "of the files say only how many lines change")
	return r.cmd
}

func (r *diffRun) run(old, new string) error {
	r.paths = [2]string{old, new}
	sem, err := r.check()
	if err != nil {
		return err
	}
	if err := r.open(sem); err != nil {
		return err
	}
	promises, err := r.promises()
	if err != nil {
		return err
	}
	d := r.compare()
	if len(promises) > 0 {
		d.broken = analysis.Exactly(d.nodes, promises)
	}
	if !r.noText {
		d.files = r.fileDiffs()
	}
	return r.write(d)
}

func (r *diffRun) check() (sem [2]lower.Semantics, err error) {
	if r.paths[0] == "-" || r.paths[1] == "-" {
		return sem, usagef(r.cmd, "diff does not read standard input; name two CONFIGs or revisions")
	}
	if err := oneOf(r.cmd, "format", r.format, []string{"text", "json", "markdown"}, nil); err != nil {
		return sem, err
	}
	if r.failOn != "" || r.cmd.Flags().Changed("fail-on") {
		if err := oneOf(r.cmd, "fail-on", r.failOn, []string{"wider", "narrower", "any"}, nil); err != nil {
			return sem, err
		}
	}
	if r.noText && r.stat {
		return sem, usagef(r.cmd, "--no-text leaves out what --stat is about")
	}
	for i, flag := range []string{"semantics-old", "semantics-new"} {
		if err := oneOf(r.cmd, flag, r.semantics[i], []string{"reference", "intended"}, []string{"preview"}); err != nil {
			return sem, err
		}
		if r.semantics[i] == "intended" {
			sem[i] = lower.Intended
		}
	}
	return sem, nil
}

// open reads both sides one after the other and works them out side by side.
func (r *diffRun) open(sem [2]lower.Semantics) error {
	for i, path := range r.paths {
		opt := r.options(r.Streams)
		opt.NoBaseline = true
		o, err := openFiles(r.Streams, path, opt)
		if err != nil {
			return err
		}
		r.sides[i] = o
	}
	defer r.progress("working out both sides")()
	inputs := r.inputs()
	var wait sync.WaitGroup
	var failed [2]any
	for i, o := range r.sides {
		wait.Go(func() {
			defer func() { failed[i] = recover() }()
			o.resolve(inputs[i], sem[i])
		})
	}
	wait.Wait()
	for _, f := range failed {
		if f != nil {
			panic(f) // where Main sees it
		}
	}
	return nil
}

// promises are what --expect says, in the words of tests about either side.
func (r *diffRun) promises() ([]*analysis.Promise, error) {
	if len(r.expect) == 0 {
		return nil, nil
	}
	world := verify.Between(worldOf(r.sides[0]), worldOf(r.sides[1]))
	var list []*analysis.Promise
	var found diag.List
	for _, text := range r.expect {
		p, faults := world.ReadPromise(source.NewFile("--expect", []byte(text)))
		list, found = append(list, p), append(found, faults...)
	}
	if len(found) > 0 {
		return nil, &exitError{code: exitUsage, text: "the expected change is not understood, so nothing was compared", found: found, hint: r.cmd.CommandPath() + " --help"}
	}
	return list, nil
}

// inputs are the files of both sides. Where neither has the datacenter's file the
// firewall is taken to be on: it would be off for all of them, and nobody asks that.
func (r *diffRun) inputs() [2]config.Input {
	in := [2]config.Input{r.sides[0].Input, r.sides[1].Input}
	if in[0].Cluster == nil && in[1].Cluster == nil && !in[0].Datacenter && !in[1].Datacenter {
		fmt.Fprintln(r.Stderr, "pvefw: note: neither side has a cluster.fw; the cluster's firewall is taken to be on")
		for i := range in {
			in[i].Cluster = source.NewFile("cluster.fw", []byte("[OPTIONS]\n\nenable: 1\n"))
		}
	}
	return in
}

// write shows what was found and says how it ends.
func (r *diffRun) write(d *compared) error {
	var err error
	switch r.format {
	case "json":
		err = r.writeJSON(d)
	case "markdown":
		err = r.writeMarkdown(d)
	default:
		err = r.writeText(d)
	}
	if err != nil {
		return failf("cannot write the difference: %s", reason(err))
	}
	if why := r.fails(d); why != "" {
		return &exitError{code: exitFindings, text: why}
	}
	if r.detailed && d.class != analysis.Equal {
		return findings()
	}
	return nil
}

// fails tells why the flags make this difference a failure; empty if they do not.
func (r *diffRun) fails(d *compared) string {
	unsure := d.unknown() > 0 || d.loads() > 0
	switch {
	case len(d.broken) > 0:
		return "this is not exactly the change that --expect names"
	case r.failOn == "":
	case r.failOn == "any" && d.class != analysis.Equal:
		return "the change does something to traffic, and --fail-on any allows nothing"
	case r.failOn == "wider" && d.tally.Has(analysis.Opens):
		return "the change opens something, and --fail-on wider does not allow that"
	case r.failOn == "narrower" && d.tally.Has(analysis.Closes):
		return "the change closes something, and --fail-on narrower does not allow that"
	case unsure:
		return fmt.Sprintf("not everything could be compared, so nobody knows whether the change is %s", r.failOn)
	}
	return ""
}
