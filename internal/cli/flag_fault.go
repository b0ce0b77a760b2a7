package cli

import (
	"errors"
	"fmt"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagFault says what is wrong with the flags of a command, in a sentence of ours: the
// parser quotes Go's own errors.
func flagFault(cmd *cobra.Command, err error) error {
	var (
		unknown *pflag.NotExistError
		bare    *pflag.ValueRequiredError
		value   *pflag.InvalidValueError
		syntax  *pflag.InvalidSyntaxError
	)
	switch {
	case errors.As(err, &unknown):
		return usagef(cmd, "%s", noFlag(cmd, unknown))
	case errors.As(err, &bare):
		name, _ := pflag.UnquoteUsage(bare.GetFlag())
		return usagef(cmd, "--%s needs a value, %s", bare.GetFlag().Name, name)
	case errors.As(err, &value):
		return usagef(cmd, "--%s takes %s, not \"%s\"", value.GetFlag().Name, kindOf(value.GetFlag()), diag.Visible(value.GetValue()))
	case errors.As(err, &syntax):
		return usagef(cmd, "\"%s\" is not a flag", diag.Visible(syntax.GetSpecifiedFlag()))
	}
	return usagef(cmd, "%s", plain(err))
}

// noFlag names the flag that there is not, and one that looks like it.
func noFlag(cmd *cobra.Command, e *pflag.NotExistError) string {
	if e.GetSpecifiedShortnames() != "" {
		return fmt.Sprintf("there is no flag -%s", diag.Visible(e.GetSpecifiedName()))
	}
	wrong, limit, near := e.GetSpecifiedName(), 3, ""
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if d := diag.Distance(f.Name, wrong); d < limit && !f.Hidden {
			limit, near = d, f.Name
		}
	})
	text := fmt.Sprintf("there is no flag --%s", diag.Visible(wrong))
	if near != "" {
		text += "; did you mean --" + near + "?"
	}
	return text
}

// kindOf says what values a flag takes.
func kindOf(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "duration":
		return "a time such as 30s or 5m"
	case "bool":
		return "true or false"
	case "int":
		return "a whole number"
	}
	name, _ := pflag.UnquoteUsage(f)
	return "a value, " + name
}
