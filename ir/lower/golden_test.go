package lower

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/golden"
	"github.com/pvefw/pvefw/ir"
)

// TestGolden lowers each archive of testdata/lower under both semantics.
// PVEFW_UPDATE=1 rewrites the want sections.
func TestGolden(t *testing.T) {
	golden.Each(t, "../../testdata/lower/*.txtar", func(t *testing.T, a *golden.Archive) {
		a.Check(t, func(section string) string { return result(t, a.Given(), section) })
	})
}

// result makes what a want section asks for.
func result(t *testing.T, files map[string]string, section string) string {
	var b bytes.Buffer
	switch section {
	case "reference":
		p, _ := lowered(t, files, Reference)
		dumpTo(t, &b, p)
	case "intended":
		p, _ := lowered(t, files, Intended)
		dumpTo(t, &b, p)
	case "findings":
		_, findings := lowered(t, files, Reference)
		list(&b, findings)
	default:
		t.Fatalf("nothing makes %s", section)
	}
	return b.String()
}

func dumpTo(t *testing.T, b *bytes.Buffer, p *ir.Policy) {
	if err := ir.Dump(b, p); err != nil {
		t.Fatal(err)
	}
}

func list(b *bytes.Buffer, findings diag.List) {
	for _, d := range findings {
		fmt.Fprintf(b, "%s: %s %s: %s\n    %s\n", d.Span, d.Severity, d.Rule.Code, d.Message, d.Effect)
		if d.ProxmoxRuntimeMessage != "" {
			fmt.Fprintf(b, "    daemon: %s\n", d.ProxmoxRuntimeMessage)
		}
	}
}
