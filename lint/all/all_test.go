package all

import (
	"regexp"
	"testing"
)

// Invariant: no two records have the same code.
func TestCodesAreUnique(t *testing.T) {
	r, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	kebab := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)
	seen := map[string]string{}
	for _, rule := range r.Catalog {
		if other, ok := seen[rule.Code]; ok {
			t.Errorf("%s is listed in %s and in %s", rule.Code, other, rule.Category)
		}
		seen[rule.Code] = rule.Category
		if !kebab.MatchString(rule.Code) || rule.Category == "" || rule.Title == "" || rule.Description == "" {
			t.Errorf("incomplete record: %+v", *rule)
		}
	}
	for _, code := range []string{"catch-all-before-builtins", "ignore-incomplete"} {
		if _, ok := r.Rule(code); !ok {
			t.Errorf("%s is missing", code)
		}
	}
}
