package rego

import (
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
)

// purePrefixes are the families of builtins that a policy may call. A builtin
// that is new in a later OPA is only there when its family is listed.
var purePrefixes = []string{
	"array.", "base64.", "base64url.", "bits.", "glob.", "graph.", "hex.", "internal.", "json.", "numbers.",
	"object.", "regex.", "rego.metadata.", "semver.", "strings.", "units.", "uri.", "urlquery.",
}

// pureNames are single builtins of families that are not pure as a whole.
var pureNames = []string{
	"net.cidr_contains", "net.cidr_contains_matches", "net.cidr_intersects", "net.cidr_is_valid", "net.cidr_merge",
	"time.parse_duration_ns", "time.parse_rfc3339_ns",
}

// impureNames are left out of the families above: schema checks may follow
// references over the network, and one shift makes a number of any size.
var impureNames = []string{"json.match_schema", "json.verify_schema", "bits.lsh"}

// impureBare are builtins without a family that do more than compute.
var impureBare = []string{"print", "trace"}

// capabilities returns what policies may use: functions of their arguments.
// Left out are the network, files (time zones among them), the environment, the
// clock, random numbers, and certificates and tokens, whose checks need a clock.
// Our own functions about packets are added. Nobody changes them.
var capabilities = sync.OnceValue(func() *ast.Capabilities {
	caps := ast.CapabilitiesForThisVersion()
	caps.Builtins = slices.DeleteFunc(caps.Builtins, func(b *ast.Builtin) bool { return !isPure(b) })
	for _, f := range packetFunctions() {
		caps.Builtins = append(caps.Builtins, f.decl)
	}
	caps.AllowNet = []string{}
	return caps
})

func isPure(b *ast.Builtin) bool {
	switch {
	case b.Nondeterministic || slices.Contains(impureNames, b.Name):
		return false
	case !strings.Contains(b.Name, "."):
		return !slices.Contains(impureBare, b.Name)
	case slices.Contains(pureNames, b.Name):
		return true
	}
	return slices.ContainsFunc(purePrefixes, func(p string) bool { return strings.HasPrefix(b.Name, p) })
}
