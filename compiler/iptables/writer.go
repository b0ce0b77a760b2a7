package iptables

import (
	"strings"

	"github.com/pvefw/pvefw/ir"
)

// writer prints nodes into one chain. Verdicts are semantic in the IR; what
// "let in" looks like in text depends on the scope (reference/pve-firewall §6.3).
type writer struct {
	*pass
	chain *chain
	scope scope
	dir   ir.Direction // which side of a group is called
	vmid  int          // named in log lines; 0 for the host, groups and the frame
}

// scope is the kind of chain that is being printed.
type scope uint8

const (
	frameScope scope = iota
	hostScope
	guestInScope
	guestOutScope
	groupScope
)

const (
	markSet   = "0x80000000/0x80000000" // the sender was accepted
	markClear = "0x00000000/0x80000000"
)

// accept is the target that lets a packet through.
func (w *writer) accept(v ir.Verdict) string {
	switch w.scope {
	case hostScope:
		return "-j RETURN"
	case guestOutScope, groupScope:
		return "-g PVEFW-SET-ACCEPT-MARK"
	}
	if v.Queue != nil {
		return "-j " + queue(v.Queue)
	}
	return "-j ACCEPT"
}

func (w *writer) target(v ir.Verdict) string {
	switch v.Kind {
	case ir.Drop:
		return "-j DROP"
	case ir.Reject:
		return "-j PVEFW-reject"
	}
	return w.accept(v)
}

// nodes prints a list; a rule at its very end is the closing policy when closes
// is set, since only endpoints have one.
func (w *writer) nodes(list []ir.Node, closes bool) {
	defer func(before ir.Origin) { w.chain.at = before }(w.chain.at)
	for i, n := range list {
		w.chain.at = ir.OriginOf(n)
		switch n := n.(type) {
		case *ir.Rule:
			if closes && i == len(list)-1 {
				w.policyRule(n)
			} else {
				w.rule(n)
			}
		case *ir.Builtin:
			w.builtin(n)
		case *ir.Call:
			w.call(n, leaks(list[i+1:]))
		case *ir.Skipped:
			if n.Stage == ir.AtTarget && n.Families.Has(w.family) {
				w.cannot(n.Origin, "this rule: "+n.Reason)
			}
		}
	}
}

// rule prints a rule of a file. The daemon's own mark test stands for a rule that
// asks for AcceptedBySender, so that one has no text of its own.
func (w *writer) rule(r *ir.Rule) {
	if !r.Families.Has(w.family) || r.Match.AcceptedBySender {
		return
	}
	if what := unwritable(&r.Match); what != "" {
		w.cannot(r.Origin, what)
		return
	}
	target := w.target(r.Verdict)
	if w.chain.mute {
		if r.Log != nil {
			w.said(r, target) // counts as printed
		}
		return
	}
	text := match(&r.Match, w.family)
	if r.Log != nil {
		w.log(w.chain, w.vmid, text, r.Log, w.said(r, target))
	}
	w.chain.rule(text, target)
}

// said is the text of a logged rule: the action of the file or what the daemon
// has made of it meanwhile, and nothing inside groups.
func (w *writer) said(r *ir.Rule, target string) string {
	switch {
	case w.scope == groupScope:
		return ""
	case w.policy.LogTargets && w.actions.replaced(r, visit{w.chain.name, w.family}):
		return target[len("-j "):] + ": "
	}
	return r.Verdict.Kind.String() + ": "
}

// policyRule prints the closing policy: an accepting one comes from the generic
// writer, the others from the frame, and a rejecting one does not return.
func (w *writer) policyRule(r *ir.Rule) {
	if !r.Families.Has(w.family) {
		return
	}
	if r.Verdict.Kind == ir.Accept {
		w.chain.rule("", w.accept(r.Verdict))
		return
	}
	w.log(w.chain, w.vmid, "", r.Log, "policy "+r.Verdict.Kind.String()+": ")
	if r.Verdict.Kind == ir.Reject {
		w.chain.frame("-g PVEFW-reject")
		return
	}
	w.chain.frame("-j DROP")
}

// queue is the NFQUEUE target as the daemon writes ips_queues: one number or a
// pair to balance over.
func queue(q *ir.Queue) string {
	switch {
	case q.Text == "" || q.Text == "0": // a single 0 is false to the daemon, and the queue it means anyway
		return "NFQUEUE --queue-bypass"
	case strings.Contains(q.Text, ":"):
		return "NFQUEUE --queue-balance " + q.Text + " --queue-bypass"
	}
	return "NFQUEUE --queue-num " + q.Text + " --queue-bypass"
}
