// Package iptables owns the four texts that the production daemon loads, byte for
// byte: iptables, ip6tables, ipset and ebtables. It must not know .fw files nor
// which semantics made a policy. Invariant: textual oddities of the daemon live
// here, and none of them changes a verdict. Start reading at Emit, then host.go
// and guest.go; frame.go holds the chains that every node has.
package iptables

import (
	"fmt"
	"strings"

	"github.com/pvefw/pvefw/compiler"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
)

// The names of the artifacts.
const (
	IPTablesFile  = "iptables.rules"
	IP6TablesFile = "ip6tables.rules"
	IPSetFile     = "ipset.rules"
	EBTablesFile  = "ebtables.rules"
)

var ruleRefused = &diag.Rule{
	Code: "iptables-cannot-compile", Category: "lockout", Severity: diag.Error,
	Title:       "Nothing can be compiled from this configuration",
	Description: "The production daemon gives up before it writes a single rule, on every update. The rules that were loaded last stay in force, whatever is changed in any file afterwards.",
}

var ruleCannotExpress = &diag.Rule{
	Code: "iptables-cannot-express", Category: "noeffect", Severity: diag.Warning,
	Title:       "The iptables target has no place for this rule",
	Description: "The chains that the production daemon writes have no counterpart for this rule, so it is left out of the iptables text. On a node that rule only has an effect under the nftables daemon.",
}

// Catalog lists the findings that this package can make.
func Catalog() []*diag.Rule { return []*diag.Rule{ruleRefused, ruleCannotExpress} }

// New returns the backend named iptables.
func New() compiler.Backend { return backend{} }

type backend struct{}

func (backend) Name() string { return "iptables" }

// Emit prints the sets first, since rules refer to them, then the families and
// the layer-2 filter: the order in which the daemon loads them (reference/pve-firewall §11).
func (backend) Emit(p *ir.Policy) ([]compiler.Artifact, diag.List) {
	if p.Fatal != nil {
		d := diag.New(ruleRefused, p.Fatal.Origin.Span, p.Fatal.Reason)
		d.Effect = "No ruleset is made; a node keeps the rules that it loaded last."
		d.ProxmoxRuntimeMessage = p.Fatal.Message
		return nil, diag.List{d}
	}
	e := &emitter{policy: p, actions: newActions(), reported: map[complaint]bool{}}
	v4 := e.family(ir.V4)
	v6 := e.family(ir.V6)
	return []compiler.Artifact{
		{Name: IPSetFile, Text: ipsetText(p)},
		{Name: IPTablesFile, Text: v4},
		{Name: IP6TablesFile, Text: v6},
		{Name: EBTablesFile, Text: ebtablesText(p)},
	}, e.findings
}

// emitter is the state of one Emit over both families, IPv4 first.
type emitter struct {
	policy   *ir.Policy
	actions  *actions
	findings diag.List
	reported map[complaint]bool
}

type complaint struct {
	span source.Span
	what string
}

// pass is the state of one family.
type pass struct {
	*emitter
	family ir.Family
	filter *table
}

// family returns the filter and raw tables as iptables-restore reads them.
func (e *emitter) family(f ir.Family) string {
	p := &pass{emitter: e, family: f, filter: newTable("filter", "INPUT", "OUTPUT", "FORWARD")}
	raw := newTable("raw", "PREROUTING")
	if !e.policy.Off {
		p.frame()
		p.host()
		p.groups()
		p.guests()
		fillRaw(raw, &e.policy.Raw, f)
	}
	var b strings.Builder
	p.filter.print(&b)
	raw.print(&b)
	return b.String()
}

// cannot reports a node that has no place in the target; one line is enough for
// a rule that is met in both families or in several chains.
func (e *emitter) cannot(o ir.Origin, what string) {
	about := complaint{o.Span, what}
	if e.reported[about] {
		return
	}
	e.reported[about] = true
	d := diag.New(ruleCannotExpress, o.Span, fmt.Sprintf("iptables cannot express %s", what))
	d.Effect = "The rule is missing from the iptables text."
	e.findings = append(e.findings, d)
}
