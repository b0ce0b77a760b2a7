package cli

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/pvefw/pvefw/lint"
	"github.com/spf13/cobra"
)

// addLine teaches explain --line, which tells what became of one line of a CONFIG.
func (r *explainRun) addLine() {
	l := &lineRun{explainRun: r}
	codes := r.cmd.RunE
	r.cmd.Use, r.cmd.Short = "explain [CODE | --line FILE:LINE [CONFIG]]", "Explain a finding's code, or what becomes of a line"
	r.cmd.Long += `

With --line tell instead what a line of a CONFIG is and becomes: names and
macros, the IR, the texts for iptables and nftables, who uses it, what the rules
before and behind leave to it, where the two semantics differ, and its findings.
Of a file on disk the CONFIG is found by its place.`
	r.cmd.Example += "\n  pvefw explain --line firewall/100.fw:12 /etc/pve"
	r.cmd.Flags().StringVar(&l.at, "line", "", "tell what becomes of a line, `FILE:LINE`; the argument is then the CONFIG that it belongs to")
	l.configFlags.add(r.cmd)
	r.cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if cmd.Flags().Changed("line") {
			return l.run(first(args))
		}
		for _, flag := range []string{"node", "node-address", "local-network", "config"} {
			if cmd.Flags().Changed(flag) {
				return usagef(cmd, "--%s goes with --line", flag)
			}
		}
		return codes(cmd, args)
	}
}

// lineRun is one call of explain --line.
type lineRun struct {
	*explainRun
	configFlags
	at string
}

func (l *lineRun) run(path string) error {
	if err := oneOf(l.cmd, "format", l.format, []string{"text", "json"}, nil); err != nil {
		return err
	}
	name, number, err := l.place()
	if err != nil {
		return err
	}
	if path == "" {
		path = configAbove(name)
	}
	o, err := open(l.Streams, path, l.configFlags.options(l.Streams), lower.Reference)
	if err != nil {
		return err
	}
	file, err := l.find(o, name)
	if err != nil {
		return err
	}
	if number > file.LineCount() {
		return usagef(l.cmd, "%s has %s, so there is no line %d", diag.Visible(file.Name()), count(file.LineCount(), "line"), number)
	}
	e := &lineExplainer{opened: o, line: lineAt{file, number}}
	e.other = &opened{Loaded: o.Loaded}
	e.other.resolve(o.Input, lower.Intended)
	facts := e.explain()
	if facts.found, err = l.findings(o, e.line); err != nil {
		return err
	}
	if l.format == "json" {
		return l.writeLineJSON(facts)
	}
	return l.writeLineText(facts)
}

// place splits FILE:LINE.
func (l *lineRun) place() (name string, number int, err error) {
	i := strings.LastIndexByte(l.at, ':')
	if i > 0 {
		number, err = strconv.Atoi(l.at[i+1:])
	}
	if i <= 0 || err != nil || number < 1 {
		return "", 0, usagef(l.cmd, "--line takes FILE:LINE, such as firewall/100.fw:12, not \"%s\"", diag.Visible(l.at))
	}
	return l.at[:i], number, nil
}

// findings are those of lint that stand in the line or start there.
func (l *lineRun) findings(o *opened, at lineAt) (diag.List, error) {
	book, err := openRulebook()
	if err == nil {
		book, err = book.with(l.Streams, &l.policyFlags, o.Settings.PolicyPaths()...)
	}
	if err != nil {
		return nil, err
	}
	in := lint.Input{Config: o.config, Policies: o.policies, Findings: o.found, Now: l.Now}
	res, err := lint.Run(context.Background(), in, lint.Options{}, book.judges...)
	if err != nil {
		return nil, judgeError(err)
	}
	return slices.DeleteFunc(res.Findings, func(d diag.Diagnostic) bool { return !at.holds(d.Span) }), nil
}

// lineAt is a line of a file.
type lineAt struct {
	file   *source.File
	number int
}

// holds reports whether a place starts in the line.
func (a lineAt) holds(s source.Span) bool {
	return s.File == a.file && !s.WholeFile() && s.From().Line == a.number
}

func (a lineAt) span() source.Span { return a.file.Line(a.number) }
