// Package all owns the registry of lint: every catalogue record and every judge
// there is. It must not know what any of them does. Invariant: no two records
// have the same code. Start reading at Open.
package all

import (
	"slices"
	"strings"

	"github.com/pvefw/pvefw/compiler/iptables"
	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/pvefw/pvefw/lint"
	"github.com/pvefw/pvefw/lint/rego"
)

// Registry is every finding that users are shown, and what judges a config.
type Registry struct {
	Catalog []*diag.Rule // by category, then code
	Judges  []lint.Judge
	// Policies is the judge of the Rego rules; it also has their examples.
	Policies *rego.Engine
}

// Open compiles the policies and gathers the catalogue. An error means that a
// policy that comes with pvefw does not compile.
func Open() (*Registry, error) {
	engine, err := rego.Builtin()
	if err != nil {
		return nil, err
	}
	catalog := slices.Concat(grammar.Catalog(), config.Catalog(), lower.Catalog(), lint.Catalog(), engine.Rules(), iptables.Catalog(), nft.Catalog())
	slices.SortStableFunc(catalog, func(a, b *diag.Rule) int {
		if c := strings.Compare(a.Category, b.Category); c != 0 {
			return c
		}
		return strings.Compare(a.Code, b.Code)
	})
	return &Registry{Catalog: catalog, Judges: []lint.Judge{engine}, Policies: engine}, nil
}

// Codes lists the codes of the catalogue.
func (r *Registry) Codes() []string {
	var codes []string
	for _, rule := range r.Catalog {
		codes = append(codes, rule.Code)
	}
	return codes
}

// Rule returns the record of a code.
func (r *Registry) Rule(code string) (*diag.Rule, bool) {
	i := slices.IndexFunc(r.Catalog, func(x *diag.Rule) bool { return x.Code == code })
	if i < 0 {
		return nil, false
	}
	return r.Catalog[i], true
}
