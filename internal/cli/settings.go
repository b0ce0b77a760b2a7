package cli

import (
	"fmt"
	"io"

	"github.com/pvefw/pvefw/internal/load"
	"github.com/spf13/cobra"
)

const configLong = `Show what settings are in force for a CONFIG and where each comes from, or the
JSON schema of the settings file .pvefw.yaml.`

// configCommand is about settings, which are read from .pvefw.yaml in the CONFIG or
// above it.
func configCommand(s *Streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "config",
		Short:   "Show the settings in force, or what a settings file may hold",
		Long:    configLong,
		Example: "  pvefw config show\n  pvefw config schema > pvefw.schema.json",
		Args:    knownCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(configShowCommand(s), &cobra.Command{
		Use:     "schema",
		Short:   "Print the JSON schema of .pvefw.yaml",
		Example: "  pvefw config schema",
		Args:    atMost(0, "argument"),
		RunE: func(*cobra.Command, []string) error {
			_, err := io.WriteString(s.Stdout, load.Schema())
			return err
		},
	})
	return cmd
}

// showRun is one call of config show.
type showRun struct {
	*Streams
	configFlags
	policyFlags
	ruleFlags
	cmd              *cobra.Command
	format, baseline string
}

func configShowCommand(s *Streams) *cobra.Command {
	r := &showRun{Streams: s}
	r.cmd = &cobra.Command{
		Use:   "show [CONFIG]",
		Short: "Show what is in force and where it comes from",
		Long: `Show what is in force for a CONFIG, and whether a flag, a line of the settings
file or the default says so. The flags are those of pvefw lint.`,
		Example: `  pvefw config show
  pvefw config show --format json configs/cluster-a
  pvefw config show --enable style`,
		Args: atMost(1, "CONFIG"),
		RunE: func(_ *cobra.Command, args []string) error { return r.run(first(args)) },
	}
	f := r.cmd.Flags()
	f.SortFlags = false
	r.configFlags.add(r.cmd)
	f.StringVar(&r.format, "format", "text", "`FORMAT`: text or json")
	r.ruleFlags.add(r.cmd)
	f.StringVar(&r.baseline, "baseline", "", "as for lint, `FILE`")
	r.policyFlags.add(r.cmd)
	return r.cmd
}

func (r *showRun) run(path string) error {
	if err := oneOf(r.cmd, "format", r.format, []string{"text", "json"}, nil); err != nil {
		return err
	}
	if err := r.ruleFlags.check(r.cmd); err != nil {
		return err
	}
	if err := r.policyFlags.check(r.cmd); err != nil {
		return err
	}
	opt := r.options(r.Streams)
	opt.NoBaseline = true
	o, err := openFiles(r.Streams, path, opt)
	if err != nil {
		return err
	}
	book, err := openRulebook()
	if err != nil {
		return err
	}
	if book, err = book.with(r.Streams, &r.policyFlags, o.Settings.PolicyPaths()...); err != nil {
		return err
	}
	rules, err := r.rules(r.cmd, o.Settings, book)
	if err != nil {
		return err
	}
	shown := r.gather(o.Loaded, rules)
	if r.format == "json" {
		return writeJSON(r.Stdout, shown)
	}
	shown.writeText(r.Stdout)
	return nil
}

// settingShown is one value in force. The form is that of the JSON output.
type settingShown struct {
	Key   string `json:"key"`
	Value string `json:"value"`
	From  string `json:"from"`
}

// ruleShown is what becomes of findings with one code.
type ruleShown struct {
	Code     string `json:"code"`
	Category string `json:"category"`
	Told     string `json:"told"` // yes, no, or in some places
	Severity string `json:"severity"`
	From     string `json:"from"`
}

// configShown is everything in force for a CONFIG.
type configShown struct {
	Version  int            `json:"version"`
	File     string         `json:"file"` // the settings file; empty without one
	Settings []settingShown `json:"settings"`
	Rules    []ruleShown    `json:"rules"`
}

func (c *configShown) add(key, value, from string) {
	c.Settings = append(c.Settings, settingShown{key, value, from})
}

// writeText shows the rules that differ from their defaults only.
func (c *configShown) writeText(w io.Writer) {
	file := c.File
	if file == "" {
		file = "none"
	}
	rows := [][]string{{"settings file", file, ""}}
	for _, s := range c.Settings {
		rows = append(rows, []string{s.Key, s.Value, s.From})
	}
	writeColumns(w, rows)
	rows = nil
	for _, r := range c.Rules {
		if r.From != fromDefault || r.Told == "some" {
			told := map[string]string{"yes": r.Severity, "no": "off", "some": r.Severity + ", in some places"}[r.Told]
			rows = append(rows, []string{r.Code, told, r.From})
		}
	}
	fmt.Fprintf(w, "\n%s, %s\n", count(len(c.Rules), "rule"), otherwise(len(rows)))
	writeColumns(w, rows)
}

func otherwise(n int) string {
	if n == 0 {
		return "all as by default"
	}
	return fmt.Sprintf("%d of them not as by default:", n)
}
