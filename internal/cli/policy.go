package cli

import "github.com/spf13/cobra"

const policyLong = `Write policies of your own: lint rules in Rego, the language of Open Policy
Agent.

A directory of policies is laid out like pvefw's own: CATEGORY/CODE/CODE.rego
with its METADATA, CODE_test.rego beside it, and archives (.txtar) of
configurations with what must be found in them. "pvefw lint --policy DIR" judges
by them.`

// policyCommand is the group of commands for people who write policies.
func policyCommand(s *Streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "Write, test and check policies of your own",
		Long:  policyLong,
		Example: `  pvefw policy new exposure/telnet-open --dir policies
  pvefw policy test policies
  pvefw policy check policies`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return knownCommand(cmd, args)
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(policyNewCommand(s), policyTestCommand(s), policyCheckCommand(s), policySchemaCommand(s))
	return cmd
}
