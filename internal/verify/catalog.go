package verify

import "github.com/pvefw/pvefw/internal/diag"

// Invalid is the rule behind findings about test files and expected changes.
var Invalid = &diag.Rule{
	Code: "test-invalid", Category: "settings", Severity: diag.Error, Page: pages["test-invalid"],
	Title: "A test or an expected change says something that pvefw does not understand",
	Description: "Test files, and what `pvefw diff --expect` says, are read strictly: an assertion about a guest that does not " +
		"exist, or with a misspelt key, would otherwise hold because it is about nothing. Nothing is proved until they are right.\n\n" +
		"`pvefw verify --schema` prints what a test file may hold.",
}

// Catalog lists the rules about assertions.
func Catalog() []*diag.Rule { return []*diag.Rule{Invalid} }
