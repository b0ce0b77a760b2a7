package cli

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/compiler"
	"github.com/pvefw/pvefw/compiler/all"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir"
	"github.com/spf13/cobra"
)

const compileLong = `Turn a CONFIG into the text that a kernel tool loads, for one node.

The text goes to standard output, or with --target iptables --out DIR the four
texts go into DIR as iptables.rules, ip6tables.rules, ipset.rules and
ebtables.rules. The target ir prints what the firewall does, for people. The same
CONFIG gives the same bytes. What Proxmox would not take as written is said on
standard error; a config that cannot be compiled gives no output and exit code 1.`

// targets are the words of --target: those of the four tools and ir.
var targets = []string{"iptables", "ip6tables", "ipset", "ebtables", "ir"}

func compileCommand(s *Streams) *cobra.Command {
	var f configFlags
	var target, dir string
	cmd := &cobra.Command{
		Use:   "compile [CONFIG]",
		Short: "Print the rules a node loads",
		Long:  compileLong,
		Example: `  pvefw compile --target iptables
  pvefw compile --target iptables --out build /etc/pve --node pve1
  pvefw compile --target ir --semantics intended examples/datacenter --node pve1`,
		Args: atMost(1, "CONFIG"),
	}
	cmd.Flags().SortFlags = false
	f.add(cmd)
	semantics := semanticsFlag(cmd)
	cmd.Flags().StringVar(&target, "target", "", "`TARGET`: iptables, ip6tables, ipset, ebtables or ir")
	cmd.Flags().StringVar(&dir, "out", "", "write all texts of the target into `DIR`")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := checkTarget(cmd, target, dir); err != nil {
			return err
		}
		sem, err := semantics()
		if err != nil {
			return err
		}
		o, err := openNode(s, first(args), &f, sem)
		if err != nil {
			return err
		}
		texts, err := o.compile(s.Stderr, target)
		if err != nil {
			return err
		}
		if dir != "" {
			return writeAll(dir, texts)
		}
		_, err = io.WriteString(s.Stdout, pick(texts, target))
		return err
	}
	return cmd
}

func checkTarget(cmd *cobra.Command, target, dir string) error {
	if target == "" {
		return usagef(cmd, "say with --target what to print: %s", strings.Join(targets, ", "))
	}
	if err := oneOf(cmd, "target", target, targets, []string{"nft"}); err != nil {
		return err
	}
	if dir == "" && cmd.Flags().Changed("out") {
		return usagef(cmd, "--out takes the name of a directory")
	}
	if dir != "" && target != "iptables" {
		return usagef(cmd, "--out goes with --target iptables, which writes all four texts")
	}
	return nil
}

// compile emits the node's policy. Findings go to w, a line each.
func (o *opened) compile(w io.Writer, target string) ([]compiler.Artifact, error) {
	p := o.policies[0]
	if p.Fatal != nil {
		return nil, &exitError{code: exitFindings, text: fatal(p.Fatal)}
	}
	found := slices.Clone(o.found)
	var texts []compiler.Artifact
	if target == "ir" {
		var b bytes.Buffer
		if err := ir.Dump(&b, p); err != nil {
			return nil, failf("cannot print the policy: %s", plain(err))
		}
		texts = []compiler.Artifact{{Name: "ir", Text: b.String()}}
	} else {
		var more diag.List
		texts, more = backendOf("iptables").Emit(p)
		found = append(found, more...)
		if more.Count(diag.Error) > 0 && len(texts) == 0 {
			brief(w, found, o.missing())
			return nil, &exitError{code: exitFindings, text: "this configuration cannot be compiled for " + target}
		}
	}
	brief(w, found, o.missing())
	return texts, nil
}

// backendOf finds a backend by its name.
func backendOf(name string) compiler.Backend {
	for _, b := range all.Backends() {
		if b.Name() == name {
			return b
		}
	}
	panic("unreachable: no backend " + name)
}

func fatal(f *ir.Skipped) string {
	return fmt.Sprintf("%s: %s; nothing can be compiled", diag.Visible(f.Origin.Span.String()), diag.Visible(strings.TrimSuffix(f.Reason, ".")))
}

// pick returns the text of a target.
func pick(texts []compiler.Artifact, target string) string {
	for _, t := range texts {
		if name, _, _ := strings.Cut(t.Name, "."); name == target {
			return t.Text
		}
	}
	return ""
}

// brief tells findings in a line each; what does not change the result is left
// to lint.
func brief(w io.Writer, found diag.List, missing []string) {
	found.Sort()
	last := ""
	for _, d := range found {
		line := fmt.Sprintf("%s: %s[%s]: %s\n", diag.Visible(d.Span.String()), d.Severity, d.Rule.Code, diag.Visible(d.Message))
		if d.Severity != diag.Info && line != last {
			io.WriteString(w, line)
			last = line
		}
	}
	for _, m := range missing {
		fmt.Fprintf(w, "pvefw: note: unknown: %s\n", diag.Visible(m))
	}
}
