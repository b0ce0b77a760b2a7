package iptables

import (
	"strconv"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/ir"
)

// Lists of forwarded packets have no place here, and every line of them says so
// once; that everything passes at the end is what iptables does as well.
func TestListsOfForwardedPacketsAreSaidToBeLeftOut(t *testing.T) {
	rule := func(n int, v ir.VerdictKind, kind ir.StepKind, name string) *ir.Rule {
		return &ir.Rule{Families: ir.Both, Verdict: ir.Verdict{Kind: v}, Origin: line(n).With(kind, name)}
	}
	list := func(nodes ...ir.Node) *ir.Chain {
		whole := ir.Whole(len(nodes))
		return &ir.Chain{Dir: ir.Through, Nodes: nodes, Build: [2]ir.Build{whole, whole}}
	}
	p := plain()
	inner := list(rule(1, ir.Accept, ir.ByRule, "FORWARD"))
	group := &ir.Group{Name: "g", In: &ir.Body{Dir: ir.In}, Out: &ir.Body{Dir: ir.Out},
		Forward: &ir.Body{Dir: ir.Through, Nodes: inner.Nodes, Build: inner.Build}, Origin: line(1)}
	p.Groups = append(p.Groups, group)
	call := &ir.Call{Families: ir.Both, Group: group, Origin: line(2).With(ir.ByGroup, "g")}
	p.Forwarding = list(call, rule(3, ir.Drop, ir.ByPolicy, "policy_forward"))
	p.VNets = []*ir.VNet{{Name: "blue", Origin: line(4), Forward: list(rule(4, ir.Accept, ir.ByRule, "FORWARD"),
		&ir.Skipped{Stage: ir.AtTarget, Families: ir.Both, Reason: "x", Origin: line(5)}, rule(6, ir.Accept, ir.ByPolicy, "policy_forward"))}}
	artifacts, findings := New().Emit(p)
	got := ""
	for _, d := range findings {
		got += strconv.Itoa(int(d.Span.Start)/10) + " " + strings.TrimPrefix(d.Message, "iptables cannot express ") + "\n"
	}
	const want = `2 a security group for forwarded packets: pve-firewall makes nothing of it either
3 the option policy_forward: pve-firewall makes nothing of it either
4 a FORWARD rule: pve-firewall makes nothing of it either
5 a FORWARD rule: pve-firewall makes nothing of it either
1 a FORWARD rule: pve-firewall makes nothing of it either
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	bare, _ := New().Emit(plain())
	if artifacts[1].Text != bare[1].Text {
		t.Errorf("something of them is in the text:\n%s", artifacts[1].Text)
	}
}
