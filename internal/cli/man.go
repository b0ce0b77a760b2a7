package cli

import (
	"os"
	"time"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func manCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "man DIR",
		Short:   "Write the manual pages into a directory",
		Example: "  pvefw man /usr/local/share/man/man1",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef(cmd, "man takes one DIR, which the pages are written into")
			}
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return failf("cannot create %s: %s", diag.Visible(args[0]), reason(err))
			}
			// A fixed date keeps the pages equal from build to build.
			date := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
			header := &doc.GenManHeader{Section: "1", Source: "pvefw", Manual: "pvefw", Date: &date}
			root := cmd.Root()
			root.DisableAutoGenTag = true
			if err := doc.GenManTree(root, header, args[0]); err != nil {
				return failf("cannot write the pages into %s: %s", diag.Visible(args[0]), reason(err))
			}
			return nil
		},
	}
}
