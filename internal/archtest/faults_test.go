package archtest

import (
	"strings"
	"testing"
	"testing/fstest"
)

const goodDoc = `// Package %s owns x. It must not know y. Invariant: z. Start reading here.
`

// Every check fires on a tree that breaks it, and only once.
func TestChecksFire(t *testing.T) {
	tests := []struct {
		name, file, text string
		check            func(*tree) []string
		want             string
	}{
		{"upward import", "internal/diag/a.go", imports("diag", module+"/grammar"), checkLevels, "only lower levels"},
		{"same level", "grammar/a.go", imports("grammar", module+"/ir"), checkLevels, "only lower levels"},
		{"a face", "internal/load/a.go", imports("load", module+"/internal/cli"), checkLevels, "only lower levels"},
		{"unknown package", "ir/extra/a.go", "package extra\n", checkLevels, "ir/extra has no level"},
		{"test package", "internal/cli/a.go", imports("cli", module+"/internal/archtest"), checkLevels, "holds tests only"},
		{"backend and grammar", "compiler/nft/a.go", imports("nft", module+"/grammar"), checkWalls, "nothing before it"},
		{"backend and config", "compiler/a.go", imports("compiler", module+"/ir/config"), checkWalls, "nothing before it"},
		{"ir and facts", "ir/a.go", imports("ir", module+"/internal/facts"), checkWalls, "nothing else of ours"},
		{"policies", "policies/a.go", imports("policies", module+"/internal/source"), checkWalls, "standard library only"},
		{"foreign owner", "lint/a.go", imports("lint", "github.com/open-policy-agent/opa/v1/rego"), checkOwners, "only lint/rego may use"},
		{"no owner", "lint/a.go", imports("lint", "example.org/x"), checkOwners, "has no owner"},
		{"test library", "lint/a.go", imports("lint", "pgregory.net/rapid"), checkOwners, "is for tests"},
		{"input", "ir/packet/a.go", imports("packet", "os"), checkPurity, "do no I/O"},
		{"clock", "ir/packet/a.go", "package packet\n\nimport \"time\"\n\nvar x = time.Now()\n", checkPurity, "uses time.Now"},
		{"network", "ir/packet/a.go", "package packet\n\nimport \"net\"\n\nvar x, y = net.ParseMAC, net.LookupHost\n", checkPurity, "uses net.LookupHost"},
		{"exit", "internal/load/a.go", "package load\n\nfunc f() { os.Exit(1) }\n", checkExits, "exits"},
		{"long file", "ir/a.go", "package ir\n" + strings.Repeat("\n", 600), checkSizes, "has 601 lines"},
		{"long function", "ir/a.go", "package ir\n\nfunc f() {\n" + strings.Repeat("\tg()\n", 60) + "}\n", checkSizes, "f has 62 lines"},
		{"no doc", "ir/a.go", "package ir\n", checkPackageDocs, "has no package doc"},
		{"no invariant", "ir/a.go", "// Package ir owns x. It must not y. Start reading z.\npackage ir\n", checkPackageDocs, "Invariant:"},
		{"no file doc", "ir/a.go", "package ir\n\nvar x int\n", checkFileDocs, "says what it is"},
		{"util", "ir/a.go", "package util\n", checkNames, "named after no subject"},
		{"init", "ir/a.go", "package ir\n\nfunc init() {}\n", checkNames, "init function"},
		{"manager", "ir/a.go", "package ir\n\ntype RuleManager int\n", checkNames, "type RuleManager"},
		{"top level", "scripts/a.sh", "", checkTopLevel, "scripts does not belong"},
		{"package without a row", "ir/a.go", "package ir\n", checkDocs, "no row of level 2 for `ir`"},
		{"unknown path", "docs/semantics.md", "`ir/lower/quirk_x.go` and `go test`", checkDocPaths, "names ir/lower/quirk_x.go"},
		{"archive", "testdata/a.txtar", strings.Repeat("\n", 201), checkArchives, "has 201 lines"},
	}
	for _, test := range tests {
		tr := readTree(t, fstest.MapFS{test.file: {Data: []byte(test.text)}})
		faults := test.check(tr)
		if len(faults) != 1 || !strings.Contains(faults[0], test.want) {
			t.Errorf("%s: %q, want one fault with %q", test.name, faults, test.want)
		}
	}
}

// What the house allows passes all checks.
func TestChecksAreSilentOnAGoodTree(t *testing.T) {
	dispatch := "package cli\n\n// Dispatch is long.\nfunc Dispatch(n int) {\n\tswitch n {\n" + strings.Repeat("\tcase 1:\n\t\tf()\n", 40) + "\t}\n}\n"
	tr := readTree(t, fstest.MapFS{
		"go.mod":                 {Data: []byte("module x\n\nrequire (\n\tgo.yaml.in/yaml/v3 v3.0.6\n\tgolang.org/x/mod v0.1.0 // indirect\n)\n")},
		"docs/dependencies.md":   {Data: []byte("`go.yaml.in/yaml/v3`")},
		"docs/architecture.md":   {Data: []byte("| 10 | `internal/cli` | `internal/cli/verbs.go` |\n")},
		".ci/run":                {},
		"internal/cli/doc.go":    {Data: []byte(strings.Replace(goodDoc, "%s", "cli", 1) + "package cli\n\nimport (\n\t\"os\"\n\n\t\"github.com/spf13/cobra\"\n\n\t\"" + module + "/internal/load\"\n)\n")},
		"internal/cli/verbs.go":  {Data: []byte(dispatch)},
		"internal/cli/x_test.go": {Data: []byte(imports("cli", "pgregory.net/rapid"))},
	})
	for _, check := range []func(*tree) []string{
		checkLevels, checkWalls, checkOwners, checkDependencies, checkPurity, checkExits, checkSizes,
		checkPackageDocs, checkFileDocs, checkNames, checkTopLevel, checkArchives, checkDocs, checkDocPaths,
	} {
		report(t, check(tr))
	}
}

func TestUndocumentedQuirkIsFound(t *testing.T) {
	tr := readTree(t, fstest.MapFS{
		"docs/architecture.md":  {Data: []byte("| 4 | `ir/lower` |")},
		"docs/semantics.md":     {Data: []byte("`ir/lower/quirk_x.go`")},
		"ir/lower/quirk_x.go":   {Data: []byte("package lower\n")},
		"ir/lower/quirk_new.go": {Data: []byte("package lower\n")},
	})
	if faults := checkDocs(tr); len(faults) != 1 || !strings.Contains(faults[0], "quirk_new.go") {
		t.Errorf("%q, want one fault for quirk_new.go", faults)
	}
}

func TestMissingDependencyLineIsFound(t *testing.T) {
	tr := readTree(t, fstest.MapFS{
		"go.mod":               {Data: []byte("require go.yaml.in/yaml/v3 v3.0.6\n\ntool honnef.co/go/tools/cmd/staticcheck\n")},
		"docs/dependencies.md": {Data: []byte("nothing")},
	})
	if faults := checkDependencies(tr); len(faults) != 2 {
		t.Errorf("%q, want one fault for yaml and one for the tool", faults)
	}
}

func imports(pkg, imported string) string {
	return "package " + pkg + "\n\nimport _ \"" + imported + "\"\n"
}
