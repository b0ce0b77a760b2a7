package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/lint/all"
	"github.com/pvefw/pvefw/lint/rego"
	"github.com/spf13/cobra"
)

// policyNewCommand writes the files of a new policy.
func policyNewCommand(s *Streams) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "new CATEGORY/CODE",
		Short: "Write a policy to start from, with a test that fails",
		Long: `Write CODE.rego with its METADATA, CODE_test.rego and CODE.txtar under
DIR/CATEGORY/CODE. Files that exist are left alone. The unit test fails until it
says what the policy is about.`,
		Example: "  pvefw policy new exposure/telnet-open --dir policies",
	}
	cmd.Flags().StringVar(&dir, "dir", ".", "the `DIR` of your policies")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usagef(cmd, "%s takes one CATEGORY/CODE", cmd.Name())
		}
		made, err := rego.NewPolicy(args[0])
		if err != nil {
			return usagef(cmd, "%s", diag.Visible(err.Error()))
		}
		if reg, err := all.Open(); err == nil {
			if rule, taken := reg.Rule(filepath.Base(args[0])); taken {
				return usagef(cmd, "pvefw has a rule %s itself, in the category %s", rule.Code, rule.Category)
			}
		}
		return writeNew(s, dir, []rego.File{made.Rule, made.Test, made.Archive})
	}
	return cmd
}

// writeNew writes files that do not exist yet, all or none.
func writeNew(s *Streams, dir string, files []rego.File) error {
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
			return failf("%s exists already", diag.Visible(name))
		}
	}
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := writeFile(name, f.Text); err != nil {
			return failf("cannot write %s: %s", diag.Visible(name), reason(err))
		}
		fmt.Fprintln(s.Stdout, diag.Visible(filepath.ToSlash(name)))
	}
	return nil
}

func writeFile(name, text string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Close())
}
