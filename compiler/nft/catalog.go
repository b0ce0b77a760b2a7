package nft

import "github.com/pvefw/pvefw/internal/diag"

var ruleRefused = &diag.Rule{
	Code: "nft-cannot-compile", Category: "lockout", Severity: diag.Error, Page: refusedPage,
	Title:       "No nftables ruleset can be made of this configuration",
	Description: "Under the reference semantics Proxmox's own tools refuse a text here, or the daemon gives up, and the node keeps rules of an earlier time. A ruleset that says the same does not exist. Under the intended semantics such a line is skipped.",
}

var ruleCannotExpress = &diag.Rule{
	Code: "nft-cannot-express", Category: "noeffect", Severity: diag.Warning, Page: cannotExpressPage,
	Title:       "The nft target has no place for this",
	Description: "What stands here has no counterpart in the nftables ruleset: a value that the kernel cannot compare with, a set whose members only the node knows, or something that the chosen semantics gives no effect. It is left out.",
}

var ruleSilentReject = &diag.Rule{
	Code: "nft-silent-reject", Category: "noeffect", Severity: diag.Info, Page: silentRejectPage,
	Title:       "REJECT may be a silent drop",
	Description: "The kernel can answer a refused packet on a bridge only where the packet enters it. A guest whose NIC has a firewall bridge of its own (fwbr) is such a place, so the sender gets its answer. Where the guest's tap is plugged into the bridge itself, or a VNet's list decides, the packet is dropped without one.",
}

// Catalog lists the findings that this package can make.
func Catalog() []*diag.Rule {
	return []*diag.Rule{ruleRefused, ruleCannotExpress, ruleSilentReject}
}
