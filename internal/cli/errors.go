package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/spf13/cobra"
)

// exitError ends a command with a code, and a sentence unless text is empty.
type exitError struct {
	code int
	text string
	hint string // the command whose output helps
	// found are the places that are wrong, shown above the text.
	found diag.List
}

func (e *exitError) Error() string { return e.text }

// findings ends a command whose output already says what is wrong.
func findings() error { return &exitError{code: exitFindings} }

func failf(format string, args ...any) error {
	return &exitError{code: exitFailed, text: fmt.Sprintf(format, args...)}
}

// usagef is wrong usage of a command; the user is pointed at its help.
func usagef(cmd *cobra.Command, format string, args ...any) error {
	return &exitError{code: exitUsage, text: fmt.Sprintf(format, args...), hint: cmd.CommandPath() + " --help"}
}

// loadError turns a failed load into an exit.
func loadError(err error) error {
	var e *load.Error
	if !errors.As(err, &e) {
		return failf("%s", reason(err))
	}
	if len(e.Found) > 0 {
		return &exitError{code: exitUsage, text: "the settings are not understood, so nothing was done", found: e.Found, hint: "pvefw config schema"}
	}
	if e.Usage {
		return &exitError{code: exitUsage, text: e.Text}
	}
	return &exitError{code: exitFailed, text: e.Text}
}

// reason is the operating system's part of an error, without the names of calls
// and paths.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return diag.Visible(err.Error())
}

// plain makes a sentence of what the flag parser says.
func plain(err error) string {
	text, _, _ := strings.Cut(err.Error(), ": strconv.")
	text, _, _ = strings.Cut(text, "\n")
	return diag.Visible(text)
}

// oneOf checks a flag that takes one of a few words. Those of later are known
// words of the contract that this build does not have.
func oneOf(cmd *cobra.Command, flag, value string, known, later []string) error {
	for _, k := range known {
		if value == k {
			return nil
		}
	}
	list := strings.Join(known, ", ")
	for _, l := range later {
		if value == l {
			return usagef(cmd, "--%s %s is not available in this version; it takes %s", flag, value, list)
		}
	}
	return usagef(cmd, "--%s takes %s, not \"%s\"", flag, list, diag.Visible(value))
}
