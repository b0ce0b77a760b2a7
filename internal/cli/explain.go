package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/spf13/cobra"
)

// explainRun is one call of explain.
type explainRun struct {
	*Streams
	policyFlags
	cmd    *cobra.Command
	format string
	list   bool
}

// explainCommand shows pages of the catalogue of findings.
func explainCommand(s *Streams) *cobra.Command {
	r := &explainRun{Streams: s}
	r.cmd = &cobra.Command{
		Use:   "explain [CODE]",
		Short: "Explain a finding's code, or list all codes",
		Long: `Show the page of one code: what the fault is, why it matters, what Proxmox does,
an example with its finding, how to mend it, how to ignore it. Without a CODE,
or with --list, all codes are listed.`,
		Example: `  pvefw explain --list
  pvefw explain alias-malformed
  pvefw explain --format markdown shadowed-rule
  pvefw explain --policy policies telnet-open`,
		Args:              atMost(1, "CODE"),
		RunE:              func(_ *cobra.Command, args []string) error { return r.run(first(args)) },
		ValidArgsFunction: completeCodes,
	}
	f := r.cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&r.list, "list", false, "list all codes")
	f.StringVar(&r.format, "format", "text", "`FORMAT`: text, json or markdown")
	r.policyFlags.add(r.cmd)
	r.addLine()
	return r.cmd
}

func (r *explainRun) run(code string) error {
	if err := oneOf(r.cmd, "format", r.format, []string{"text", "json", "markdown"}, nil); err != nil {
		return err
	}
	if r.list && code != "" {
		return usagef(r.cmd, "--list shows all codes, so %s is too much", diag.Visible(code))
	}
	if err := r.policyFlags.check(r.cmd); err != nil {
		return err
	}
	book, err := openRulebook()
	if err == nil {
		book, err = book.with(r.Streams, &r.policyFlags)
	}
	if err != nil {
		return err
	}
	if code == "" {
		return r.listRules(book.rules)
	}
	rule := book.rule(code)
	if rule == nil {
		return usagef(r.cmd, "%s", book.unknown(code))
	}
	return r.show(rule)
}

// textWidth is that of a page where nobody says how wide it may be; longer lines
// are tiring to read.
const textWidth = 80

func (r *explainRun) show(rule *diag.Rule) error {
	page := pageOf(rule)
	switch r.format {
	case "json":
		return r.encode(explained(rule, page))
	case "markdown":
		_, err := io.WriteString(r.Stdout, page)
		return err
	}
	width := textWidth
	if r.Width > 0 {
		width = min(r.Width, textWidth)
	}
	_, err := io.WriteString(r.Stdout, pageText(page, r.Color, width))
	return err
}

func (r *explainRun) encode(v any) error { return writeJSON(r.Stdout, v) }

// ruleHead is what a list says about a rule.
type ruleHead struct {
	Code     string `json:"code"`
	Category string `json:"category"`
	Severity string `json:"severity"`
	Title    string `json:"title"`
	OptIn    bool   `json:"opt_in"`
}

// rulePage is the page of a rule in JSON. Texts of sections are Markdown.
type rulePage struct {
	Version int `json:"version"`
	ruleHead
	Sections []pageSection `json:"sections"`
	Bad      string        `json:"bad"`  // a CONFIG, one file behind each "-- NAME --"
	Good     string        `json:"good"` // likewise
}

type pageSection struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

func headOf(r *diag.Rule) ruleHead {
	return ruleHead{r.Code, r.Category, r.Severity.String(), r.Title, r.OptIn}
}

func explained(r *diag.Rule, page string) rulePage {
	out := rulePage{Version: 1, ruleHead: headOf(r), Sections: []pageSection{}, Bad: r.Page.Bad, Good: r.Page.Good}
	for _, part := range strings.Split("\n"+page, "\n## ")[1:] {
		title, text, _ := strings.Cut(part, "\n")
		out.Sections = append(out.Sections, pageSection{title, strings.TrimSpace(text)})
	}
	return out
}

func (r *explainRun) listRules(rules []*diag.Rule) error {
	switch r.format {
	case "json":
		list := struct {
			Version int        `json:"version"`
			Rules   []ruleHead `json:"rules"`
		}{1, []ruleHead{}}
		for _, rule := range rules {
			list.Rules = append(list.Rules, headOf(rule))
		}
		return r.encode(list)
	case "markdown":
		_, err := io.WriteString(r.Stdout, rulesIndex(rules))
		return err
	}
	width := 0
	for _, rule := range rules {
		width = max(width, len(rule.Code))
	}
	for _, rule := range rules {
		fmt.Fprintf(r.Stdout, "%-*s  %-7s  %s\n", width, rule.Code, rule.Severity, rule.Title)
	}
	return nil
}

// rulesIndex lists rules by category, as Markdown.
func rulesIndex(rules []*diag.Rule) string {
	byCategory := map[string][]*diag.Rule{}
	var categories []string
	for _, r := range rules {
		byCategory[r.Category] = append(byCategory[r.Category], r)
		categories = append(categories, r.Category)
	}
	var b strings.Builder
	b.WriteString("# The rules of pvefw\n\nEach finding has a code. Its page says what the fault is, why it matters, what Proxmox does, and how to\n" +
		"mend or ignore it; `pvefw explain CODE` shows it in a terminal. Rules with a * are silent unless enabled.\n")
	for _, c := range unique(categories) {
		b.WriteString("\n## " + c + "\n\n| rule | severity | what |\n|---|---|---|\n")
		for _, r := range byCategory[c] {
			star := ""
			if r.OptIn {
				star = " *"
			}
			fmt.Fprintf(&b, "| [%s](%s.md)%s | %s | %s |\n", r.Code, r.Code, star, r.Severity, strings.ReplaceAll(r.Title, "|", "\\|"))
		}
	}
	return b.String()
}

// completeCodes offers all codes to a shell.
func completeCodes(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	book, err := openRulebook()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var codes []string
	for _, r := range book.rules {
		codes = append(codes, r.Code+"\t"+r.Title)
	}
	return codes, cobra.ShellCompDirectiveNoFileComp
}
