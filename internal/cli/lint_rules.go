package cli

import (
	"slices"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/lint"
	"github.com/spf13/cobra"
)

// ruleFlags choose rules and how much they count.
type ruleFlags struct {
	failLevelFlag, dialectFlag string
	enable, disable            []string
}

func (f *ruleFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.failLevelFlag, "fail-level", "", "exit with 1 from this `SEVERITY` on: error, warning or info (default error)")
	flags.StringVar(&f.dialectFlag, "dialect", "", "whose reading counts, `DAEMON`: pve-firewall, proxmox-firewall or both (default both)")
	flags.StringSliceVar(&f.enable, "enable", nil, "tell findings of `CODE` or category although the settings disable them, or it is off by default")
	flags.StringSliceVar(&f.disable, "disable", nil, "do not tell findings of `CODE` or category")
}

var (
	levels   = []string{"error", "warning", "info"}
	dialects = []string{"pve-firewall", "proxmox-firewall", "both"}
)

func (f *ruleFlags) check(cmd *cobra.Command) error {
	if cmd.Flags().Changed("fail-level") {
		if err := oneOf(cmd, "fail-level", f.failLevelFlag, levels, nil); err != nil {
			return err
		}
	}
	if cmd.Flags().Changed("dialect") {
		if err := oneOf(cmd, "dialect", f.dialectFlag, dialects, nil); err != nil {
			return err
		}
	}
	for _, code := range f.enable {
		if slices.Contains(f.disable, code) {
			return usagef(cmd, "%s is both enabled and disabled", diag.Visible(code))
		}
	}
	return nil
}

// ruleset is what is in force for one CONFIG: flags before settings before
// defaults.
type ruleset struct {
	set                *load.Settings
	book               *rulebook
	flags              *ruleFlags
	level, dialectWord inForce
}

// inForce is a value and who said it.
type inForce struct{ value, from string }

// fromDefault and the flag's own name are who says what no settings file says.
const fromDefault = "default"

func pick3(flag, name string, w load.Word, fallback string) inForce {
	switch {
	case flag != "":
		return inForce{flag, "--" + name}
	case w.Text != "":
		return inForce{w.Text, w.Span.String()}
	}
	return inForce{fallback, fromDefault}
}

// rules merges the settings and the flags. A code that no rule has is an error of
// whoever wrote it.
func (f *ruleFlags) rules(cmd *cobra.Command, set *load.Settings, book *rulebook) (*ruleset, error) {
	var faults diag.List
	for _, w := range set.Lint.Words() {
		if !book.knows(w.Text) {
			faults = append(faults, load.SettingsFault(w, book.unknown(w.Text)))
		}
	}
	if len(faults) > 0 {
		return nil, loadError(load.SettingsError(faults))
	}
	for _, code := range slices.Concat(f.enable, f.disable) {
		if !book.knows(code) {
			return nil, usagef(cmd, "%s", book.unknown(code))
		}
	}
	return f.inForce(set, book), nil
}

// inForce is rules for settings and flags that have been found to be right.
func (f *ruleFlags) inForce(set *load.Settings, book *rulebook) *ruleset {
	return &ruleset{
		set: set, book: book, flags: f,
		level:       pick3(f.failLevelFlag, "fail-level", set.Lint.FailLevel, "error"),
		dialectWord: pick3(f.dialectFlag, "dialect", set.Lint.Dialect, "both"),
	}
}

func (r *ruleset) failLevel() diag.Severity {
	return map[string]diag.Severity{"error": diag.Error, "warning": diag.Warning, "info": diag.Info}[r.level.value]
}

// options are those of a lint of the CONFIG, but for its ignores and filters.
func (r *ruleset) options(loaded *load.Loaded) lint.Options {
	opt := lint.Options{
		Catalog: r.book.rules, Severity: map[string]diag.Severity{},
		Enable: r.flags.enable, Disable: slices.Clone(r.flags.disable),
	}
	for _, c := range r.set.Lint.Severity {
		opt.Severity[c.Code.Text] = c.Severity
	}
	for _, s := range r.set.Lint.Disable {
		opt.Switches = append(opt.Switches, lint.Switch{Selector: s.Selector, From: s.Span.String()})
	}
	for _, s := range r.set.Lint.Enable {
		opt.Switches = append(opt.Switches, lint.Switch{Selector: s.Selector, On: true, From: s.Span.String()})
	}
	if r.dialectWord.value == "pve-firewall" {
		opt.Disable = append(opt.Disable, r.book.portability()...)
	}
	if loaded != nil {
		opt.Path = relativeTo(r.set.Dir, loaded)
	}
	return opt
}
