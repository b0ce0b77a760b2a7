package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/lint/rego"
	"github.com/spf13/cobra"
)

// policyTestCommand runs the tests that come with policies.
func policyTestCommand(s *Streams) *cobra.Command {
	var f policyFlags
	var format string
	cmd := &cobra.Command{
		Use:   "test [DIR|BUNDLE]",
		Short: "Run the tests of policies and show what they reach",
		Long: `Run every test_* rule of the files *_test.rego, and compare what the policies
find in every archive (.txtar) with the part want/diagnostics. What no test
reaches is listed by line. The exit code is 1 when a test fails.`,
		Example: "  pvefw policy test policies",
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
		report, err := f.test(args)
		if err != nil {
			return err
		}
		return writeTests(s, format, report)
	}
	return cmd
}

// test runs the unit tests and the archives of a source.
func (f *policyFlags) test(args []string) (*rego.TestReport, error) {
	source, err := f.read(dirOf(args))
	if err != nil {
		return nil, policyError(err)
	}
	ctx := context.Background()
	report, err := rego.Test(ctx, f.limits.guard, source)
	if err != nil {
		return nil, policyError(err)
	}
	e, err := rego.Open(rego.Options{Guard: f.limits.guard}, source)
	if err != nil {
		return nil, policyError(err)
	}
	for _, file := range slices.Sorted(maps.Keys(source.Archives)) {
		report.Tests = append(report.Tests, e.TestArchive(ctx, file, source.Archives[file]))
	}
	for _, code := range e.Untested(report) {
		report.Tests = append(report.Tests, rego.UnitTest{Place: code, Name: "test_*", Outcome: rego.Failed, Text: "the policy has no unit test"})
	}
	return report, nil
}

func writeTests(s *Streams, format string, r *rego.TestReport) error {
	count := map[rego.Outcome]int{}
	for _, t := range r.Tests {
		count[t.Outcome]++
	}
	if format == "json" {
		if err := writeTestsJSON(s, r, count); err != nil {
			return failf("%s", plain(err))
		}
	} else {
		writeTestsText(s, r, count)
	}
	if count[rego.Failed]+count[rego.Broken] > 0 {
		return findings()
	}
	return nil
}

func writeTestsText(s *Streams, r *rego.TestReport, count map[rego.Outcome]int) {
	for _, t := range r.Tests {
		if t.Outcome == rego.Passed {
			continue
		}
		name := t.Name
		if t.Package != "" {
			name = t.Package + "." + name
		}
		fmt.Fprintf(s.Stdout, "%s: %s %s", diag.Visible(t.Place), t.Outcome, diag.Visible(name))
		if t.Text != "" {
			fmt.Fprintf(s.Stdout, ": %s", visibleLines(t.Text))
		}
		fmt.Fprintln(s.Stdout)
	}
	covered, lines := 0, 0
	for _, f := range r.Files {
		covered, lines = covered+f.Covered, lines+f.Covered+f.Uncovered
		if len(f.Missed) > 0 {
			fmt.Fprintf(s.Stdout, "%s: no test reaches line %s\n", diag.Visible(f.File), ranges(f.Missed))
		}
	}
	fmt.Fprintf(s.Stdout, "%d passed, %d failed, %d skipped; tests reach %s of the lines\n",
		count[rego.Passed], count[rego.Failed]+count[rego.Broken], count[rego.Skipped], percent(covered, lines))
}

// visibleLines is diag.Visible for a text of several lines.
func visibleLines(text string) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i := range lines {
		lines[i] = diag.Visible(lines[i])
	}
	return strings.Join(lines, "\n")
}

func percent(part, whole int) string {
	if whole == 0 {
		return "100 %"
	}
	return strconv.Itoa(part*100/whole) + " %"
}

// ranges writes rising numbers as "3, 5-8".
func ranges(list []int) string {
	var parts []string
	for i := 0; i < len(list); {
		j := i
		for j+1 < len(list) && list[j+1] == list[j]+1 {
			j++
		}
		part := strconv.Itoa(list[i])
		if j > i {
			part += "-" + strconv.Itoa(list[j])
		}
		parts = append(parts, part)
		i = j + 1
	}
	return strings.Join(parts, ", ")
}

// testJSON and coverageJSON are the report as scripts see it.
type testJSON struct {
	Place   string `json:"place"`
	Package string `json:"package,omitempty"`
	Name    string `json:"name"`
	Outcome string `json:"outcome"`
	Text    string `json:"message,omitempty"`
}

type coverageJSON struct {
	File      string `json:"file"`
	Covered   int    `json:"covered_lines"`
	Uncovered int    `json:"uncovered_lines"`
	Missed    []int  `json:"missed"`
}

func writeTestsJSON(s *Streams, r *rego.TestReport, count map[rego.Outcome]int) error {
	tests, files := []testJSON{}, []coverageJSON{}
	for _, t := range r.Tests {
		tests = append(tests, testJSON{t.Place, t.Package, t.Name, string(t.Outcome), t.Text})
	}
	for _, f := range r.Files {
		files = append(files, coverageJSON{f.File, f.Covered, f.Uncovered, append([]int{}, f.Missed...)})
	}
	return json.NewEncoder(s.Stdout).Encode(struct {
		Version  int            `json:"version"`
		Tests    []testJSON     `json:"tests"`
		Coverage []coverageJSON `json:"coverage"`
		Summary  map[string]int `json:"summary"`
	}{1, tests, files, map[string]int{"passed": count[rego.Passed], "failed": count[rego.Failed] + count[rego.Broken], "skipped": count[rego.Skipped]}})
}
