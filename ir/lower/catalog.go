package lower

import "github.com/pvefw/pvefw/internal/diag"

// Catalog lists the rules of the findings that lowering makes.
func Catalog() []*diag.Rule {
	return []*diag.Rule{kernelWouldRefuse, referenceHazard, semanticsDiffer, notGenerated, guestUnfiltered, ipfilterAlias}
}

var kernelWouldRefuse = &diag.Rule{
	Code:     "kernel-would-refuse",
	Category: "value",
	Severity: diag.Error,
	Page:     pages["kernel-would-refuse"],
	Title:    "Text that the kernel's tools refuse",
	Description: "Proxmox's reader accepts the value and passes it on, but ipset, iptables-restore or ebtables-restore refuses it. " +
		"These tools take a text as a whole or not at all, so one such line keeps the old rules in force: for one family, or for everything that would have been loaded after it.",
}

var referenceHazard = &diag.Rule{
	Code:     "reference-hazard",
	Category: "exposure",
	Severity: diag.Warning,
	Page:     pages["reference-hazard"],
	Title:    "The daemon does something else than the line says",
	Description: "An oddity of pve-firewall changes what this line does. With --semantics intended pvefw does what the line says; " +
		"with --semantics reference it shows what happens on today's node.",
}

var semanticsDiffer = &diag.Rule{
	Code:     "semantics-differ",
	Category: "exposure",
	Severity: diag.Info,
	Page:     pages["semantics-differ"],
	Title:    "The daemon logs something else than the line says",
	Description: "An oddity of pve-firewall changes what is logged, not which packets pass. With --semantics intended pvefw logs what the files say; " +
		"with --semantics reference it does what happens on today's node.",
}

var notGenerated = &diag.Rule{
	Code:     "line-not-generated",
	Category: "reference",
	Severity: diag.Error,
	Page:     pages["line-not-generated"],
	Title:    "Line accepted by the reader but not generated",
	Description: "The line passes all checks while it is read, and fails when the daemon makes rules of it. " +
		"The daemon says so in its log without naming file or line, and goes on without it.",
}

var guestUnfiltered = &diag.Rule{
	Code:     "guest-unfiltered",
	Category: "exposure",
	Severity: diag.Error,
	Page:     pages["guest-unfiltered"],
	Title:    "Guest left without a firewall by a group",
	Description: "A security group that cannot be generated ends the generation of the guest that uses it. " +
		"The guest's chains stay half built and unhooked, so all its packets pass.",
}

var ipfilterAlias = &diag.Rule{
	Code:     "ipfilter-alias",
	Category: "exposure",
	Severity: diag.Warning,
	Page:     pages["ipfilter-alias"],
	Title:    "Entry of an ipfilter set that is no literal address",
	Description: "The ethernet filter of a guest is made from the literal addresses of its sets ipfilter-netN. " +
		"At an alias, or anything else that is none, pve-firewall gives up: neither this network card nor the guest's further ones get a filter for ARP and MAC addresses. " +
		"The filter of IP packets resolves the alias and works.",
}
