package nft

import (
	"slices"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
)

// Options choose between equal forms of a program.
type Options struct {
	Plain bool // one rule per rule: nothing is folded into sets and maps
}

// Build turns a policy into a program. What nftables cannot express is a finding
// at its Origin; a policy that cannot be compiled gives an error and no program.
func Build(p *ir.Policy, o Options) (*Program, diag.List) {
	b := begin(p, o)
	return b.run(), b.findings
}

func begin(p *ir.Policy, o Options) *builder {
	return &builder{policy: p, options: o, program: &Program{}, writer: newWriter(), reported: map[complaint]bool{}}
}

// run makes the program, nil where the policy cannot be compiled.
func (b *builder) run() *Program {
	switch p := b.policy; {
	case p.Fatal != nil:
		b.refuse(p.Fatal.Origin, p.Fatal.Reason, p.Fatal.Message)
		return nil
	case b.refused():
		return nil
	case p.Off:
		return b.program
	}
	b.limit = limitOf(b.policy.Limit)
	b.marks = leaks(b.policy.Host)
	b.hostTable()
	b.guestTable()
	b.finish()
	return b.program
}

// done finishes a chain to which nothing is added any more.
func (b *builder) done(c *Chain) {
	if b.once {
		b.writer.print(c)
		return
	}
	b.writer.finish(c)
}

// finish drops what came out empty and finishes the chains that were open to the end.
func (b *builder) finish() {
	kept := b.program.Tables[:0]
	for _, t := range b.program.Tables {
		t.Chains = slices.DeleteFunc(t.Chains, (*Chain).empty)
		if len(t.Chains) > 0 {
			kept = append(kept, t)
		}
		for _, c := range t.Chains {
			if c.Hook != nil {
				b.done(c)
			}
		}
	}
	b.program.Tables = kept
}

// builder is the state of one Build.
type builder struct {
	stock
	policy   *ir.Policy
	options  Options
	program  *Program
	writer   writer
	once     bool   // the program is for one script: each chain is printed as soon as it is done
	last     bool   // nobody reads the policy behind this: what has been printed goes out of it
	limit    *Limit // before every log; nil for none
	marks    bool   // some rule asks whether a guest was allowed to send
	findings diag.List
	reported map[complaint]bool
}

type complaint struct {
	span source.Span
	rule *diag.Rule
	what string
}

// refused reports texts that the reference's tools would refuse. The reference then
// keeps the rules of some earlier time, which no program can say.
func (b *builder) refused() bool {
	for _, r := range b.policy.Refusals {
		b.refuse(r.Origin, r.Reason, "")
	}
	return len(b.policy.Refusals) > 0
}

func (b *builder) refuse(o ir.Origin, reason, message string) {
	d := diag.New(ruleRefused, o.Span, reason)
	d.Effect = "No ruleset is made; a node keeps the rules that it loaded last."
	d.ProxmoxRuntimeMessage = message
	b.findings = append(b.findings, d)
}

// complain reports something once per place, however many chains it stands in.
func (b *builder) complain(rule *diag.Rule, o ir.Origin, what, effect string) {
	if b.last && rule.Severity == diag.Info {
		return
	}
	about := complaint{o.Span, rule, what}
	if b.reported[about] {
		return
	}
	b.reported[about] = true
	d := diag.New(rule, o.Span, what)
	d.Effect = effect
	b.findings = append(b.findings, d)
}

// leaks reports whether a rule of the node asks what a guest was allowed to send.
func leaks(host *ir.Endpoint) bool {
	if host == nil {
		return false
	}
	for _, c := range []*ir.Chain{host.In, host.Out} {
		if c == nil {
			continue
		}
		for _, n := range c.Nodes {
			if r, ok := n.(*ir.Rule); ok && r.Match.AcceptedBySender {
				return true
			}
		}
	}
	return false
}
