package conformance

import (
	"regexp"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/measured"
	"github.com/pvefw/pvefw/lint/all"
)

// TestCatalogHasEveryReaderCode: every code that the published list names in its
// parts about lines, names and values exists.
func TestCatalogHasEveryReaderCode(t *testing.T) {
	list := slurp(t, measured.Path(t, "lint-rules.md"))
	registry, err := all.Open()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, r := range registry.Catalog {
		known[r.Code] = true
	}
	code := regexp.MustCompile("`([a-z]+(?:-[a-z0-9]+)+)`")
	wanted := 0
	for _, part := range []string{"## syntax", "## reference", "## value"} {
		_, text, found := strings.Cut(list, part)
		text, _, _ = strings.Cut(text, "\n## ")
		if !found {
			t.Fatalf("the list has no part %q", part)
		}
		for line := range strings.SplitSeq(text, "\n") {
			if cells := strings.Split(line, "|"); len(cells) > 2 {
				line = cells[1]
			}
			for _, match := range code.FindAllStringSubmatch(line, -1) {
				wanted++
				if !known[match[1]] {
					t.Errorf("%s: no finding has the code %s", part, match[1])
				}
			}
		}
	}
	if wanted < 40 {
		t.Fatalf("only %d codes found in the list", wanted)
	}
	t.Logf("%d codes", wanted)
}
