package config

import (
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// Remarks about what is written right and works under one daemon only, or with the
// help of another file only.

var nftOptionIgnored = &diag.Rule{
	Code: "nft-option-ignored", Category: "portability", Severity: diag.Info, Page: pageOf("nft-option-ignored"),
	Title: "Option that proxmox-firewall does not act on",
	Description: "proxmox-firewall reads ips, ips_queues, layer2_protocols and ebtables and does nothing because of them: it hands no " +
		"packets to an intrusion prevention system, and of the layer-2 protocols only IPv4, IPv6 and ARP reach its guests.",
}

var ftpNeedsHelper = &diag.Rule{
	Code: "ftp-needs-helper", Category: "noeffect", Severity: diag.Info, Page: pageOf("ftp-needs-helper"),
	Title: "FTP without the helper that lets its data in",
	Description: "FTP transfers data over connections of their own, to ports that are agreed on in the first connection. The kernel lets them " +
		"pass if its FTP helper listens to that connection. Current kernels attach helpers only where they are told to: " +
		"by nf_conntrack_helpers in host.fw, not by loading the module.",
}

// ignoredOptions tells which options in force the other daemon leaves aside
// (reference/proxmox-firewall §9).
func (f *reader) ignoredOptions() {
	for _, v := range f.fw.Options.values {
		effect := f.ignored(v.name)
		if effect == "" {
			continue
		}
		line := grammar.BaseOf(f.fw.File.Lines[v.Line-1]).Body()
		d := f.say(nftOptionIgnored, f.bytesAt(line.Start, len(v.name)), "proxmox-firewall takes no notice of "+v.name)
		d.Effect = "The option works as long as the node runs pve-firewall."
		d.Effects = diag.Effects{PVEFirewall: "Does as the option says.", ProxmoxFirewall: effect}
	}
}

// ignored is what proxmox-firewall does in place of what an option says, empty where
// it does that.
func (f *reader) ignored(option string) string {
	switch {
	case option == "layer2_protocols":
		return "Filters no protocols; of all but IPv4, IPv6 and ARP nothing reaches the guest."
	case option == "ips" && f.fw.Options.Bool("ips", false):
		return "Hands no packets to the intrusion prevention system."
	case option == "ebtables" && !f.fw.Options.Bool("ebtables", true):
		return "Filters layer 2 all the same."
	}
	return ""
}

// ftp looks at the guests of nodes whose host.fw is known.
func (r *resolver) ftp() {
	for _, n := range r.cfg.Nodes {
		r.ftpIn(n, n.Guests...)
	}
}

func (r *resolver) ftpIn(n *Node, guests ...*Guest) {
	helpers := ""
	switch {
	case n.Host == nil && n.Facts.NoDir:
		return // whether there is a host.fw, nobody knows
	case n.Host != nil:
		helpers = n.Host.Options.Text("nf_conntrack_helpers", "")
		if n.Host.Options.Bool("nftables", false) {
			return // no helper works there
		}
	}
	for _, g := range guests {
		fw := g.FW
		if fw != nil && !hasItem(helpers, "ftp") && fw.Options.Bool("enable", false) && fw.Options.Text("policy_in", "DROP") != "ACCEPT" {
			r.ftpOf(n, fw, helpers)
		}
	}
}

func (r *resolver) ftpOf(n *Node, fw *FW, helpers string) {
	var control *Rule
	for _, rule := range fw.Rules {
		if rule.Type != InRule || rule.Action != AcceptAction || !rule.Live() {
			continue
		}
		switch {
		case rule.Macro != nil && rule.Macro.Name == "FTP", rule.Macro == nil && rule.Proto == "tcp" && (hasItem(rule.DPort, "21") || hasItem(rule.DPort, "ftp")):
			control = rule
		case rule.Macro == nil && (!given(rule.Proto) || rule.Proto == "tcp") && (!given(rule.DPort) || strings.Contains(rule.DPort, ":")):
			return // its ports may be those of the data
		}
	}
	if control == nil {
		return
	}
	at := control.ParamSpan(grammar.DPort)
	if control.Macro != nil {
		at = fw.File.Span(control.Line.Macro())
	}
	d := diag.New(ftpNeedsHelper, at, "nothing lets the data connections of passive FTP in: host.fw has no nf_conntrack_helpers with ftp")
	d.Effect = "Clients log in, and their transfers hang."
	d.Effects = diag.Effects{PVEFirewall: "Lets the first connection in and drops passive data connections.", ProxmoxFirewall: "Has no helpers for guests at all."}
	if n.Host != nil {
		d.Fixes = []diag.Fix{n.withHelper(helpers)}
	}
	r.list = append(r.list, d)
}

func (n *Node) withHelper(helpers string) diag.Fix {
	edit := n.Host.newOption("nf_conntrack_helpers: ftp")
	if v, set := n.Host.Options.Get("nf_conntrack_helpers"); set {
		edit = source.Edit{Span: v.Span, Text: strings.TrimPrefix(helpers+",ftp", ",")}
	}
	return unsafeFix("set nf_conntrack_helpers in host.fw", edit)
}

// hasItem tells whether a comma list has an item.
func hasItem(list, item string) bool {
	return strings.Contains(","+list+",", ","+item+",")
}
