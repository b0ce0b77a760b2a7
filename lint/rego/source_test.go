package rego

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"

	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/lint"
)

const allowed = `report contains {"message": "m"} if { input.rule.id; not input.rule.dport in data.allowed.ports }`

// bundled is a bundle of a policy with data, signed with a secret unless empty.
func bundled(t *testing.T, secret string) []byte {
	t.Helper()
	text := string(one(allowed)["style/some-code/some-code.rego"].Data)
	module, err := ast.ParseModuleWithOpts("some-code.rego", text, ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1})
	if err != nil {
		t.Fatal(err)
	}
	b := bundle.Bundle{Manifest: bundle.Manifest{}, Data: map[string]any{"allowed": map[string]any{"ports": []any{"443"}}},
		Modules: []bundle.ModuleFile{{Path: "/some-code.rego", URL: "/some-code.rego", Parsed: module, Raw: []byte(text)}}}
	b.Manifest.Init()
	if secret != "" {
		if err := b.GenerateSignature(bundle.NewSigningConfig(secret, "HS256", ""), "", true); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := bundle.NewWriter(&out).DisableFormat(true).UseModulePath(true).Write(b); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func messages(t *testing.T, s *Source) string {
	t.Helper()
	e, err := Open(Options{}, s)
	if err != nil {
		t.Fatal(err)
	}
	cfg, _ := config.Resolve(input(on + "[RULES]\nIN ACCEPT -p tcp -dport 443\nIN ACCEPT -p tcp -dport 22\n"))
	found, err := e.Judge(context.Background(), &lint.Input{Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(codes(found), ", ")
}

func TestBundles(t *testing.T) {
	const want = "warning some-code cluster.fw:9:1"
	key, other := &Key{"secret", "HS256"}, &Key{"another", "HS256"}
	for name, c := range map[string]struct {
		data  []byte
		key   *Key
		fault string
	}{
		"plain":             {bundled(t, ""), nil, ""},
		"signed":            {bundled(t, "secret"), key, ""},
		"signed, no key":    {bundled(t, "secret"), nil, ""},
		"not signed":        {bundled(t, ""), key, "signature"},
		"signed by another": {bundled(t, "secret"), other, "verif"},
		"no archive":        {[]byte("hello"), nil, "neither a directory nor a bundle"},
		"a damaged archive": {bundled(t, "")[:200], nil, "damaged"},
		"unknown algorithm": {bundled(t, "secret"), &Key{"secret", "XYZ"}, ""},
	} {
		s, err := ReadBundle("b.tar.gz", c.data, c.key)
		if name == "unknown algorithm" {
			if err == nil {
				t.Errorf("%s: accepted", name)
			}
			continue
		}
		if c.fault != "" {
			if err == nil || !strings.Contains(err.Error(), c.fault) || !strings.HasPrefix(err.Error(), "b.tar.gz: ") {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := messages(t, s); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestDirectoriesWithData(t *testing.T) {
	files := one(allowed)
	files["allowed/data.json"] = &fstest.MapFile{Data: []byte(`{"ports": ["22"]}`)}
	files["README.md"] = &fstest.MapFile{Data: []byte("no policy")}
	s, err := ReadDir("pol", files)
	if err != nil {
		t.Fatal(err)
	}
	if got := messages(t, s); got != "warning some-code cluster.fw:8:1" {
		t.Error(got)
	}
	files["data.json"] = &fstest.MapFile{Data: []byte(`{"allowed": {"ports": []}}`)}
	if _, err := ReadDir("pol", files); err == nil || !strings.Contains(err.Error(), "data.allowed.ports exists already") {
		t.Error(err)
	}
	files["data.json"] = &fstest.MapFile{Data: []byte(`{"allowed": `)}
	if _, err := ReadDir("pol", files); err == nil || !strings.Contains(err.Error(), "pol/data.json: it is not JSON") {
		t.Error(err)
	}
	files["data.json"] = &fstest.MapFile{Data: make([]byte, mostBytes)}
	if _, err := ReadDir("pol", files); !errors.Is(err, errTooMuch) {
		t.Error(err)
	}
}

// What is broken is named with its place; the rest is used when that is wanted.
func TestBrokenPoliciesAreNamed(t *testing.T) {
	files := one(`report contains {"message": "m"} if input.facts.on_host`)
	head, _, _ := strings.Cut(string(files["style/some-code/some-code.rego"].Data), "package policies")
	add := func(name, text string) { files[name] = &fstest.MapFile{Data: []byte(text)} }
	add("syntax.rego", head+"package policies.style.syntax\n\nreport contains if {\n")
	add("types.rego", head+"package policies.style.types\n\nreport contains {\"message\": \"m\"} if input.facts.acton == \"DROP\"\n")
	add("unsafe.rego", head+"package policies.style.unsafe\n\nreport contains {\"message\": x} if input.facts.on_host\n")
	add("taken.rego", head+"package policies.style.alias_unknown\n\nreport contains {\"message\": \"m\"} if input.facts.on_host\n")
	add("metadata.rego", "package policies.style.bare\n\nreport contains {\"message\": \"m\"} if input.facts.on_host\n")
	add("needs.rego", strings.Replace(head, "severity: warning", "severity: warning\n#   needs: a.b.c", 1)+"package policies.style.needs\n\nreport contains {\"message\": \"m\"} if input.facts.on_host\n")
	s, err := ReadDir("pol", files)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"pol/metadata.rego:1:1: there is no METADATA", "pol/needs.rego:8:1: custom.needs",
		"pol/syntax.rego:9:", "pol/taken.rego:7:1: there is a rule alias-unknown already",
		`pol/types.rego:9:37: input.facts has no key "acton"; did you mean action?`, "pol/unsafe.rego:9:",
	}
	opt := Options{Taken: []string{"alias-unknown"}}
	_, err = Open(opt, s)
	var faults Faults
	if !errors.As(err, &faults) {
		t.Fatalf("%v", err)
	}
	check := func(got Faults) {
		t.Helper()
		text := got.Error()
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("no %q in:\n%s", w, text)
			}
		}
	}
	opt.KeepGoing = true
	e, err := Open(opt, s)
	if err != nil || len(e.policies) != 1 || e.policies[0].rule.Code != "some-code" {
		t.Fatalf("%v %v", err, e)
	}
	check(e.Skipped())
}

// A policy that fails or has had its share is named; the others go on if that is
// wanted.
func TestKeepGoing(t *testing.T) {
	files := one(`report contains {"message": "fine"} if input.rule.id`)
	head, _, _ := strings.Cut(string(files["style/some-code/some-code.rego"].Data), "package policies")
	files["a.rego"] = &fstest.MapFile{Data: []byte(head + `package policies.style.slow
report contains {"message": "m"} if {
	input.rule.id
	n := numbers.range(1, 2000)
	count([1 | some a in n; some b in n; some c in n; a + b + c < 0]) > 0
}`)}
	files["b.rego"] = &fstest.MapFile{Data: []byte(head + "package policies.style.wrong\nreport contains {\"message\": m} if m := to_number(sprintf(\"x%s\", [input.rule.id]))")}
	s, err := ReadDir("", files)
	if err != nil {
		t.Fatal(err)
	}
	share := errors.New("it had its share")
	guard := func(ctx context.Context) (context.Context, func()) {
		ctx, cancel := context.WithCancelCause(ctx)
		timer := time.AfterFunc(50*time.Millisecond, func() { cancel(share) })
		return ctx, func() { timer.Stop(); cancel(nil) }
	}
	cfg, _ := config.Resolve(input(on + "[RULES]\nIN DROP\n"))
	e, err := Open(Options{Guard: guard}, s)
	if err != nil {
		t.Fatal(err)
	}
	_, err = e.Judge(context.Background(), &lint.Input{Config: cfg})
	if !errors.Is(err, share) || err.Error() != "a.rego: policy slow: the policy was stopped: it had its share" {
		t.Errorf("%v", err)
	}
	var warned []string
	e, err = Open(Options{Guard: guard, KeepGoing: true, Warn: func(err error) { warned = append(warned, err.Error()) }}, s)
	if err != nil {
		t.Fatal(err)
	}
	found, err := e.Judge(context.Background(), &lint.Input{Config: cfg})
	if err != nil || len(found) != 1 || found[0].Message != "fine" {
		t.Errorf("%v %v", err, codes(found))
	}
	if text := strings.Join(warned, "\n"); len(warned) != 2 || !strings.Contains(text, "policy slow") || !strings.Contains(text, "b.rego:8:40: policy wrong: to_number") {
		t.Errorf("%s", text)
	}
}

func TestScaffold(t *testing.T) {
	for _, name := range []string{"", "x", "x/", "/y", "A/b", "a/b/c", "a/../b", "a_b/c", "lib/x"} {
		if _, err := NewPolicy(name); err == nil {
			t.Errorf("%q is taken", name)
		}
	}
	made, err := NewPolicy("exposure/telnet-open")
	if err != nil {
		t.Fatal(err)
	}
	s := &Source{Files: map[string]string{made.Rule.Path: made.Rule.Text, made.Test.Path: made.Test.Text}}
	e, err := Open(Options{}, s)
	if err != nil {
		t.Fatal(err)
	}
	if faults := e.Check(context.Background()); len(faults) > 0 {
		t.Error(faults)
	}
	if r := e.TestArchive(context.Background(), made.Archive.Path, made.Archive.Text); r.Outcome != Passed {
		t.Error(r.Text)
	}
	report, err := Test(context.Background(), nil, s)
	if err != nil {
		t.Fatal(err)
	}
	outcomes := map[string]Outcome{}
	for _, r := range report.Tests {
		outcomes[r.Name] = r.Outcome
	}
	if outcomes["test_message"] != Failed || outcomes["test_silent_on_drop"] != Passed || len(outcomes) != 2 {
		t.Errorf("%v", outcomes)
	}
	if len(report.Files) != 1 || report.Files[0].Uncovered != 0 || report.Files[0].Covered < 5 {
		t.Errorf("%+v", report.Files)
	}
}
