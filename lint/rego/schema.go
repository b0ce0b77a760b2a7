package rego

import (
	"embed"
	"encoding/json"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
)

// schemas are JSON schemas of the input documents, one per unit. PVEFW_UPDATE=1
// makes them from documents of an example; their descriptions are by hand.
//
//go:embed schema/*.json
var schemas embed.FS

// Schema is the JSON schema of the documents of a unit.
func Schema(unit string) ([]byte, bool) {
	text, err := schemas.ReadFile("schema/" + unit + ".json")
	return text, err == nil
}

// schemaSet has the schemas under schema.UNIT.
var schemaSet = sync.OnceValue(func() *ast.SchemaSet {
	set := ast.NewSchemaSet()
	for _, unit := range []unitKind{ruleUnit, guestUnit, nodeUnit, fileUnit, clusterUnit} {
		text, _ := Schema(string(unit))
		var value any
		if err := json.Unmarshal(text, &value); err != nil {
			panic("unreachable: schema " + string(unit) + ": " + err.Error())
		}
		set.Put(schemaRef(unit), value)
	}
	return set
})

func schemaRef(unit unitKind) ast.Ref {
	return ast.MustParseRef("schema." + strings.ToLower(string(unit)))
}

// checkAgainstSchema makes the compiler check what a policy reads from its
// document, so that a misspelt key is an error and not silence.
func checkAgainstSchema(m *ast.Module, unit unitKind) {
	for _, a := range m.Annotations {
		if a.Scope == "package" && len(a.Schemas) == 0 {
			a.Schemas = append(a.Schemas, &ast.SchemaAnnotation{Path: ast.InputRootRef.Copy(), Schema: schemaRef(unit)})
		}
	}
}
