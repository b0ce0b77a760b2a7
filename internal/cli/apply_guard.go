package cli

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/supervise"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/spf13/cobra"
)

// This file is what keeps apply from doing harm that nobody wants.

// guarded is what apply and the service have in common: a plan that is made and judged.
type guarded struct {
	planRun
	nodeFlags
	allowErrors, iKnow, alongside bool
	mostRemoved                   string
	path                          string
}

func (g *guarded) add() {
	f := g.cmd.Flags()
	g.configFlags.add(g.cmd)
	f.BoolVar(&g.allowErrors, "allow-errors", false, "apply although lines are dropped or findings are errors")
	f.BoolVar(&g.iKnow, "i-know", false, "apply although somebody is locked out, or the files are another node's")
	f.BoolVar(&g.alongside, "alongside", false, "apply although a firewall daemon of Proxmox's is running")
	f.StringVar(&g.mostRemoved, "max-removed", mostRemovedByDefault, "refuse when more than this `SHARE` of the rules in force would go")
	g.addNoCache(g.cmd)
	g.nodeFlags.add(g.cmd)
}

const mostRemovedByDefault = "20%"

// guard refuses a plan. All reasons of one kind are told at once.
func (r *guarded) guard(o *opened, p *planned, share int) error {
	for _, check := range []func() error{
		func() error { return r.daemons() },
		func() error { return r.errors(o, p) },
		func() error { return r.lockedOut(o) },
		func() error { return checkRemoved(p, share) },
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// daemons refuses to filter beside Proxmox's own.
func (r *guarded) daemons() error {
	m := r.machine()
	running := m.Daemons()
	if len(running) > 0 && !r.alongside {
		is := map[bool]string{true: "is", false: "are"}[len(running) == 1]
		return failf("%s %s running, and two firewalls stop what either of them stops. To let pvefw do it alone: "+
			"systemctl disable --now %s; to run beside: --alongside. Nothing was done", strings.Join(running, " and "), is, strings.Join(running, " "))
	}
	if m.Forced() {
		fmt.Fprintf(r.Stderr, "pvefw: note: /%s is there: guests that start are plugged for iptables, which these rules allow for\n", supervise.ForceDisable)
	}
	return nil
}

// stopping is a line that is meant to stop something.
var stopping = regexp.MustCompile(`(?i)\b(DROP|REJECT)\b`)

// errors refuses while lint finds errors, and while a line that would stop packets is
// dropped, whatever the settings say about such findings.
func (r *guarded) errors(o *opened, p *planned) error {
	if r.allowErrors {
		return nil
	}
	l := &lintRun{Streams: r.Streams, configFlags: r.configFlags, cmd: r.cmd, policyFlags: policyFlags{noCache: r.noCache}}
	loaded, err := openFiles(&Streams{Stdin: r.Stdin, Stderr: new(strings.Builder), Now: r.Now}, r.path, r.options(r.Streams))
	if err != nil {
		return err
	}
	if loaded.digest() != p.Config.Digest {
		return failf("the files have changed meanwhile; nothing was done, try again")
	}
	res, err := (&lintJob{lintRun: l, path: r.path, o: loaded}).result()
	if err != nil {
		return err
	}
	mild := func(d diag.Diagnostic) bool { return d.Severity < diag.Error }
	found := slices.DeleteFunc(res.Findings, mild)
	for _, d := range o.found {
		known := slices.ContainsFunc(found, func(f diag.Diagnostic) bool { return f.Span.String() == d.Span.String() && f.Rule.Code == d.Rule.Code })
		if !known && !mild(d) && !d.Span.WholeFile() && stopping.MatchString(d.Span.File.Line(d.Span.From().Line).Text()) {
			found = append(found, d)
		}
	}
	if len(found) == 0 {
		return nil
	}
	found.Sort()
	return &exitError{code: exitFindings, found: found, text: count(len(found), "error") + " must be settled first, or allowed with --allow-errors; nothing was done"}
}

// lockedOut refuses rules that close a door to whoever applies them, or to an admin
// network of the settings.
func (r *guarded) lockedOut(o *opened) error {
	if r.iKnow {
		return nil
	}
	policy, own := o.policies[0], o.config.Nodes[0].Addresses()
	list := analysis.Lockouts(policy, o.Settings.AdminNetworks, own, analysis.Doors())
	list = append(list, r.lockouts(analysis.NewReach(policy, policy.Host, ir.In))...)
	return refuseLockouts(r.Streams, list)
}

// lockouts are what rules would close to whoever sits at this session, if that comes over
// the network.
func (f *nodeFlags) lockouts(node analysis.Asker) []analysis.Lockout {
	c := f.peer()
	if c == nil {
		return nil
	}
	door := analysis.Door{Name: "this session", Port: c.Local.Port()}
	return analysis.LockoutsOf(node, []netip.Prefix{analysis.Single(c.Remote.Addr())}, []netip.Addr{c.Local.Addr()}, []analysis.Door{door})
}

// refuseLockouts tells of all lockouts, if there are any.
func refuseLockouts(s *Streams, list []analysis.Lockout) error {
	if len(list) == 0 {
		return nil
	}
	var text strings.Builder
	for i := range list {
		fmt.Fprintf(&text, "pvefw: %s\n", diag.Visible(lockoutText(&list[i])))
	}
	_, _ = s.Stderr.Write([]byte(text.String()))
	return &exitError{code: exitFindings, text: "these rules would lock you out; --i-know applies them all the same. Nothing was done"}
}

func lockoutText(l *analysis.Lockout) string {
	who := l.Source.Addr().String()
	if !l.Source.IsSingleIP() {
		who = l.Source.String()
	}
	text := who + " does not reach " + l.Door.Name
	switch l.Reached.Extent {
	case analysis.UnknownExtent:
		return "nobody can say whether " + who + " reaches " + l.Door.Name
	case analysis.PartThrough:
		text = who + " does not always reach " + l.Door.Name
	}
	if l.Witness != "" {
		text += ": " + l.Witness
	}
	if by := l.StoppedBy(); by != nil && !by.Rule.Origin.Span.IsZero() {
		text += " meets " + lineOf(by.Rule.Origin.Span)
	}
	return text
}

// parseShare reads a share such as 20%.
func parseShare(cmd *cobra.Command, text string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSuffix(text, "%"))
	if err != nil || n < 0 || n > 100 || !strings.HasSuffix(text, "%") {
		return 0, usagef(cmd, "--max-removed takes a share from 0%% to 100%%, not \"%s\"", diag.Visible(text))
	}
	return n, nil
}

// checkRemoved refuses a plan that takes too large a part of what is in force away.
func checkRemoved(p *planned, share int) error {
	gone, all := removed(p.delta), size(p.live.Program)
	if all == 0 || gone*100 <= share*all {
		return nil
	}
	return &exitError{code: exitFindings, text: fmt.Sprintf("%d of %d rules and elements in force would go, more than %d%%; "+
		"--max-removed allows more. Nothing was done", gone, all, share)}
}

// removed counts rules and elements that go and are not replaced in their place.
func removed(d *nft.Delta) (n int) {
	for i := range d.Tables {
		for _, c := range d.Tables[i].Chains {
			n += max(0, rulesIn(c.Before)-rulesIn(c.After))
		}
		for j := range d.Tables[i].Sets {
			added, removed := d.Tables[i].Sets[j].Elements()
			n += max(0, len(removed)-len(added))
		}
	}
	return n
}

// size counts the rules and elements of a program.
func size(p *nft.Program) (n int) {
	for _, t := range p.Tables {
		for _, c := range t.Chains {
			n += rulesIn(c)
		}
		for _, s := range t.Sets {
			n += len(s.Elements)
		}
	}
	return n
}

func rulesIn(c *nft.Chain) int {
	if c == nil {
		return 0
	}
	return len(c.Rules)
}
