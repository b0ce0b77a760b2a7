package nft

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/golden"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
)

// TestGolden compiles each archive of testdata/nft and compares the chains and sets
// that its comment lists behind "shows:". PVEFW_UPDATE=1 rewrites the want sections.
func TestGolden(t *testing.T) {
	golden.Each(t, "../../testdata/nft/*.txtar", func(t *testing.T, a *golden.Archive) {
		a.Check(t, func(section string) string { return result(t, a, section) })
	})
}

// result makes a want section: folded, plain, reference (folded) or findings.
func result(t *testing.T, a *golden.Archive, section string) string {
	sem, options := lower.Intended, Options{}
	switch section {
	case "reference":
		sem = lower.Reference
	case "plain":
		options.Plain = true
	}
	program, findings := Build(policyOf(t, a, sem), options)
	if section == "findings" {
		return listed(findings)
	}
	if program == nil {
		return "no program\n"
	}
	_, names, ok := strings.Cut(string(a.Comment), "shows:")
	if !ok {
		t.Fatal("the archive does not say what it shows")
	}
	return excerpt(t, program, strings.Fields(names))
}

func listed(findings diag.List) string {
	var b strings.Builder
	for _, d := range findings {
		fmt.Fprintf(&b, "%s: %s %s: %s\n    %s\n", d.Span, d.Severity, d.Rule.Code, d.Message, d.Effect)
	}
	return b.String()
}

// excerpt is the text of what has one of the names, TABLE/NAME.
func excerpt(t *testing.T, p *Program, names []string) string {
	t.Helper()
	var b []byte
	for _, name := range names {
		table, name, _ := strings.Cut(name, "/")
		before := len(b)
		if in := p.Table(table); in != nil {
			if c := in.Chain(name); c != nil {
				b = c.append(b)
			}
			for _, s := range in.Sets {
				if s.Name == name {
					b = s.append(b)
				}
			}
		}
		if len(b) == before {
			b = append(b, "\tno "+name+"\n\n"...)
		}
	}
	return strings.TrimSuffix(string(b), "\n")
}

func policyOf(t *testing.T, a *golden.Archive, sem lower.Semantics) *ir.Policy {
	t.Helper()
	// The name of a finding's file must not depend on where the test runs.
	t.Chdir(a.Dir(t))
	loaded, err := load.Load(".", load.Options{OneNode: true, Now: time.Unix(1_700_000_000, 0)})
	if err != nil {
		t.Fatal(err)
	}
	cfg, _ := config.Resolve(loaded.Input)
	policy, _ := lower.Lower(cfg, cfg.Nodes[0], sem)
	return policy
}
