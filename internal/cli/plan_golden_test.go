package cli

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/golden"
	"github.com/pvefw/pvefw/internal/plan"
	"github.com/pvefw/pvefw/ir/lower"
)

// TestPlanGolden plans, for each archive of testdata/plan, from what before/ makes to what
// after/ asks for. PVEFW_UPDATE=1 rewrites the want sections.
func TestPlanGolden(t *testing.T) {
	golden.Each(t, "../../testdata/plan/*.txtar", func(t *testing.T, a *golden.Archive) {
		t.Chdir(a.Dir(t))
		r := &planRun{Streams: &Streams{Stderr: os.Stderr, Now: time.Unix(1_700_000_000, 0)}, liveFlags: liveFlags{backend: "nft"}}
		before, _ := openedProgram(t, r, "before")
		wanted, o := openedProgram(t, r, "after")
		p := r.between(o, lower.Intended, &plan.Live{Name: "the kernel", Program: before, Others: []string{"ip docker"}}, wanted, nil)
		if read, err := plan.Read(p.JSON()); err != nil || read.Stale(p.Plan) != "" {
			t.Errorf("the plan is not read as it was written: %v", err)
		}
		forms := map[string]func() []byte{"text": func() []byte { return r.text(p) }, "json": p.JSON, "markdown": func() []byte { return planMarkdown(p.Plan) }}
		a.Check(t, func(section string) string { return string(forms[section]()) })
	})
}

func openedProgram(t *testing.T, r *planRun, dir string) (*nft.Program, *opened) {
	t.Helper()
	o, err := openOnce(r.Streams, dir, &r.configFlags, lower.Intended)
	if err != nil {
		t.Fatal(err)
	}
	p, found := nft.Build(o.policies[0], nft.Options{})
	if p == nil {
		t.Fatal(found)
	}
	return p, o
}

// An edited plan is refused, whatever was edited, and another node's plan is told apart.
func TestPlanFileIsAPromise(t *testing.T) {
	p, _ := plan.Make(plan.Request{Node: "pve1", Semantics: "intended"}, &plan.Live{Program: &nft.Program{}}, &nft.Program{})
	text := string(p.JSON())
	for _, edit := range [][2]string{
		{`"pve1"`, `"pve2"`}, {`"tables"`, `"Tables"`}, {`"create": 0`, `"create": 1`}, {`"changes": []`, `"changes": null`},
		{"{\n", "{\n \"more\": 1,\n"}, {`"intended"`, `"reference"`}, {"}\n", "}\n\n"},
	} {
		if edited := strings.Replace(text, edit[0], edit[1], 1); edited == text {
			t.Errorf("%q is not in the plan", edit[0])
		} else if _, err := plan.Read([]byte(edited)); err == nil {
			t.Errorf("a plan with %q in the place of %q is read", edit[1], edit[0])
		}
	}
	for _, foreign := range []string{"", "{}", "[]", "null", `{"version":1}`, `{"version":2,"fingerprint":"x"}`, text[:len(text)/2]} {
		if _, err := plan.Read([]byte(foreign)); err == nil {
			t.Errorf("%q is read as a plan", foreign)
		}
	}
	other, _ := plan.Make(plan.Request{Node: "pve2", Semantics: "intended"}, &plan.Live{Program: &nft.Program{}}, &nft.Program{})
	if why := p.Stale(other); why != "the plan is for the node pve1, and this is pve2" {
		t.Errorf("stale: %q", why)
	}
}
