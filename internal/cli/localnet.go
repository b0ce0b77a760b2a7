package cli

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/spf13/cobra"
)

const localnetLong = `Print which networks may administer a node without any rule: the entries of the
set management, and the local network, which is always among them. It is what
the alias local_network of cluster.fw says, else the network that the node's
address is in.`

// localnetCommand tells what pve-firewall localnet tells, and where it comes from.
func localnetCommand(s *Streams) *cobra.Command {
	var f configFlags
	cmd := &cobra.Command{
		Use:     "localnet [CONFIG]",
		Short:   "Print the networks that may administer a node",
		Long:    localnetLong,
		Example: "  pvefw localnet\n  pvefw localnet --node pve1 configs/cluster-a",
		Args:    atMost(1, "CONFIG"),
	}
	cmd.Flags().SortFlags = false
	f.add(cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		o, err := openNode(s, first(args), &f, lower.Intended)
		if err != nil {
			return err
		}
		writeLocalnet(s, o.config, o.config.Nodes[0])
		return nil
	}
	return cmd
}

func writeLocalnet(s *Streams, cfg *config.Config, n *config.Node) {
	rows := [][]string{{"node", n.Name, ""}, {"address", orUnknown(n.Facts.Address), ""}}
	network, from := n.Facts.LocalNetwork, "the network of the address"
	if c := cfg.Cluster; c != nil && c.Aliases["local_network"] != nil {
		alias := c.Aliases["local_network"]
		network, from = alias.Text, lineOf(alias.Span)
	}
	if network == "" {
		network, from = "unknown", "give it with --local-network or in .pvefw.yaml"
	} else if p, err := netip.ParsePrefix(network); err == nil {
		network = p.Masked().String()
	}
	rows = append(rows, []string{"local network", network, from})
	if c := cfg.Cluster; c != nil && c.Sets["management"] != nil {
		for _, e := range c.Sets["management"].Entries {
			rows = append(rows, []string{"management", managementText(&e), lineOf(e.Span())})
		}
	}
	writeColumns(s.Stdout, rows)
}

// managementText is an entry of a set and what its alias stands for.
func managementText(e *config.SetEntry) string {
	text := strings.TrimSpace(e.Text)
	if e.NoMatch {
		text = "!" + text
	}
	if e.Alias != nil {
		text += fmt.Sprintf(" (%s)", e.Alias.Target.Text)
	}
	return diag.Visible(text)
}

func orUnknown(text string) string {
	if text == "" {
		return "unknown"
	}
	return text
}
