package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/verify"
	"github.com/pvefw/pvefw/lint"
	"github.com/pvefw/pvefw/lint/all"
	"github.com/pvefw/pvefw/lint/rego"
)

// rulebook is every rule there is, by code, and what judges by them.
type rulebook struct {
	rules   []*diag.Rule
	judges  []lint.Judge
	sources []*rego.Source // of the policies that are not pvefw's own
}

// openRulebook compiles the policies.
func openRulebook() (*rulebook, error) {
	reg, err := all.Open()
	if err != nil {
		return nil, failf("the built-in policies do not compile: %s", plain(err))
	}
	rules := slices.Concat(reg.Catalog, load.Catalog(), verify.Catalog())
	slices.SortFunc(rules, func(a, b *diag.Rule) int { return strings.Compare(a.Code, b.Code) })
	return &rulebook{rules: rules, judges: reg.Judges}, nil
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

// knows tells whether a word is a code or a category.
func (b *rulebook) knows(word string) bool {
	return slices.ContainsFunc(b.rules, func(r *diag.Rule) bool { return r.Code == word || r.Category == word })
}

// with adds the policies of users, of flags and of settings.
func (b *rulebook) with(s *Streams, f *policyFlags, more ...string) (*rulebook, error) {
	var taken []string
	for _, r := range b.rules {
		taken = append(taken, r.Code)
	}
	e, sources, err := f.judge(s, taken, more...)
	if err != nil || e == nil {
		return b, err
	}
	both := &rulebook{slices.Concat(b.rules, e.Rules()), append(b.judges[:len(b.judges):len(b.judges)], e), sources}
	slices.SortFunc(both.rules, func(a, b *diag.Rule) int { return strings.Compare(a.Code, b.Code) })
	return both, nil
}

// unknown is the complaint about a code that no rule has.
func (b *rulebook) unknown(code string) string {
	text := fmt.Sprintf("there is no rule \"%s\"", diag.Visible(code))
	var known []string
	for _, r := range b.rules {
		known = append(known, r.Code, r.Category)
	}
	if near := diag.Nearest(code, known); near != "" {
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
