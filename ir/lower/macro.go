package lower

import (
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// variant is a list of templates and the families that it serves.
type variant struct {
	families  ir.Families
	templates []facts.MacroRule
}

// noMacro are the templates of a rule that leaves everything to itself.
var noMacro = []facts.MacroRule{{}}

// variants expands a rule's macro, at the end of out. A rule without one is its own only template;
// a macro with an IPv6 list of its own gives a variant per family, and one that
// does not exist in a family gives nothing there, silently (reference/pve-firewall
// §5.12).
func variants(out []variant, r *config.Rule) []variant {
	fams := familiesOf(r)
	if r.Macro == nil {
		return append(out, variant{fams, noMacro})
	}
	if r.Macro.V6 == nil {
		return append(out, variant{fams, r.Macro.For(false)})
	}
	for f := ir.V4; f <= ir.V6; f++ {
		if templates := r.Macro.For(f == ir.V6); fams.Has(f) && templates != nil {
			out = append(out, variant{ir.Only(f), templates})
		}
	}
	return out
}

// merge fills what a template leaves open with the rule's own parameters; the
// reader has made sure that they do not clash.
func merge(t facts.MacroRule, r *config.Rule) facts.MacroRule {
	return facts.MacroRule{
		Proto: first(t.Proto, r.Proto),
		DPort: first(t.DPort, r.DPort),
		SPort: first(t.SPort, r.SPort),
	}
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
