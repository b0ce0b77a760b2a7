package config

import (
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

var layer2UnknownEthertype = &diag.Rule{
	Code: "layer2-unknown-ethertype", Category: "noeffect", Severity: diag.Error, Page: pageOf("layer2-unknown-ethertype"),
	Title: "Ethernet protocol that pve-firewall does not know",
	Description: "layer2_protocols takes names of /etc/ethertypes as they are written there, and numbers. Of that file pve-firewall " +
		"knows only the lines whose number has no letter: ARP, IPv4 and IPX are among them, IPv6 and LLDP are not. " +
		"One unknown name drops the whole option, and no frame is filtered.\n\n" +
		"IPv4 and IPv6 pass in any case, so neither needs to be in the list.",
}

// unknownEtherType reports the first word of a layer2_protocols list that made the
// daemon refuse it (reference/pve-firewall §2.2).
func (f *reader) unknownEtherType(span source.Span, value string) *diag.Diagnostic {
	items := strings.Split(strings.TrimRight(value, ","), ",")
	i := max(0, slices.IndexFunc(items, func(item string) bool {
		_, known := facts.EtherType(item)
		return !known
	}))
	item, at := items[i], offsetOf(items, i)
	word := within(span, at, at+len(item))
	d := f.say(layer2UnknownEthertype, word, "pve-firewall knows no ethernet protocol "+quote(item))
	if strings.EqualFold(item, "IPv6") {
		d.Message += "; IPv6 always passes and need not be named"
		if rest := strings.Join(slices.Delete(items, i, i+1), ","); rest != "" {
			d.Fixes = replace(span, rest, diag.Unsafe)
		}
	} else if known, ok := facts.EtherType(strings.ToUpper(item)); ok {
		d.Message += ", did you mean " + known + "?"
		d.Fixes = replace(word, known, diag.Unsafe)
	}
	return d
}

// offsetOf is where item i of a comma list begins.
func offsetOf(items []string, i int) int {
	at := i // the commas
	for _, item := range items[:i] {
		at += len(item)
	}
	return at
}
