package cli

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/plan"
)

// documents are what the sections of docs/json.md describe.
var documents = map[string][]any{
	"simulate":        {jsonWalk{}},
	"diff":            {jsonDiff{}},
	"verify":          {verifyJSON{}},
	"plan":            {plan.Plan{}},
	"drift":           {plan.Report{}},
	"status":          {statusTold{}},
	"rollback --list": {struct{ Changes []changeTold }{}},
	"explain":         {rulePage{}, lineJSON{}},
}

// elsewhere are keys that the page tells once, or in words: of changes in status, and
// those that hold documents of other commands.
var elsewhere = map[string][]string{
	"status":          tagged(reflect.TypeFor[changeTold]()),
	"rollback --list": {"version", "changes"},
	"explain":         {"rules", "iptables", "ip6tables", "ipset", "nft"},
}

// TestJSONPageIsComplete holds docs/json.md against the types that are printed.
func TestJSONPageIsComplete(t *testing.T) {
	page, err := os.ReadFile("../../docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for _, s := range strings.Split(string(page), "\n## ")[1:] {
		title, text, _ := strings.Cut(s, "\n")
		sections[title] = text
	}
	for title, values := range documents {
		told, real := keysOf(sections[title]), map[string]bool{}
		for _, v := range values {
			for _, key := range tagged(reflect.TypeOf(v)) {
				real[key] = true
			}
		}
		others := map[string]bool{}
		for _, key := range elsewhere[title] {
			others[key] = true
		}
		for key := range real {
			if !told[key] && !others[key] {
				t.Errorf("docs/json.md, %s: %q is missing", title, key)
			}
		}
		for key := range told {
			if !real[key] && !others[key] {
				t.Errorf("docs/json.md, %s: there is no key %q", title, key)
			}
		}
	}
}

// TestJSONPageNamesKeysOfLint looks at an output instead, for its types are another
// package's.
func TestJSONPageNamesKeysOfLint(t *testing.T) {
	t.Chdir("../..")
	page, err := os.ReadFile("docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	var output any
	if err := json.Unmarshal([]byte(show("lint --format json examples/guide-mistakes")), &output); err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "\n## lint\n")
	section, _, _ = strings.Cut(section, "\n## ")
	told := keysOf(section)
	for _, key := range keysIn(output) {
		if !told[key] {
			t.Errorf("docs/json.md, lint: %q is missing", key)
		}
	}
}

var (
	block    = regexp.MustCompile("(?s)```\n.*?\n```|`[^`]+`")
	alone    = regexp.MustCompile(`"([a-z0-9_-]+)"`)
	literals = regexp.MustCompile(`: "[^"]*"|\["[^"]*\|[^"]*"\]`)
)

// keysOf are the keys in the code of a section.
func keysOf(section string) map[string]bool {
	keys := map[string]bool{}
	for _, code := range block.FindAllString(section, -1) {
		for _, m := range alone.FindAllStringSubmatch(literals.ReplaceAllString(code, ""), -1) {
			keys[m[1]] = true
		}
	}
	return keys
}

// tagged are the keys of a type's JSON, of what it holds included.
func tagged(t reflect.Type) []string {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		if t.PkgPath() == "" {
			return tagged(t.Elem())
		}
	case reflect.Struct:
		var keys []string
		for i := range t.NumField() {
			f := t.Field(i)
			if key, _, _ := strings.Cut(f.Tag.Get("json"), ","); key != "" && key != "-" {
				keys = append(keys, key)
			}
			keys = append(keys, tagged(f.Type)...)
		}
		return keys
	}
	return nil
}

// keysIn are the keys in a document.
func keysIn(v any) []string {
	var keys []string
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			keys = append(keys, keysIn(x)...)
		}
	case map[string]any:
		for key := range maps.Keys(v) {
			keys = append(append(keys, key), keysIn(v[key])...)
		}
	}
	return keys
}
