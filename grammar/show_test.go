package grammar

import (
	"fmt"
	"github.com/pvefw/pvefw/internal/source"
	"os"
	"testing"
)

func TestShow(t *testing.T) {
	b, err := os.ReadFile(os.Getenv("SHOW"))
	if err != nil {
		t.Skip()
	}
	_, l := Parse(source.NewFile("f", b), envs[os.Getenv("SHOWENV")])
	for _, d := range l {
		fmt.Printf("%s %s %s: %s | %q\n   eff=%s\n   pf=%s\n   prox=%q\n", d.Span, d.Severity, d.Rule.Code, d.Message, d.Span.Text(), d.Effect, d.Effects.ProxmoxFirewall, d.ProxmoxMessage)
		for _, f := range d.Fixes {
			fmt.Printf("   fix: %s", f.Title)
			for _, e := range f.Edits {
				fmt.Printf(" [%q->%q]", e.Span.Text(), e.Text)
			}
			fmt.Println()
		}
	}
}
