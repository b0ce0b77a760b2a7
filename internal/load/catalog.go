package load

import (
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

var fileNeverRead = &diag.Rule{
	Code: "file-never-read", Category: "noeffect", Severity: diag.Warning, Page: pages["file-never-read"],
	Title: "A .fw file stands where Proxmox reads none",
	Description: "Proxmox reads firewall/cluster.fw, firewall/<vmid>.fw, nodes/<node>/host.fw and " +
		"sdn/firewall/<vnet>.fw, and nothing else. Sets, groups and rules in a file of any other name or in any " +
		"other place do not exist for it, and rules that refer to them are dropped.\n\n" +
		"Move the sections into one of the files that are read: sets and groups into cluster.fw, above their use.",
}

// Catalog lists the rules about files.
func Catalog() []*diag.Rule { return []*diag.Rule{fileNeverRead, settingsInvalid} }

// neverRead is the finding about a stray file.
func neverRead(f *source.File, inner string) diag.Diagnostic {
	d := diag.New(fileNeverRead, f.Span(0, 0), "Proxmox never reads "+diag.Visible(inner)+" in this place")
	d.Effect = "Everything in this file is without effect."
	d.Effects = diag.Effects{PVEFirewall: d.Effect, ProxmoxFirewall: d.Effect}
	return d
}
