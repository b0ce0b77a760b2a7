// Package iptables owns the four texts that the production daemon loads, byte for
// byte: iptables, ip6tables, ipset and ebtables. It must not know .fw files nor
// which semantics made a policy. Invariant: textual oddities of the daemon live
// here, and none of them changes a verdict. Start reading at Emit, then host.go
// and guest.go; frame.go holds the chains that every node has.
package iptables

import (
	"bufio"
	"fmt"
	"io"
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
	Code: "iptables-cannot-compile", Category: "lockout", Severity: diag.Error, Page: refusedPage,
	Title:       "Nothing can be compiled from this configuration",
	Description: "The production daemon gives up before it writes a single rule, on every update. The rules that were loaded last stay in force, whatever is changed in any file afterwards.",
}

var ruleCannotExpress = &diag.Rule{
	Code: "iptables-cannot-express", Category: "noeffect", Severity: diag.Warning, Page: cannotExpressPage,
	Title:       "The iptables target has no place for this rule",
	Description: "The chains that the production daemon writes have no counterpart for this rule, so it is left out of the iptables text. On a node that rule only has an effect under the nftables daemon.",
}

// Catalog lists the findings that this package can make.
func Catalog() []*diag.Rule { return []*diag.Rule{ruleRefused, ruleCannotExpress} }

// New returns the backend named iptables.
func New() compiler.Backend { return backend{} }

// backend makes the artifact only, or all where that is empty.
type backend struct {
	only   string
	traced bool // notes where rules come from
}

func (backend) Name() string { return "iptables" }

func (b backend) makes(artifact string) bool { return b.only == "" || b.only == artifact }

// Emit prints the sets first, since rules refer to them, then the families and
// the layer-2 filter: the order in which the daemon loads them (reference/pve-firewall §11).
func (b backend) Emit(p *ir.Policy) (made []compiler.Artifact, found diag.List) {
	found = b.each(p, func(t text) {
		var to strings.Builder
		to.Grow(t.size)
		t.print(&to)
		made = append(made, compiler.Artifact{Name: t.name, Text: to.String()})
	})
	return made, found
}

// Stream makes one text out of its chains only while it is written.
func (backend) Stream(p *ir.Policy, artifact string) (write func(io.Writer) error, found diag.List) {
	found = backend{only: artifact}.each(p, func(t text) {
		write = func(to io.Writer) error {
			b := bufio.NewWriterSize(to, 1<<16)
			t.print(b)
			return b.Flush()
		}
	})
	return write, found
}

// text is an artifact that can be printed once.
type text struct {
	name  string
	size  int // about how many bytes, at least
	print func(sink)
}

// each makes the backend's texts one after the other, and all findings.
func (b backend) each(p *ir.Policy, use func(text)) diag.List {
	if p.Fatal != nil {
		d := diag.New(ruleRefused, p.Fatal.Origin.Span, p.Fatal.Reason)
		d.Effect = "No ruleset is made; a node keeps the rules that it loaded last."
		d.ProxmoxRuntimeMessage = p.Fatal.Message
		return diag.List{d}
	}
	e := &emitter{policy: p, actions: newActions(), reported: map[complaint]bool{}, traced: b.traced}
	if b.makes(IPSetFile) {
		use(ready(IPSetFile, ipsetText(p)))
	}
	for f, name := range []string{ir.V4: IPTablesFile, ir.V6: IP6TablesFile} {
		t := e.family(ir.Family(f), name, !b.makes(name))
		if b.makes(name) {
			use(t)
		}
	}
	if b.makes(EBTablesFile) {
		use(ready(EBTablesFile, ebtablesText(p)))
	}
	return e.findings
}

func ready(name string, l *lines) text {
	return text{name, l.Len(), func(to sink) {
		to.WriteString(l.String())
		if t, ok := to.(*tracing); ok {
			t.from(l.origins)
		}
	}}
}

// emitter is the state of one Emit over both families, IPv4 first.
type emitter struct {
	policy   *ir.Policy
	actions  *actions
	findings diag.List
	reported map[complaint]bool
	traced   bool
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

// family fills the filter and raw tables, which make a text as iptables-restore
// reads it. Where mute is set they stay empty, but the findings are made all the same.
func (e *emitter) family(f ir.Family, name string, mute bool) text {
	p := &pass{emitter: e, family: f, filter: newTable("filter", "INPUT", "OUTPUT", "FORWARD")}
	raw := newTable("raw", "PREROUTING")
	p.filter.mute, raw.mute = mute, mute
	p.filter.traced, raw.traced = e.traced, e.traced
	if !e.policy.Off {
		p.frame()
		p.leftOut()
		p.host()
		p.groups()
		p.guests()
		fillRaw(raw, &e.policy.Raw, f)
	}
	return text{name, p.filter.size() + raw.size(), func(to sink) {
		p.filter.print(to)
		raw.print(to)
	}}
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
	d.Effect = "It is missing from the iptables text."
	e.findings = append(e.findings, d)
}
