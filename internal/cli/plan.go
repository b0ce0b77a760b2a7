package cli

import (
	"slices"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/plan"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/spf13/cobra"
)

const planLong = `Show what would change on a node before anything does: every chain and set with
the lines that come and go and where they stand in the files, and the packets
that are treated differently, each kind with one that shows it. Nothing is
changed.

What is in force is asked of the kernel, which takes root; or it is read with
--live from a file, so that a change can be planned elsewhere, in CI for
example:

    nftables   what "nft -j list ruleset" prints on the node
    iptables   what iptables-save, ip6tables-save, ipset save and ebtables-save
               print, one file each, or a directory that holds iptables.rules
               and so on

Chains are compared by the hashes that they bear; --verify reads all their
rules. Of tables and chains that belong to others only the names are told: they
are not touched.

With --out the plan is also written into a file. That is a promise, not a
program: pvefw apply makes it anew on the node and refuses unless it comes to
the same.`

// planRun is one call of plan.
type planRun struct {
	*Streams
	configFlags
	liveFlags
	cmd             *cobra.Command
	semantics       string
	out, format     string
	detailed, whole bool
	verify          bool
	noCache         bool
	bare            bool // nobody asks what happens to packets
}

func planCommand(s *Streams) *cobra.Command {
	r := &planRun{Streams: s}
	r.cmd = &cobra.Command{
		Use:   "plan [CONFIG]",
		Short: "Show what would change on a node, and for which packets",
		Long:  planLong,
		Example: `  pvefw plan
  pvefw plan --out plan.json
  ssh pve1 nft -j list ruleset | pvefw plan --live - --node pve1 configs
  pvefw plan --backend iptables --live dump/ --detailed-exitcode
  pvefw plan --format markdown --live pve1.json > comment.md`,
		Args: atMost(1, "CONFIG"),
		RunE: func(_ *cobra.Command, args []string) error { return r.run(first(args)) },
	}
	f := r.cmd.Flags()
	f.SortFlags = false
	r.configFlags.add(r.cmd)
	r.liveFlags.add(r.cmd)
	f.StringVar(&r.semantics, "semantics", "", "`NAME`: intended (what the files say; default of nft) or reference (what pve-firewall does; default of iptables)")
	f.BoolVar(&r.verify, "verify", false, "nft: read all rules in force, also those whose hash says that nothing changes")
	r.addNoCache(r.cmd)
	f.StringVar(&r.out, "out", "", "also write the plan into `FILE`, for pvefw apply")
	f.BoolVar(&r.detailed, "detailed-exitcode", false, "exit with 1 if anything would change")
	f.StringVar(&r.format, "format", "text", "`FORMAT`: text, json or markdown")
	f.BoolVar(&r.whole, "full", false, "text: show all changes and lines, however many")
	return r.cmd
}

func (r *planRun) run(path string) error {
	sem, err := r.check()
	if err != nil {
		return err
	}
	p, err := r.plan(path, sem, r.verify)
	if err != nil {
		return err
	}
	if err := r.write(p); err != nil {
		return err
	}
	if r.detailed && !p.Summary.Empty() {
		return findings()
	}
	return nil
}

func (r *planRun) check() (lower.Semantics, error) {
	if err := oneOf(r.cmd, "format", r.format, []string{"text", "json", "markdown"}, nil); err != nil {
		return 0, err
	}
	if r.whole && r.format != "text" {
		return 0, usagef(r.cmd, "--full goes with --format text")
	}
	if r.out == "" && r.cmd.Flags().Changed("out") {
		return 0, usagef(r.cmd, "--out takes the name of a file")
	}
	if err := r.liveFlags.check(r.cmd); err != nil {
		return 0, err
	}
	return chosenSemantics(r.cmd, r.semantics, r.backend)
}

// chosenSemantics are those of --semantics, or what a backend is for: nftables for what
// the files say, iptables for what the daemon makes of them.
func chosenSemantics(cmd *cobra.Command, name, backend string) (lower.Semantics, error) {
	if name == "" {
		name = map[string]string{"nft": "intended", "iptables": "reference"}[backend]
	}
	if err := oneOf(cmd, "semantics", name, []string{"reference", "intended"}, []string{"preview"}); err != nil {
		return 0, err
	}
	if backend == "iptables" && name != "reference" {
		return 0, usagef(cmd, "--backend iptables shows what pve-firewall makes, so it goes with --semantics reference")
	}
	if name == "intended" {
		return lower.Intended, nil
	}
	return lower.Reference, nil
}

// write puts the plan where it was asked for.
func (r *planRun) write(p *planned) error {
	if r.out != "" {
		if err := overwrite(r.out, p.JSON()); err != nil {
			return err
		}
	}
	text := p.JSON()
	switch r.format {
	case "text":
		text = r.text(p)
	case "markdown":
		text = planMarkdown(p.Plan)
	}
	if _, err := r.Stdout.Write(text); err != nil {
		return failf("cannot write the plan: %s", reason(err))
	}
	return nil
}

// request is what plans of all backends have in common.
func (r *planRun) request(o *opened, sem lower.Semantics) plan.Request {
	found := slices.Clone(o.found)
	found.Sort()
	return plan.Request{Tool: version(), Node: o.policies[0].Node, Semantics: sem.String(), Found: found,
		Config: plan.Source{Name: o.Name, Digest: o.digest()}}
}

// unfit is a policy of which no ruleset can be made.
func unfit(o *opened, more diag.List) error {
	if f := o.policies[0].Fatal; f != nil {
		return &exitError{code: exitFindings, text: fatal(f)}
	}
	return &exitError{code: exitFindings, found: more, text: "no ruleset can be made of this configuration, so there is nothing to plan"}
}
