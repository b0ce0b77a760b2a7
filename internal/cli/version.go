package cli

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is the module's version as the build recorded it, with the revision
// for builds from a work tree.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

func versionCommand(s *Streams) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Example: "  pvefw version --format json",
		Args:    atMost(0, "argument"),
	}
	cmd.Flags().StringVar(&format, "format", "text", "`FORMAT`: text or json")
	cmd.RunE = func(*cobra.Command, []string) error {
		if err := oneOf(cmd, "format", format, []string{"text", "json"}, nil); err != nil {
			return err
		}
		platform := runtime.GOOS + "/" + runtime.GOARCH
		if format == "text" {
			fmt.Fprintf(s.Stdout, "pvefw %s %s %s\n", version(), runtime.Version(), platform)
			return nil
		}
		return json.NewEncoder(s.Stdout).Encode(struct {
			Version  int    `json:"version"`
			Pvefw    string `json:"pvefw"`
			Go       string `json:"go"`
			Platform string `json:"platform"`
		}{1, version(), runtime.Version(), platform})
	}
	return cmd
}
