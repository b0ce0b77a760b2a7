package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/lint"
	"github.com/pvefw/pvefw/lint/all"
)

// rulebook is every rule there is, by code, and what judges by them.
type rulebook struct {
	rules  []*diag.Rule
	judges []lint.Judge
}

// openRulebook compiles the policies.
func openRulebook() (*rulebook, error) {
	reg, err := all.Open()
	if err != nil {
		return nil, failf("the built-in policies do not compile: %s", plain(err))
	}
	rules := slices.Concat(reg.Catalog, load.Catalog())
	slices.SortFunc(rules, func(a, b *diag.Rule) int { return strings.Compare(a.Code, b.Code) })
	return &rulebook{rules, reg.Judges}, nil
}

// rule finds a record by its code; nil when there is none.
func (b *rulebook) rule(code string) *diag.Rule {
	for _, r := range b.rules {
		if r.Code == code {
			return r
		}
	}
	return nil
}

// portability lists the codes about what proxmox-firewall makes of a file.
func (b *rulebook) portability() []string {
	var codes []string
	for _, r := range b.rules {
		if r.Category == "portability" {
			codes = append(codes, r.Code)
		}
	}
	return codes
}

// unknown is the complaint about a code that no rule has.
func (b *rulebook) unknown(code string) string {
	text := fmt.Sprintf("there is no rule \"%s\"", diag.Visible(code))
	limit, near := 4, ""
	for _, r := range b.rules {
		if d := diag.Distance(r.Code, strings.ToLower(code)); d < limit {
			limit, near = d, r.Code
		}
	}
	if near != "" {
		text += "; did you mean " + near + "?"
	}
	return text
}

// unique sorts texts and leaves each once; never nil.
func unique(list []string) []string {
	out := append([]string{}, list...)
	slices.Sort(out)
	return slices.Compact(out)
}
