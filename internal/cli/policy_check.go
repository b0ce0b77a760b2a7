package cli

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/lint/all"
	"github.com/pvefw/pvefw/lint/rego"
	"github.com/spf13/cobra"
)

// policyCheckCommand tries policies without judging anything by them.
func policyCheckCommand(s *Streams) *cobra.Command {
	var f policyFlags
	var format string
	cmd := &cobra.Command{
		Use:   "check [DIR|BUNDLE]",
		Short: "Compile policies and try their examples",
		Long: `Compile policies against the schemas of the documents that they read, look at
their METADATA, and try its examples: a policy must report the bad one and be
silent about the good one. The exit code is 1 when something is wrong.`,
		Example: "  pvefw policy check policies",
		Args:    atMost(1, "DIR"),
	}
	cmd.Flags().StringVar(&format, "format", "text", "`FORMAT`: text or json")
	f.addRest(cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := oneOf(cmd, "format", format, []string{"text", "json"}, nil); err != nil {
			return err
		}
		if err := f.check(cmd); err != nil {
			return err
		}
		faults, codes, err := f.examine(args)
		if err != nil {
			return err
		}
		if err := writeFaults(s, format, faults, codes); err != nil {
			return err
		}
		if len(faults) > 0 {
			return findings()
		}
		return nil
	}
	return cmd
}

// examine compiles and checks; the error is about reading only.
func (f *policyFlags) examine(args []string) (rego.Faults, []string, error) {
	source, err := f.read(dirOf(args))
	if err != nil {
		if isIO(err) {
			return nil, nil, err
		}
		return asFaults(err), nil, nil
	}
	reg, err := all.Open()
	if err != nil {
		return nil, nil, failf("%s", plain(err))
	}
	e, err := rego.Open(rego.Options{Guard: f.limits.guard, KeepGoing: true, Taken: reg.Codes()}, source)
	if err != nil {
		return asFaults(err), nil, nil
	}
	var codes []string
	for _, r := range e.Rules() {
		codes = append(codes, r.Code)
	}
	return append(e.Skipped(), e.Check(context.Background())...), codes, nil
}

func dirOf(args []string) string {
	if len(args) == 0 {
		return "."
	}
	return args[0]
}

// asFaults is for errors of lint/rego, all of which are faults.
func asFaults(err error) rego.Faults {
	switch err := err.(type) {
	case rego.Faults:
		return err
	case *rego.Fault:
		return rego.Faults{err}
	}
	return rego.Faults{{Text: err.Error()}}
}

// faultJSON is a fault as scripts see it.
type faultJSON struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	Policy string `json:"policy,omitempty"`
	Text   string `json:"message"`
}

func writeFaults(s *Streams, format string, faults rego.Faults, codes []string) error {
	if format == "json" {
		list := []faultJSON{}
		for _, f := range faults {
			list = append(list, faultJSON{f.File, f.Line, f.Column, f.Code, f.Text})
		}
		return json.NewEncoder(s.Stdout).Encode(struct {
			Version  int         `json:"version"`
			Policies []string    `json:"policies"`
			Faults   []faultJSON `json:"faults"`
		}{1, append([]string{}, codes...), list})
	}
	for _, f := range faults {
		fmt.Fprintln(s.Stdout, diag.Visible(f.Error()))
	}
	fmt.Fprintf(s.Stdout, "%s, %s\n", counted(len(codes), "policy", "policies"), counted(len(faults), "fault", "faults"))
	return nil
}
