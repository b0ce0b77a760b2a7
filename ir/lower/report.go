package lower

import (
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
)

// say records what the daemon says in one family's pass.
func (l *lowering) say(f ir.Family, text string, origin ir.Origin) {
	l.said[f] = append(l.said[f], ir.Message{Text: text, Origin: origin})
}

// sayLast records what the daemon says once, after both passes.
func (l *lowering) sayLast(text string, origin ir.Origin) {
	l.saidLast = append(l.saidLast, ir.Message{Text: text, Origin: origin})
}

// miss notes a fact that nobody gave, once.
func (l *lowering) miss(what string) {
	for _, m := range l.missing {
		if m == what {
			return
		}
	}
	l.missing = append(l.missing, what)
}

// findingKey makes a finding occur once per place, though chains of many NICs
// come past the same line.
type findingKey struct {
	code    string
	span    source.Span
	message string
}

func (l *lowering) report(d diag.Diagnostic) {
	key := findingKey{d.Rule.Code, d.Span, d.Message}
	if d.Span.IsZero() || l.found[key] {
		return
	}
	l.found[key] = true
	l.findings = append(l.findings, d)
}

// wouldRefuse reports a text that the reader takes and the kernel's tools do not.
func (l *lowering) wouldRefuse(word source.Span, reason string) {
	d := diag.New(kernelWouldRefuse, word, "the kernel's tools refuse this: "+reason)
	d.Effect = "The whole text of that family or kind is refused, and the node keeps its old rules."
	d.Effects.PVEFirewall = d.Effect
	l.report(d)
}

// hazard reports a line where the reference does something else than it says.
func (l *lowering) hazard(origin ir.Origin, message, effect string) {
	d := diag.New(referenceHazard, origin.Span, message)
	d.Effect = effect
	d.Effects.PVEFirewall = effect
	l.report(d)
}

// differs reports a line about which the reference logs something else than it
// says.
func (l *lowering) differs(span source.Span, message, effect string) {
	d := diag.New(semanticsDiffer, span, message)
	d.Effect = effect
	d.Effects.PVEFirewall = effect
	l.report(d)
}

// dies reports a line that the reader takes and the generator does not. Names
// that lead nowhere are Resolve's findings.
func (l *lowering) dies(text string, origin ir.Origin) {
	if strings.HasPrefix(text, "no such ") {
		return
	}
	d := diag.New(notGenerated, origin.Span, "this passes the reader but is not generated: "+text)
	d.Effect = "The line has no effect."
	d.Effects.PVEFirewall = d.Effect
	d.ProxmoxRuntimeMessage = text
	l.report(d)
}

// unfiltered reports a guest that a group leaves open.
func (l *lowering) unfiltered(g *guest, f ir.Family, text string, origin ir.Origin) {
	d := diag.New(guestUnfiltered, origin.Span,
		"this group cannot be generated, which leaves guest "+strconv.Itoa(g.VMID)+" without a firewall for "+f.String())
	d.Effect = "The daemon gives the guest up: none of its " + f.String() + " packets is filtered from this NIC on."
	d.Effects.PVEFirewall = d.Effect
	d.ProxmoxRuntimeMessage = text
	l.report(d)
}

// hazardInGroup reports the rule that ends a group's generation.
func (l *lowering) hazardInGroup(group string, made *generated, f ir.Family) {
	d := diag.New(referenceHazard, made.origin.Span, "this rule ends the generation of group "+group+" for "+f.String())
	d.Effect = "Guests that use the group first are left without a firewall in that family."
	d.Effects.PVEFirewall = d.Effect
	d.ProxmoxRuntimeMessage = made.died[f]
	l.report(d)
}
