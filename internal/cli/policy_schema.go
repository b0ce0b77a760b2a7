package cli

import (
	"github.com/pvefw/pvefw/lint/rego"
	"github.com/spf13/cobra"
)

// policySchemaCommand prints what policies can read.
func policySchemaCommand(s *Streams) *cobra.Command {
	units := []string{"rule", "guest", "node", "file", "cluster"}
	cmd := &cobra.Command{
		Use:       "schema [UNIT]",
		Short:     "Print the JSON schema of what policies read",
		Long:      "Print the JSON schema of the documents that policies of a unit get as input:\nrule (the default), guest, node, file or cluster.",
		Example:   "  pvefw policy schema guest",
		Args:      atMost(1, "UNIT"),
		ValidArgs: units,
	}
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		unit := "rule"
		if len(args) == 1 {
			unit = args[0]
		}
		if err := oneOf(cmd, "unit", unit, units, nil); err != nil {
			return usagef(cmd, "there is no unit %q; there are rule, guest, node, file and cluster", unit)
		}
		text, _ := rego.Schema(unit)
		_, err := s.Stdout.Write(text)
		return err
	}
	return cmd
}
