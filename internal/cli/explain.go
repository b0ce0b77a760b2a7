package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/spf13/cobra"
)

// explainCommand shows pages of the catalogue of findings.
func explainCommand(s *Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "explain [CODE]",
		Short: "Explain a finding's code, or list all codes",
		Long: `Show the page of one code: what the fault is, why it matters, what Proxmox does.
Without a CODE all codes are listed.`,
		Example: `  pvefw explain
  pvefw explain alias-malformed`,
		Args: atMost(1, "CODE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			book, err := openRulebook()
			if err != nil {
				return err
			}
			if len(args) == 0 {
				listRules(s.Stdout, book.rules)
				return nil
			}
			r := book.rule(args[0])
			if r == nil {
				return usagef(cmd, "%s", book.unknown(args[0]))
			}
			explainRule(s.Stdout, r)
			return nil
		},
		ValidArgsFunction: completeCodes,
	}
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

func listRules(w io.Writer, rules []*diag.Rule) {
	width := 0
	for _, r := range rules {
		width = max(width, len(r.Code))
	}
	for _, r := range rules {
		fmt.Fprintf(w, "%-*s  %-7s  %s\n", width, r.Code, r.Severity, r.Title)
	}
}

func explainRule(w io.Writer, r *diag.Rule) {
	fmt.Fprintf(w, "%s\n%s\n\nCategory %s, severity %s.\n", r.Code, r.Title, r.Category, r.Severity)
	for _, part := range strings.Split(strings.TrimSpace(r.Description), "\n\n") {
		if part != "" {
			fmt.Fprintf(w, "\n%s\n", wrap(part, 80))
		}
	}
}

// wrap breaks running text into lines; text that is indented stays as it is.
func wrap(text string, width int) string {
	if strings.HasPrefix(text, " ") || strings.Contains(text, "\n ") || strings.Contains(text, "\n- ") {
		return text
	}
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(text) {
		switch {
		case column == 0:
		case column+1+len(word) > width:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String()
}
