package cli

import (
	"fmt"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/spf13/cobra"
)

// configFlags are the flags of every command that reads a CONFIG.
type configFlags struct {
	node, address, network, settings string
}

func (f *configFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.node, "node", "", "the `NODE` that is meant, of several")
	flags.StringVar(&f.address, "node-address", "", "the node's IP `ADDRESS`")
	flags.StringVar(&f.network, "local-network", "", "the `NETWORK` the node's address is in, such as 192.0.2.0/24")
	flags.StringVar(&f.settings, "config", "", "settings `FILE` (default: the nearest .pvefw.yaml in the CONFIG or above it)")
}

func (f *configFlags) options(s *Streams) load.Options {
	return load.Options{Node: f.node, NodeAddress: f.address, LocalNetwork: f.network, Settings: f.settings,
		Stdin: s.Stdin, Now: s.Now}
}

// opened is a CONFIG that has been read and resolved.
type opened struct {
	*load.Loaded
	config   *config.Config
	found    diag.List // by loading, resolving and lowering
	policies []*ir.Policy
}

// open reads and resolves a CONFIG and lowers all its nodes. What was assumed is
// said on standard error.
func open(s *Streams, path string, opt load.Options, sem lower.Semantics) (*opened, error) {
	o, err := openFiles(s, path, opt)
	if err != nil {
		return nil, err
	}
	defer s.progress("resolving " + shownPath(path))()
	o.resolve(o.Input, sem)
	return o, nil
}

// openFiles is the first half of open: nothing is resolved yet.
func openFiles(s *Streams, path string, opt load.Options) (*opened, error) {
	done := s.progress("reading " + shownPath(path))
	loaded, err := load.Load(path, opt)
	done()
	if err != nil {
		return nil, loadError(err)
	}
	for _, n := range loaded.Notes {
		fmt.Fprintf(s.Stderr, "pvefw: note: %s\n", n)
	}
	s.expect(loaded, keptResolved)
	return &opened{Loaded: loaded}, nil
}

// About how many bytes are alive at once for each that was read, measured with guests of
// fifty rules: while files are compiled, and while they are linted.
const (
	keptResolved = 11
	keptLinted   = 30
)

func (s *Streams) expect(loaded *load.Loaded, each int64) {
	if s.Expects != nil {
		s.Expects(each * loaded.Bytes)
	}
}

func shownPath(path string) string {
	if path == "" {
		return "the configuration"
	}
	return path
}

// resolve makes config, found and policies anew, of the files that were loaded or
// of others in their places.
func (o *opened) resolve(in config.Input, sem lower.Semantics) {
	o.policies = nil
	o.config, o.found = config.Resolve(in)
	o.found = append(o.found, o.Findings...)
	for _, n := range o.config.Nodes {
		p, found := lower.Lower(o.config, n, sem)
		o.found = append(o.found, found...)
		o.policies = append(o.policies, p)
	}
}

// openNode is open for the commands that look at one node.
func openNode(s *Streams, path string, f *configFlags, sem lower.Semantics) (*opened, error) {
	opt := f.options(s)
	opt.OneNode = true
	o, err := open(s, path, opt, sem)
	if err == nil && len(o.policies) != 1 {
		return nil, failf("there is no node in %s", diag.Visible(path))
	}
	return o, err
}

// missing lists the facts that nobody gave, each once.
func (o *opened) missing() []string {
	all := append([]string(nil), o.config.Missing...)
	for _, p := range o.policies {
		all = append(all, p.Missing...)
	}
	return unique(all)
}

// semanticsFlag adds --semantics and returns what reads it.
func semanticsFlag(cmd *cobra.Command) func() (lower.Semantics, error) {
	value := cmd.Flags().String("semantics", "reference", "`NAME`: reference (what pve-firewall does) or intended (what the file says)")
	return func() (lower.Semantics, error) {
		err := oneOf(cmd, "semantics", *value, []string{"reference", "intended"}, []string{"preview"})
		if *value == "intended" {
			return lower.Intended, err
		}
		return lower.Reference, err
	}
}
