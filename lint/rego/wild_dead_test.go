package rego

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/measured"
)

// deadAs maps the judges' words for rules that decide nothing to the codes that
// name them.
var deadAs = map[string][]string{
	"redundant-rule":                   {"redundant-rule", "shadowed-rule"},
	"redundant-final-rule":             {"redundant-rule", "shadowed-rule", "accept-under-accept-policy"},
	"redundant-with-builtin":           {"shadowed-rule"},
	"empty-ipset-used":                 {"rule-matches-nothing"},
	"accept-rules-under-policy-accept": {"accept-under-accept-policy"},
	"late-drop":                        {"conflicting-overlap"},
}

// TestWildDeadRules: what the judges found to be dead in real files is found on
// its line. Counted besides: what is found where they said nothing.
func TestWildDeadRules(t *testing.T) {
	root := measured.Path(t, "cases/wild")
	dirs, err := os.ReadDir(root)
	if err != nil || len(dirs) == 0 {
		t.Fatalf("%d cases, %v", len(dirs), err)
	}
	e := builtin(t)
	want, unjudged := 0, map[diag.Severity]int{}
	for _, d := range dirs {
		dir := filepath.Join(root, d.Name())
		found := judged(t, e, input(wildInput(t, dir)))
		judges := judgements(t, filepath.Join(dir, "findings.json"))
		for _, j := range judges {
			codes := deadAs[j.What]
			if codes == nil {
				continue
			}
			want++
			if !slices.ContainsFunc(found, func(f diag.Diagnostic) bool { return placeOf(&f) == j.place() && slices.Contains(codes, f.Rule.Code) }) {
				t.Errorf("%s: no %q at %s", d.Name(), codes, j.place())
			}
		}
		traps := judgements(t, filepath.Join(dir, "traps.json"))
		for i := range found {
			at := func(j judgement) bool { return j.place() == placeOf(&found[i]) }
			if found[i].Rule.Category != "dead" || slices.ContainsFunc(judges, at) {
				continue
			}
			unjudged[found[i].Severity]++
			if found[i].Severity > diag.Info {
				t.Logf("%s: nobody judged: %s %s %s", d.Name(), found[i].Severity, placeOf(&found[i]), found[i].Message)
			}
			if slices.ContainsFunc(traps, at) && found[i].Severity > diag.Info {
				t.Errorf("%s: %s at the trap %s", d.Name(), found[i].Rule.Code, placeOf(&found[i]))
			}
		}
	}
	t.Logf("%d judged findings; not judged: %d errors, %d warnings, %d infos", want, unjudged[diag.Error], unjudged[diag.Warning], unjudged[diag.Info])
	if unjudged[diag.Error]+unjudged[diag.Warning] > 10 {
		t.Errorf("%v findings that nobody judged", unjudged)
	}
}
