// Package policies owns the Rego rules that come with pvefw, as embedded text:
// one folder per rule, CATEGORY/CODE, with the rule, its METADATA and its tests.
// It must not know how they are evaluated. Invariant: every folder holds exactly
// CODE.rego and CODE_test.rego. Start reading at lint/doc.go, which is the recipe.
package policies

import "embed"

// FS holds CATEGORY/CODE/CODE.rego and CODE_test.rego.
//
//go:embed */*/*.rego
var FS embed.FS
