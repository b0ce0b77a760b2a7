package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/internal/verify"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/spf13/cobra"
)

const verifyLong = `Prove what a configuration promises: the tests in its *.pvefw-test.yaml files,
at its top or in its directory tests, and those of --tests.

A test is about all packets that its words describe, not about samples. It says
allow, deny or reject with the ends, addresses and services; spoof-proof, that
NICs send under their own name only; or no-new-access, that nothing passes that
did not pass in an earlier revision. One that does not hold comes with a packet,
its way and the line that decides. What can be neither proved nor refuted is
unknown, and says why. At the end stands how many rules decide a packet of some
test.

Ends, addresses and services are named as in pvefw diff --expect; vm100 is its
net0. Tests are about what the files say; --semantics reference asks what
pve-firewall does instead. The exit code is 1 unless all tests hold.`

// verifyRun is one call of verify.
type verifyRun struct {
	*Streams
	configFlags
	cmd          *cobra.Command
	format, base string
	files        []string
	schema, list bool
	path         string
	compared     bool // with base
	opened       *opened
	sem          lower.Semantics
}

func verifyCommand(s *Streams) *cobra.Command {
	r := &verifyRun{Streams: s}
	r.cmd = &cobra.Command{
		Use:   "verify [CONFIG]",
		Short: "Prove the tests that a configuration carries, for all packets",
		Long:  verifyLong,
		Example: `  pvefw verify
  pvefw verify --tests promises.pvefw-test.yaml configs/cluster-a
  pvefw verify --base origin/main --format junit > tests.xml
  pvefw verify --coverage examples/datacenter
  pvefw verify --schema > pvefw-test.schema.json`,
		Args: atMost(1, "CONFIG"),
	}
	f := r.cmd.Flags()
	f.SortFlags = false
	r.add(r.cmd)
	semantics := semanticsFlag(r.cmd)
	f.Lookup("semantics").DefValue = "intended"
	f.StringArrayVar(&r.files, "tests", nil, "also prove the tests in `FILE`; may be repeated")
	f.StringVar(&r.base, "base", "", "what no-new-access compares with: a CONFIG, or the state in which HEAD left a git `REV`")
	f.StringVar(&r.format, "format", "text", "`FORMAT`: text, json or junit")
	f.BoolVar(&r.list, "coverage", false, "list the rules that decide no packet of a test")
	f.BoolVar(&r.schema, "schema", false, "print the JSON schema of test files")
	r.cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		if r.schema {
			_, err = io.WriteString(s.Stdout, load.TestsSchema())
			return err
		}
		if err := oneOf(cmd, "format", r.format, []string{"text", "json", "junit"}, nil); err != nil {
			return err
		}
		if r.sem, err = semantics(); err != nil {
			return err
		}
		if !f.Changed("semantics") {
			r.sem = lower.Intended
		}
		r.path = first(args)
		return r.run()
	}
	return r.cmd
}

func (r *verifyRun) run() error {
	opt := r.options(r.Streams)
	opt.Tests = true
	o, err := open(r.Streams, r.path, opt, r.sem)
	if err != nil {
		return err
	}
	r.opened = o
	suites, err := r.suites()
	if err != nil {
		return err
	}
	world := worldOf(o)
	world.Base = r.earlier()
	done := r.progress("proving")
	report, found := verify.Run(world, suites)
	done()
	if len(found) > 0 {
		return testsInvalid(found)
	}
	if r.base != "" && !r.compared {
		fmt.Fprintln(r.Stderr, "pvefw: note: nothing was compared with --base, for no test says no-new-access without a revision of its own")
	}
	if r.format != "json" {
		brief(r.Stderr, o.missing())
	}
	if err := r.write(report); err != nil {
		return err
	}
	if report.Count(verify.Holds) < len(report.Results) {
		return findings()
	}
	return nil
}

func testsInvalid(found diag.List) error {
	return &exitError{code: exitUsage, text: "the tests are not understood, so nothing was proved", found: found, hint: "pvefw verify --schema"}
}

// suites reads all test files; their faults are told together.
func (r *verifyRun) suites() ([]*verify.Suite, error) {
	files := r.opened.Tests
	for _, name := range r.files {
		named := func(f *source.File) bool { return filepath.Clean(f.Name()) == filepath.Clean(name) }
		if slices.ContainsFunc(files, named) {
			continue // it lies in the CONFIG and is read already
		}
		data, err := load.ReadFile(name, r.Stdin)
		if err != nil {
			return nil, loadError(err)
		}
		files = append(files, source.NewFile(name, data))
	}
	if len(files) == 0 {
		return nil, usagef(r.cmd, "there are no tests: no file named *%s is in %s or its directory tests, and --tests names none", load.TestsSuffix, diag.Visible(shownPath(r.path)))
	}
	var suites []*verify.Suite
	var found diag.List
	for _, f := range files {
		s, more := load.ParseTests(f)
		suites, found = append(suites, s), append(found, more...)
	}
	if len(found) > 0 {
		return nil, testsInvalid(found)
	}
	return suites, nil
}

// earlier finds what no-new-access compares with, each state once.
func (r *verifyRun) earlier() func(string) (*verify.World, string) {
	type state struct {
		world  *verify.World
		reason string
	}
	known := map[string]state{}
	return func(name string) (*verify.World, string) {
		if name == "" {
			name, r.compared = r.base, true
		}
		if name == "" {
			return nil, "nothing says what to compare with; name a revision in the test or with --base"
		}
		s, ok := known[name]
		if !ok {
			s.world, s.reason = r.openEarlier(name)
			known[name] = s
		}
		return s.world, s.reason
	}
}

// openEarlier opens a CONFIG, or this one as it was where HEAD left a revision.
func (r *verifyRun) openEarlier(name string) (*verify.World, string) {
	opt := r.options(r.Streams)
	opt.Use = r.opened.Settings
	path := name
	if rev, is := load.ParseRevision(name); is && !rev.HasPath && !load.IsMarked(name) && !r.opened.FromGit {
		path, opt.Since = r.path, name
	}
	o, err := open(&Streams{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard, Now: r.Now}, path, opt, r.sem)
	if err != nil {
		return nil, strings.TrimSuffix(err.Error(), ".")
	}
	return worldOf(o), ""
}
