package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/lint/rego"
	"github.com/spf13/cobra"
)

// policyFlags are the flags of commands that read policies of users.
type policyFlags struct {
	sources   []string
	key, algo string
	keepGoing bool
	noCache   bool
	limits    policyLimits
}

// The bounds of one policy in one run.
const (
	policyTime   = 5 * time.Second
	policyMemory = 512 // MiB
)

func (f *policyFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&f.sources, "policy", nil, "also judge by the policies in `DIR|BUNDLE` (repeatable)")
	flags.BoolVar(&f.keepGoing, "keep-going", false, "leave out policies that are broken, with a warning")
	flags.BoolVar(&f.noCache, "no-cache", false, "neither use nor keep what earlier runs found ("+cacheVariable+"=off does the same)")
	f.addRest(cmd)
}

// addRest adds what goes with policies however they are named.
func (f *policyFlags) addRest(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.key, "policy-key", "", "take only policies that are signed for the public key in `FILE`")
	flags.StringVar(&f.algo, "policy-key-algorithm", "RS256", "how they are signed, `NAME`: RS256, ES256, HS256, ...")
	flags.DurationVar(&f.limits.time, "policy-timeout", policyTime, "stop a policy that runs for longer than `TIME`")
	flags.IntVar(&f.limits.memory, "policy-memory", policyMemory, "stop a policy that uses more than `MiB` of memory")
}

func (f *policyFlags) check(cmd *cobra.Command) error {
	switch {
	case f.limits.time <= 0:
		return usagef(cmd, "--policy-timeout takes a time above zero, such as 5s")
	case f.limits.memory <= 0:
		return usagef(cmd, "--policy-memory takes a number of MiB above zero")
	}
	return nil
}

// judge compiles the policies of the flags and of more places; nil without any.
// What --keep-going leaves out is said on standard error.
func (f *policyFlags) judge(s *Streams, taken []string, more ...string) (*rego.Engine, []*rego.Source, error) {
	var sources []*rego.Source
	for _, name := range append(f.sources[:len(f.sources):len(f.sources)], more...) {
		source, err := f.read(name)
		switch {
		case err == nil:
			sources = append(sources, source)
		case !f.keepGoing || isIO(err):
			return nil, nil, policyError(err)
		default:
			warnPolicies(s, err)
		}
	}
	if len(sources) == 0 {
		return nil, nil, nil
	}
	warned := map[string]bool{}
	warn := func(err error) {
		if !warned[err.Error()] {
			warnPolicies(s, err)
		}
		warned[err.Error()] = true
	}
	e, err := rego.Open(rego.Options{Guard: f.limits.guard, KeepGoing: f.keepGoing, Warn: warn, Taken: taken}, sources...)
	if err != nil {
		return nil, nil, policyError(err)
	}
	if skipped := e.Skipped(); len(skipped) > 0 {
		warnPolicies(s, skipped)
	}
	return e, sources, nil
}

// policyError makes the exit of a broken policy: each fault has its line.
func policyError(err error) error {
	var exit *exitError
	if errors.As(err, &exit) {
		return err
	}
	return &exitError{code: exitUsage, text: strings.Join(faultLines(err), "\npvefw: ")}
}

// judgeError makes the exit of a lint that could not be finished.
func judgeError(err error) error {
	var broken *rego.Fault
	switch {
	case err == nil:
		return nil
	case errors.As(err, &broken):
		return policyError(broken)
	}
	return failf("%s", plain(err))
}

// mostFaults bounds what is said about a broken set of policies.
const mostFaults = 20

func faultLines(err error) []string {
	var list rego.Faults
	var one *rego.Fault
	switch {
	case errors.As(err, &list):
	case errors.As(err, &one):
		list = rego.Faults{one}
	default:
		return []string{diag.Visible(err.Error())}
	}
	var lines []string
	for i, f := range list {
		if i == mostFaults {
			return append(lines, fmt.Sprintf("and %d more faults", len(list)-i))
		}
		lines = append(lines, diag.Visible(f.Error()))
	}
	return lines
}

func warnPolicies(s *Streams, err error) {
	for _, line := range faultLines(err) {
		fmt.Fprintf(s.Stderr, "pvefw: warning: left out: %s\n", line)
	}
}

// isIO tells failures to read from faults of what was read.
func isIO(err error) bool {
	var exit *exitError
	return errors.As(err, &exit)
}
