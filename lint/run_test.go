package lint

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

var (
	noisy = &diag.Rule{Code: "noisy-rule", Category: "style", Severity: diag.Info}
	loud  = &diag.Rule{Code: "loud-rule", Category: "lockout", Severity: diag.Error}
)

// at makes a finding on the first occurrence of word.
func at(f *source.File, r *diag.Rule, word, message string) diag.Diagnostic {
	i := strings.Index(string(f.Bytes()), word)
	return diag.New(r, f.Span(i, i+len(word)), message)
}

// told renders findings as "severity code line: message".
func told(l diag.List) []string {
	var out []string
	for _, d := range l {
		out = append(out, d.Severity.String()+" "+d.Rule.Code+" "+d.Span.String()+": "+d.Message)
	}
	return out
}

func run(t *testing.T, opt Options, found ...diag.Diagnostic) Result {
	t.Helper()
	res, err := Run(context.Background(), Input{Findings: found}, opt)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func TestOneFindingPerLineAndCode(t *testing.T) {
	f := source.NewFile("100.fw", []byte("IN ACCEPT -source aaa -dest bbb\nIN DROP -source ccc\n"))
	first, second := at(f, loud, "aaa", "no aaa"), at(f, loud, "bbb", "no bbb")
	first.ProxmoxMessage, second.ProxmoxMessage = "source: no", "dest: no"
	whole := diag.New(loud, f.Span(0, 0), "the file")
	other := diag.New(loud, f.Span(0, 0), "the file, differently")
	res := run(t, Options{}, at(f, loud, "ccc", "no ccc"), second, first, first, at(f, noisy, "aaa", "hm"), whole, whole, other)
	want := []string{
		"error loud-rule 100.fw: the file", "error loud-rule 100.fw: the file, differently",
		"error loud-rule 100.fw:1:19: no aaa", "info noisy-rule 100.fw:1:19: hm", "error loud-rule 100.fw:2:17: no ccc",
	}
	if d := cmp.Diff(want, told(res.Findings)); d != "" {
		t.Fatal(d)
	}
	merged := res.Findings[2]
	if len(merged.Related) != 1 || merged.Related[0].Message != "no bbb" {
		t.Errorf("what the second word says is lost: %+v", merged.Related)
	}
	if merged.ProxmoxMessage != "source: no\ndest: no" {
		t.Errorf("Proxmox's words: %q", merged.ProxmoxMessage)
	}
}

func TestSeveritiesAndSwitches(t *testing.T) {
	f := source.NewFile("100.fw", []byte("x\ny\n"))
	found := []diag.Diagnostic{at(f, loud, "x", "m"), at(f, noisy, "y", "n")}
	res := run(t, Options{Severity: map[string]diag.Severity{"noisy-rule": diag.Warning}, Disable: []string{"loud-rule"}}, found...)
	if d := cmp.Diff([]string{"warning noisy-rule 100.fw:2:1: n"}, told(res.Findings)); d != "" {
		t.Error(d)
	}
	res = run(t, Options{Disable: []string{"loud-rule"}, Enable: []string{"loud-rule"}}, found...)
	if len(res.Findings) != 2 {
		t.Errorf("enable does not overrule disable: %q", told(res.Findings))
	}
	if s := res.Summary(); s.Error != 1 || s.Info != 1 {
		t.Errorf("summary %+v", s)
	}
}

func TestIgnoreDirectives(t *testing.T) {
	f := source.NewFile("100.fw", []byte(
		"a1 # web UI, pvefw:ignore loud-rule the console of the lab\n"+
			"a2 # pvefw:ignore loud-rule\n"+
			"a3 # pvefw:ignore noisy-rule another rule\n"+
			"# pvefw:ignore loud-rule a comment line is no directive\n"+
			"a5 # pvefw:ignore loud-rule one pvefw:ignore noisy-rule two\n"+
			"a6 # pvefw:ignore lowd-rule misspelt\n"+
			"a7 # pvefw:ignore\n"))
	var found []diag.Diagnostic
	for _, word := range []string{"a1", "a2", "a3", "a5", "a6", "a7"} {
		found = append(found, at(f, loud, word, word))
	}
	found = append(found, at(f, noisy, "a5", "noise"))
	res := run(t, Options{Catalog: []*diag.Rule{loud, noisy}}, found...)
	want := []string{
		"error loud-rule 100.fw:2:1: a2",
		"warning ignore-incomplete 100.fw:2:6: no reason is given for ignoring loud-rule, so it is not ignored",
		"error loud-rule 100.fw:3:1: a3",
		"info ignore-unused 100.fw:3:6: the line has no finding noisy-rule to ignore",
		"error loud-rule 100.fw:6:1: a6",
		`info ignore-unused 100.fw:6:6: there is no rule "lowd-rule" to ignore`,
		"error loud-rule 100.fw:7:1: a7",
		"warning ignore-incomplete 100.fw:7:6: this directive names no code: write `pvefw:ignore CODE reason`",
	}
	if d := cmp.Diff(want, told(res.Findings)); d != "" {
		t.Error(d)
	}
	if res.Ignored != 3 {
		t.Errorf("ignored %d", res.Ignored)
	}
}

// failing is a judge that finds something and then fails.
type failing struct{ f *source.File }

func (failing) Rules() []*diag.Rule { return nil }

func (j failing) Judge(context.Context, *Input) (diag.List, error) {
	return diag.List{at(j.f, loud, "x", "found before")}, errors.New("out of time")
}

func TestFindingsSurviveAFailingJudge(t *testing.T) {
	f := source.NewFile("100.fw", []byte("x\n"))
	res, err := Run(context.Background(), Input{}, Options{}, failing{f})
	if err == nil || len(res.Findings) != 1 {
		t.Errorf("error %v, findings %q", err, told(res.Findings))
	}
}
