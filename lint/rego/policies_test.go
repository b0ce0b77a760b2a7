package rego

import (
	"context"
	"io/fs"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/pvefw/pvefw/policies"
)

func builtin(t *testing.T) *Engine {
	t.Helper()
	e, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestEveryPolicyHasMetadata(t *testing.T) {
	e := builtin(t)
	if len(e.policies) < 5 {
		t.Fatalf("%d policies", len(e.policies))
	}
	for _, p := range e.policies {
		for name, text := range map[string]string{
			"description": p.rule.Description, "effect": p.effect, "bad": p.bad, "good": p.good,
		} {
			if text == "" {
				t.Errorf("%s: no %s", p.rule.Code, name)
			}
		}
		if strings.HasSuffix(p.rule.Title, ".") {
			t.Errorf("%s: the title ends in a full stop", p.rule.Code)
		}
	}
}

// Invariant: every folder holds exactly CODE.rego and CODE_test.rego.
func TestFoldersHoldRuleAndTests(t *testing.T) {
	for _, p := range builtin(t).policies {
		dir := path.Join(p.rule.Category, p.rule.Code)
		entries, err := fs.ReadDir(policies.FS, dir)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		want := p.rule.Code + ".rego " + p.rule.Code + "_test.rego"
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s holds %s", dir, got)
		}
	}
}

func TestRegoUnitTests(t *testing.T) {
	source, err := ReadDir("", policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	tested := map[string]int{}
	report, err := Test(context.Background(), nil, source)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range report.Tests {
		tested[strings.TrimSuffix(r.Package, "_test")]++
		if r.Outcome != Passed {
			t.Errorf("%s: %s.%s: %s", r.Place, r.Package, r.Name, r.Text)
		}
	}
	for _, p := range builtin(t).policies {
		pkg := "policies." + strings.ReplaceAll(p.rule.Category+"."+p.rule.Code, "-", "_")
		if tested[pkg] < 4 {
			t.Errorf("%s: %d unit tests", p.rule.Code, tested[pkg])
		}
	}
}

// one is a file system of one policy whose body is the given rules.
func one(body string) fstest.MapFS {
	const head = "# METADATA\n# scope: package\n# title: T\n# description: D\n# custom:\n#   severity: warning\n" +
		"package policies.style.some_code\n\n"
	return fstest.MapFS{"style/some-code/some-code.rego": {Data: []byte(head + body)}}
}

func TestCapabilitiesAreCut(t *testing.T) {
	for _, call := range []string{
		`http.send({"method": "get", "url": "http://192.0.2.1"})`, `opa.runtime()`, `net.lookup_ip_addr("a")`,
		`time.now_ns()`, `rand.intn("a", 3)`, `uuid.rfc4122("a")`, `net.cidr_expand("::/0")`,
		`json.match_schema({}, {})`, `time.clock([1, "Europe/Vienna"])`, `io.jwt.decode("a")`, `trace("a")`,
		`rego.parse_module("a", "b")`, `crypto.sha256("a")`, `print("a")`, `time.now_ns()`, `bits.lsh(1, 100)`,
	} {
		_, err := New(one("report contains {\"message\": m} if m := " + call))
		if err == nil {
			t.Errorf("%s compiles", call)
		}
	}
	if _, err := New(one("report contains {\"message\": m} if m := sprintf(\"%v\", [net.cidr_contains(\"::/0\", \"::1\")])")); err != nil {
		t.Errorf("a pure builtin is refused: %v", err)
	}
}

func TestPoliciesThatAreRefused(t *testing.T) {
	for name, files := range map[string]fstest.MapFS{
		"no METADATA":   {"a.rego": {Data: []byte("package policies.style.x\nreport contains 1")}},
		"package":       {"a.rego": {Data: []byte("package x\nreport contains 1")}},
		"no entry":      one("other := 1"),
		"unused local":  one(`report contains {"message": "m"} if x := 1`),
		"not Rego":      one("report contains"),
		"bad severity":  {"a.rego": {Data: []byte("# METADATA\n# scope: package\n# title: T\n# custom:\n#   severity: loud\npackage policies.a.b\nreport contains 1")}},
		"unknown unit":  {"a.rego": {Data: []byte("# METADATA\n# scope: package\n# title: T\n# custom:\n#   severity: info\n#   unit: moon\npackage policies.a.b\nreport contains 1")}},
		"title missing": {"a.rego": {Data: []byte("# METADATA\n# scope: package\n# custom:\n#   severity: info\npackage policies.a.b\nreport contains 1")}},
	} {
		if _, err := New(files); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestFieldsOf(t *testing.T) {
	for body, want := range map[string]string{
		`report contains {"message": "m"} if input.facts.on_host`:                                    "facts",
		`report contains {"message": "m"} if { input.facts.on_host; input.rule.id }`:                 "all or more",
		`report contains {"message": m} if m := sprintf("%v", [input])`:                              "all or more",
		`report contains {"message": m} if { some k; m := input[k] }`:                                "all or more",
		`report contains {"message": "m"} if { x := input.facts; x.on_host; input["facts"].action }`: "facts",
		`report contains {"message": "m"} if { f := input; f.rule.id }`:                              "all or more",
		`report contains {"message": "m"} if data.policies.lib.x with input as 1`:                    "all or more",
	} {
		e, err := New(one(body))
		if err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		program, _ := e.policies[0].program()
		got := "all or more"
		if program.uses.onlyFacts() {
			got = "facts"
		}
		if got != want {
			t.Errorf("%s: %s", body, got)
		}
	}
}
