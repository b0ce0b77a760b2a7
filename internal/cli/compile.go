package cli

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/pvefw/pvefw/compiler"
	"github.com/pvefw/pvefw/compiler/all"
	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/spf13/cobra"
)

const compileLong = `Turn a CONFIG into the text that a kernel tool loads, for one node.

The text goes to standard output, or with --out DIR into DIR: the four texts of
--target iptables as iptables.rules, ip6tables.rules, ipset.rules and
ebtables.rules, the script of --target nft as ruleset.nft. The script is one
transaction, can be loaded again and touches no tables but its own; unless
--semantics says otherwise it is made of what the files say, the other targets
of what pve-firewall does. The target ir prints what the firewall does, for
people. The same CONFIG gives the same bytes. What Proxmox would not take as
written is said on standard error; a config that cannot be compiled gives no
output and exit code 1.`

// targets are the words of --target: those of the four tools, nft and ir.
var targets = []string{"iptables", "ip6tables", "ipset", "ebtables", "nft", "ir"}

func compileCommand(s *Streams) *cobra.Command {
	var f configFlags
	var target, dir string
	var plainly bool
	cmd := &cobra.Command{
		Use:   "compile [CONFIG]",
		Short: "Print the rules a node loads",
		Long:  compileLong,
		Example: `  pvefw compile --target iptables
  pvefw compile --target iptables --out build /etc/pve --node pve1
  pvefw compile --target nft | nft -f -
  pvefw compile --target ir --semantics intended examples/datacenter --node pve1`,
		Args: atMost(1, "CONFIG"),
	}
	cmd.Flags().SortFlags = false
	f.add(cmd)
	semantics := semanticsFlag(cmd)
	cmd.Flags().StringVar(&target, "target", "", "`TARGET`: iptables, ip6tables, ipset, ebtables, nft or ir")
	cmd.Flags().StringVar(&dir, "out", "", "write all texts of the target into `DIR`")
	cmd.Flags().BoolVar(&plainly, "no-fold", false, "nft: one rule per rule, nothing folded into sets and maps")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := checkTarget(cmd, target, dir); err != nil {
			return err
		}
		sem, err := semantics()
		if err != nil {
			return err
		}
		if target == "nft" && !cmd.Flags().Changed("semantics") {
			sem = lower.Intended
		}
		o, err := openOnce(s, first(args), &f, sem)
		if err != nil {
			return err
		}
		made, err := o.compile(s.Stderr, target, dir != "", plainly)
		if err != nil {
			return err
		}
		if dir != "" {
			return writeAll(dir, made)
		}
		return made[0].write(s.Stdout)
	}
	return cmd
}

func checkTarget(cmd *cobra.Command, target, dir string) error {
	if target == "" {
		return usagef(cmd, "say with --target what to print: %s", strings.Join(targets, ", "))
	}
	if err := oneOf(cmd, "target", target, targets, nil); err != nil {
		return err
	}
	if cmd.Flags().Changed("no-fold") && target != "nft" {
		return usagef(cmd, "--no-fold goes with --target nft")
	}
	if dir == "" && cmd.Flags().Changed("out") {
		return usagef(cmd, "--out takes the name of a directory")
	}
	if dir != "" && target != "iptables" && target != "nft" {
		return usagef(cmd, "--out goes with --target iptables, which writes all four texts, or nft")
	}
	return nil
}

// openOnce is openNode for a command that looks at the policy only, so that the
// rest is dropped as soon as it can be.
func openOnce(s *Streams, path string, f *configFlags, sem lower.Semantics) (*opened, error) {
	o, err := openOneNode(s, path, f)
	if err != nil {
		return nil, err
	}
	return o, o.once(s, path, o.Input, sem)
}

// openOneNode is the first half of openOnce: nothing is resolved yet.
func openOneNode(s *Streams, path string, f *configFlags) (*opened, error) {
	opt := f.options(s)
	opt.OneNode = true
	return openFiles(s, path, opt)
}

// once resolves and lowers files of one node, which may be fewer than were loaded.
func (o *opened) once(s *Streams, path string, in config.Input, sem lower.Semantics) error {
	defer s.progress("resolving " + shownPath(path))()
	o.config, o.found = config.Resolve(in)
	if len(o.config.Nodes) != 1 {
		return failf("there is no node in %s", diag.Visible(path))
	}
	p, found := lower.Consume(o.config, o.config.Nodes[0], sem)
	o.found = append(append(o.found, o.Findings...), found...)
	o.policies = []*ir.Policy{p}
	return nil
}

// artifact is a text that is still to be written, once.
type artifact struct {
	name  string // in a --out directory
	write func(io.Writer) error
}

// compile emits the node's policy, plainly where the backend has two forms, and all
// its texts or the one of the target. Findings go to w, a line each.
func (o *opened) compile(w io.Writer, target string, whole, plainly bool) ([]artifact, error) {
	p, missing := o.policies[0], o.missing()
	o.config = nil // has been lowered; large, and its memory is wanted for the text
	if p.Fatal != nil {
		return nil, &exitError{code: exitFindings, text: fatal(p.Fatal)}
	}
	made, more, err := emit(p, target, whole, plainly)
	if err != nil {
		return nil, err
	}
	brief(w, missing, o.found, more)
	if len(made) == 0 {
		return nil, &exitError{code: exitFindings, text: "this configuration cannot be compiled for " + target}
	}
	return made, nil
}

// emit makes the texts of a target; there are none where it cannot be compiled.
func emit(p *ir.Policy, target string, whole, plainly bool) ([]artifact, diag.List, error) {
	if target == "ir" {
		var b bytes.Buffer
		if err := ir.Dump(&b, p); err != nil {
			return nil, nil, failf("cannot print the policy: %s", plain(err))
		}
		return []artifact{{write: func(w io.Writer) error { _, err := b.WriteTo(w); return err }}}, nil, nil
	}
	backend, file := backendOf(target, plainly), target+".rules"
	if target == "nft" {
		file, whole = nft.ScriptFile, false // it is all there is
	}
	if s, ok := backend.(compiler.Streamer); ok && !whole {
		write, found := s.Stream(p, file)
		if write == nil {
			return nil, found, nil
		}
		return []artifact{{file, write}}, found, nil
	}
	var made []artifact
	artifacts, found := backend.Emit(p)
	for _, a := range artifacts {
		if whole || a.Name == file {
			made = append(made, artifact{a.Name, func(w io.Writer) error { _, err := io.WriteString(w, a.Text); return err }})
		}
	}
	return made, found, nil
}

// backendOf finds the backend of a target.
func backendOf(target string, plainly bool) compiler.Backend {
	name := "iptables" // of all four tools
	if target == "nft" {
		name = target
	}
	for _, b := range all.Backends() {
		if b.Name() != name {
			continue
		}
		if f, ok := b.(compiler.Folder); ok && plainly {
			return f.Plain()
		}
		return b
	}
	panic("unreachable: no backend " + name)
}

func fatal(f *ir.Skipped) string {
	return fmt.Sprintf("%s: %s; nothing can be compiled", diag.Visible(f.Origin.Span.String()), diag.Visible(strings.TrimSuffix(f.Reason, ".")))
}

// brief tells findings in a line each; what does not change the result is left
// to lint.
func brief(w io.Writer, missing []string, lists ...diag.List) {
	var found diag.List
	for _, list := range lists {
		for i := range list {
			if list[i].Severity != diag.Info {
				found = append(found, list[i])
			}
		}
	}
	found.Sort()
	last := ""
	for _, d := range found {
		line := fmt.Sprintf("%s: %s[%s]: %s\n", diag.Visible(d.Span.String()), d.Severity, d.Rule.Code, diag.Visible(d.Message))
		if line != last {
			io.WriteString(w, line)
			last = line
		}
	}
	for _, m := range missing {
		fmt.Fprintf(w, "pvefw: note: unknown: %s\n", diag.Visible(m))
	}
}
