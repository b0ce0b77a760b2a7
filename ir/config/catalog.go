package config

import (
	"slices"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
)

// Catalog returns the findings that Resolve makes by itself; those of the lexer
// are grammar's.
func Catalog() []*diag.Rule {
	return slices.Concat(references, values, remarks)
}

// The lexer has these too.
var (
	aliasMalformed = lexerRule("alias-malformed")
	nameInvalid    = lexerRule("name-invalid")
	nameTooLong    = lexerRule("name-too-long")
	tooManyFaults  = lexerRule("too-many-faults")
)

func lexerRule(code string) *diag.Rule {
	for _, r := range grammar.Catalog() {
		if r.Code == code {
			return r
		}
	}
	panic("config: grammar has no rule " + code)
}

func reference(code string, s diag.Severity, title, description string) *diag.Rule {
	return &diag.Rule{Code: code, Category: "reference", Severity: s, Title: title, Description: description, Page: pageOf(code)}
}

func value(code string, s diag.Severity, title, description string) *diag.Rule {
	return &diag.Rule{Code: code, Category: "value", Severity: s, Title: title, Description: description, Page: pageOf(code)}
}

// The findings about names: what a line refers to.
var (
	aliasUnknown = reference("alias-unknown", diag.Error, "Alias that is defined nowhere",
		"A rule or set entry names an alias that neither the guest's file nor cluster.fw defines above. The line stays in the file and generates nothing, so a DROP that depends on it blocks nothing.")
	ipsetUnknown = reference("ipset-unknown", diag.Error, "IPSET that is defined nowhere",
		"A rule names a set that neither the guest's file nor cluster.fw defines above. The rule generates nothing.")
	groupUnknown = reference("group-unknown", diag.Error, "Security group that is defined nowhere",
		"The reader does not look at group names. When rules are generated the daemon makes an empty group, so the GROUP rule neither blocks nor lets in anything.")
	macroUnknown = reference("macro-unknown", diag.Error, "Macro that Proxmox does not have",
		"Macro names are built in and have no case. A rule with another name generates nothing.")
	aliasUsedAsIPSet = reference("alias-used-as-ipset", diag.Error, "Alias written with a +",
		"A plus sign means an IPSET. An alias is written without it.")
	ipsetUsedAsAlias = reference("ipset-used-as-alias", diag.Error, "IPSET written without a +",
		"Without a plus sign the word is looked up among the aliases only.")
	ipsetUsedAsGroup = reference("ipset-used-as-group", diag.Error, "IPSET used as a security group",
		"GROUP rules take security groups; a set of the same name does not count.")
	useBeforeDefinition = reference("use-before-definition", diag.Error, "Name used above its definition",
		"Files are read once, from top to bottom. Aliases and sets must stand above the line that uses them; only security groups may follow.")
	nameCase = reference("name-case", diag.Error, "Reference in another case than the stored name",
		"Names of sets and security groups are stored in lower case and looked up exactly as written, so a capital letter in a reference never matches. Aliases and macros have no case.")
	scopeUnresolvable = reference("scope-unresolvable", diag.Error, "Name that exists, but not in the scope it is looked up in",
		"The reader is content when a name exists anywhere. The generator honours guest/, dc/ and sdn/, finds nothing and leaves the rule out.")
	managementUndefined = reference("management-undefined", diag.Error, "Reference to +management without [IPSET management]",
		"Proxmox adds a management set by itself, but only after reading the files. Rules can refer to it only if cluster.fw declares it above.")
	sdnSetUnknown = reference("sdn-set-unknown", diag.Error, "Set of the SDN that does not exist",
		"Proxmox derives sets NAME-all, NAME-gateway, NAME-no-gateway and NAME-dhcp from VNets. No other set has the scope sdn/.")
	definitionDuplicate = reference("definition-duplicate", diag.Warning, "Name or option that is defined twice",
		"pve-firewall lets the last definition win and empties groups and sets that begin again; in sets it keeps the first of equal entries. proxmox-firewall refuses the whole update when an alias, set, group or option comes twice.")
)

var references = []*diag.Rule{
	aliasUnknown, ipsetUnknown, groupUnknown, macroUnknown, aliasUsedAsIPSet, ipsetUsedAsAlias, ipsetUsedAsGroup,
	useBeforeDefinition, nameCase, scopeUnresolvable, managementUndefined, sdnSetUnknown, definitionDuplicate,
}
