package cli

import (
	"github.com/pvefw/pvefw/internal/load"
	"github.com/spf13/cobra"
)

// This file is the command that packs a node's facts into one file; what is in it is
// internal/load's business.

const snapshotLong = `Put everything that lint, compile and simulate need from a node into one
archive, so that they come to the same results elsewhere, in CI for example. The
archive is a CONFIG like any other: pvefw lint pve1.snapshot.

Of guests it holds names, tags, network cards and their addresses; of
corosync.conf, datacenter.cfg, storage.cfg, the software-defined network and its
IPAM what says who talks to whom; besides the addresses of the nodes and their
interfaces' names. Nothing else is taken: no descriptions, keys, passwords or
tokens. The .fw files are taken as they are, with their comments. The same facts
give the same bytes.`

func snapshotCommand(s *Streams) *cobra.Command {
	var root, to string
	cmd := &cobra.Command{
		Use:   "snapshot",
		Short: "Pack what lint and compile need from a node into one file",
		Long:  snapshotLong,
		Example: `  pvefw snapshot -o pve1.snapshot
  pvefw snapshot --root /mnt/backup | ssh ci pvefw lint -
  pvefw lint pve1.snapshot`,
		Args: atMost(0, ""),
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&root, "root", "/", "`DIR` that holds the node's file system, or one laid out like /etc/pve")
	cmd.Flags().StringVarP(&to, "out", "o", "", "write into `FILE` (default: standard output)")
	cmd.RunE = func(*cobra.Command, []string) error {
		if to == "" && s.Terminal {
			return usagef(cmd, "a snapshot is not for reading: say with -o where to put it")
		}
		done := s.progress("reading " + root)
		data, err := load.WriteSnapshot(root)
		done()
		if err != nil {
			return loadError(err)
		}
		if to != "" {
			return overwrite(to, data)
		}
		_, err = s.Stdout.Write(data)
		return err
	}
	return cmd
}
