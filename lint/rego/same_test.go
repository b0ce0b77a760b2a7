package rego

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"
	"pgregory.net/rapid"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/lint"
)

// plainly is the contract without any optimisation: one evaluation for every
// unit, with the whole document. What the METADATA needs is part of the contract.
func plainly(t *rapid.T, e *Engine, cfg *config.Config) []string {
	w := newWorld(cfg)
	ctx := withPackets(context.Background(), newPackets(w, &lint.Input{Config: cfg}))
	var out []string
	for _, p := range e.policies {
		r, err := p.start(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for u := range w.units(p.unit) {
			doc, ids := u.document(fields{all: true})
			if needs := (gate{needs: p.gate.needs}); !needs.passes(doc) {
				continue
			}
			found, err := r.eval(ast.MustInterfaceToValue(map[string]any(doc)))
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range found {
				span := u.span
				if v.at != "" {
					span = ids[v.at]
				}
				out = append(out, line(r.tell(w, v, span, u.rule)))
			}
		}
		r.end()
	}
	slices.Sort(out)
	return out
}

func line(d diag.Diagnostic) string {
	return fmt.Sprintf("%s %s %s %s %s, %d related, %d fixes", d.Span, d.Rule.Code, d.Severity, d.Message, d.Effect, len(d.Related), len(d.Fixes))
}

// several are policies of all kinds of use: facts only, facts aliased, raw words,
// whole documents, other units, builtins.
func several() *Engine {
	const head = "# METADATA\n# scope: package\n# title: T\n# custom:\n#   severity: info\n#   unit: %s\npackage policies.style.%s\n\n"
	files := fstest.MapFS{}
	for name, body := range map[string][2]string{
		"facts_only":  {"rule", "report contains {\"message\": m} if {\n\tinput.facts.action == \"ACCEPT\"\n\tcount(input.facts.any_source) > 0\n\tm := concat(\",\", input.facts.any_source)\n}\n"},
		"two_ways":    {"rule", "report contains {\"message\": \"a\"} if {\n\tinput.facts.direction in {\"in\", \"out\"}\n\tnot input.facts.on_host\n}\n\ndeny contains \"b\" if input.facts.on_host\n"},
		"aliased":     {"rule", "report contains {\"message\": f.direction} if {\n\tf := input.facts\n\tf.action != \"DROP\"\n}\n"},
		"raw_words":   {"rule", "report contains {\"message\": m} if {\n\tinput.facts.action == \"DROP\"\n\tm := input.rule.raw\n}\n"},
		"everything":  {"rule", "report contains {\"message\": m} if {\n\tx := input\n\tm := x.rule.direction\n}\n"},
		"with_id":     {"rule", "report contains {\"message\": \"m\", \"at\": input.rule.id} if input.owner.kind == \"vm\"\n"},
		"of_guests":   {"guest", "report contains {\"message\": m} if {\n\tinput.owner.enabled\n\tm := sprintf(\"%d\", [count(input.rules)])\n}\n"},
		"of_files":    {"file", "report contains {\"message\": input.owner.kind, \"severity\": \"error\"} if input.owner.options.enable == \"1\"\n"},
		"of_clusters": {"cluster", "report contains {\"message\": s.name, \"at\": s.id} if some s in input.sets\n"},
		"with_calls":  {"rule", "report contains {\"message\": m} if {\n\tinput.rule.direction == \"in\"\n\tpvefw.overlaps(input.rule.id, \"SSH -source 10.0.0.0/8\")\n\tm := pvefw.describe(input.rule.id)\n}\n"},
	} {
		files[name+".rego"] = &fstest.MapFile{Data: []byte(fmt.Sprintf(head, body[0], name) + body[1])}
	}
	e, err := New(files)
	if err != nil {
		panic(err)
	}
	return e
}

// Invariant: what is left out, joined or done side by side changes no finding.
func TestBothWaysGiveTheSameFindings(t *testing.T) {
	engines := []*Engine{builtin(t), several()}
	total := 0
	rapid.Check(t, func(t *rapid.T) {
		text := randomCluster(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(0, 2).Draw(t, "guests"), rapid.IntRange(0, 6).Draw(t, "rules"), true)
		cfg, _ := config.Resolve(ExampleInput(text))
		for _, e := range engines {
			want := plainly(t, e, cfg)
			found, err := e.Judge(context.Background(), &lint.Input{Config: cfg})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range found {
				got = append(got, line(d))
			}
			slices.Sort(got)
			if d := cmp.Diff(want, got); d != "" {
				t.Fatalf("(-plainly +engine):\n%s", d)
			}
			total += len(got)
		}
	})
	if total == 0 {
		t.Error("nothing was found at all")
	}
}
