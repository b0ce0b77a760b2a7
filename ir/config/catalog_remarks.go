package config

import "github.com/pvefw/pvefw/internal/diag"

// The findings about lines that are read, and about definitions as a whole.
var (
	commentHash = syntax("comment-hash", diag.Info, "Comment that another reader stumbles over",
		"pve-firewall takes everything behind the first # for the comment. proxmox-firewall refuses a rule that ends in a # with nothing behind it, and its older versions refuse a second # as well; one such line stops every update of the node.")
	nonUTF8 = syntax("non-utf8", diag.Warning, "Bytes that are no UTF-8, or a blank that is none",
		"pve-firewall handles a file as bytes: those that are no UTF-8 become replacement characters in comments, and a no-break space is part of the word that it stands in. proxmox-firewall refuses a file that is not UTF-8.")
	scopeAmbiguous = reference("scope-ambiguous", diag.Info, "Name that the guest and the datacenter both define",
		"Without guest/ or dc/ in front, the guest's own definition is meant. Whoever reads the rule and knows the one in cluster.fw is misled.")
	definitionUnused = reference("definition-unused", diag.Info, "Alias or IPSET that nothing uses",
		"No rule and no set of the CONFIG names it. The sets management, blacklist and ipfilter-netN and the alias local_network work by themselves and are left out.")
)

func syntax(code string, s diag.Severity, title, description string) *diag.Rule {
	return &diag.Rule{Code: code, Category: "syntax", Severity: s, Title: title, Description: description, Page: pageOf(code)}
}

var remarks = []*diag.Rule{commentHash, nonUTF8, scopeAmbiguous, definitionUnused, layer2UnknownEthertype, nftOptionIgnored, ftpNeedsHelper}
