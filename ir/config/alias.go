package config

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
)

// notAnAddress is the daemon's text for what is neither address nor network.
const notAnAddress = "value does not look like a valid IP address or CIDR network"

// alias stores `NAME ADDRESS`. Any name is stored, but only isName ones can be
// referred to; a later definition replaces an earlier (reference/pve-firewall
// §3).
func (f *reader) alias(l *grammar.Alias) {
	name, span := f.text(l.Name), f.fw.File.Span(l.Name)
	text, v6, ok := literal(f.text(l.Value))
	if !ok {
		f.badAlias(l, name)
		return
	}
	key := lower(name)
	if old := f.fw.Aliases[key]; old != nil {
		f.redefinedAlias(old, text, name, l)
	}
	store(&f.fw.Aliases, key, &Alias{Name: name, Text: text, V6: v6, Comment: f.comment(l.Comment), Line: l, Span: span})
	if !isName(name) {
		d := f.say(nameInvalid, span, "alias "+quote(name)+" can never be used: a name has two or more letters, digits, hyphens or underscores and starts with a letter")
		d.Severity = diag.Warning
		d.Effect = "The alias is stored, but no rule can refer to it."
		d.Effects = diag.Effects{PVEFirewall: "Stores an alias that nothing can refer to."}
	} else if network, host := hostBits(text); host {
		d := f.say(addressHostBits, f.fw.File.Span(l.Value), quote(text)+" has host bits set; the network is "+network)
		d.Severity = diag.Info
		d.Effect = "It means " + network + "; Proxmox's own editor would write it that way."
	}
}

func (f *reader) badAlias(l *grammar.Alias, name string) {
	span, text := f.fw.File.Span(l.Value), f.text(l.Value)
	message := "alias " + quote(name) + " has no address: " + quote(text) + " is neither an address nor a network"
	switch {
	case strings.Contains(text, ","):
		message += " (an alias holds one; use an IPSET for a list)"
	case strings.Contains(text, "-"):
		message += " (ranges work only in rules)"
	}
	d := f.say(addressInvalid, span, message)
	d.ProxmoxMessage = notAnAddress
	d.Effect = "The alias does not exist, and every rule that uses it is dead."
	d.Effects = diag.Effects{PVEFirewall: "Drops the line; every rule and set entry that uses the alias is dead."}
}

func (f *reader) redefinedAlias(old *Alias, text, name string, l *grammar.Alias) {
	d := f.say(definitionDuplicate, f.fw.File.Span(l.Name), "alias "+quote(name)+" is defined again: the last definition wins, also for rules above it")
	d.Related = []diag.Related{{Span: old.Span, Message: "defined here before"}}
	d.Effect = "The first address, " + old.Text + ", is never used."
	d.Effects = diag.Effects{PVEFirewall: "Uses " + text + " everywhere."}
	if old.Text == text {
		d.Severity = diag.Info
		d.Effect = "Both lines say the same."
	}
}

// literal reads an address or network as aliases and set entries take it: dotted
// quad or IPv6, prefix length not checked, /32 and /128 dropped
// (reference/pve-firewall §3.3).
func literal(text string) (stored string, v6, ok bool) {
	address, prefix, hasPrefix := strings.Cut(text, "/")
	a, err := netip.ParseAddr(address)
	if err != nil || a.Zone() != "" || hasPrefix && !isDigits(prefix) {
		return "", false, false
	}
	v6 = !a.Is4()
	if hasPrefix && (!v6 && prefix == "32" || v6 && prefix == "128") {
		return address, v6, true
	}
	return text, v6, true
}

// hostBits reports whether a network has bits behind its prefix, and the network
// without them.
func hostBits(text string) (network string, has bool) {
	address, length, ok := strings.Cut(text, "/")
	if !ok {
		return "", false
	}
	a, err := netip.ParseAddr(address)
	n, err2 := strconv.Atoi(length)
	if err != nil || err2 != nil || n > a.BitLen() {
		return "", false
	}
	p := netip.PrefixFrom(a, n)
	return p.Masked().String(), p.Masked() != p
}
