package ir

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Dump writes the policy as text for people: the same policy gives the same
// bytes. Every list is numbered in the order of evaluation, with what does not
// take effect in its place and the source of each line in the right column.
func Dump(w io.Writer, p *Policy) error {
	d := &dumper{w: bufio.NewWriter(w)}
	d.policy(p)
	return d.w.Flush()
}

// dumper writes indented lines; bufio keeps the first error.
type dumper struct{ w *bufio.Writer }

// column is where the right column starts, in characters.
const column = 88

func (d *dumper) line(format string, args ...any) { fmt.Fprintf(d.w, format+"\n", args...) }

// sourced writes a line with its origin in the right column.
func (d *dumper) sourced(left string, o Origin) {
	left = printable(left)
	right := printable(o.Describe())
	if right == "" {
		d.line("%s", left)
		return
	}
	pad := max(column-utf8.RuneCountInString(left), 2)
	d.line("%s%s%s", left, strings.Repeat(" ", pad), right)
}

func (d *dumper) policy(p *Policy) {
	d.line("policy of node %s", printable(p.Node))
	if p.Off {
		d.skippedLine("nothing is filtered", p.OffReason)
	}
	if p.Fatal != nil {
		d.skippedLine("cannot be compiled", p.Fatal)
	}
	d.refusals(p.Refusals)
	d.host(p)
	d.body("forward frame", p.Forward)
	d.body("bridge frame, before every plugged NIC's IN", p.BridgeIn)
	d.chain("node", p.Forwarding)
	for _, n := range p.VNets {
		d.line("")
		d.sourced("VNet "+n.Name, n.Origin)
		d.chain("VNet "+n.Name, n.Forward)
	}
	for _, nic := range p.NICs {
		d.nic(nic)
	}
	for _, g := range p.Groups {
		d.body("group "+g.Name+" IN", g.In)
		d.body("group "+g.Name+" OUT", g.Out)
		d.body("group "+g.Name+" FORWARD", g.Forward)
	}
	for _, s := range p.Sets {
		d.set(s)
	}
	d.raw(&p.Raw)
	d.settings(p.Settings)
	d.messages(p.Runtime)
}

func (d *dumper) skippedLine(what string, s *Skipped) {
	if s == nil {
		d.line("  %s", what)
		return
	}
	d.sourced("  "+what+": "+s.Reason, s.Origin)
}

func (d *dumper) refusals(list []Refusal) {
	if len(list) == 0 {
		return
	}
	d.line("\nrefused by the kernel or its tools")
	for _, r := range list {
		d.sourced(fmt.Sprintf("  %-9s  %s", r.Carrier, r.Reason), r.Origin)
	}
}

func (d *dumper) host(p *Policy) {
	if p.Host == nil {
		return
	}
	if p.Host.In == nil && p.Host.Out == nil {
		d.line("")
		d.sourced("host: not filtered", p.Host.Origin)
		return
	}
	d.chain("host", p.Host.In)
	d.chain("host", p.Host.Out)
}

// nic writes a guest's NIC: where it is plugged in, its chains, its layer 2.
func (d *dumper) nic(e *Endpoint) {
	what := e.Name
	for _, detail := range []string{e.Device, e.Bridge, e.MAC} {
		if detail != "" {
			what += ", " + detail
		}
	}
	switch {
	case !e.Plugged:
		what += ": not filtered, firewall is not set on the NIC"
	case e.In == nil && e.Out == nil:
		what += ": not filtered"
	}
	d.line("")
	d.sourced(what, e.Origin)
	if e.Queue != nil {
		d.line("  intrusion prevention%s", queueText(e.Queue))
	}
	d.chain(e.Name, e.In)
	d.chain(e.Name, e.Out)
	d.link(e.Link)
}

func (d *dumper) chain(name string, c *Chain) {
	if c == nil {
		return
	}
	d.line("\n%s %s", name, c.Dir)
	d.builds(c.Build, len(c.Nodes))
	d.nodes(c.Nodes)
}

func (d *dumper) body(name string, b *Body) {
	if b == nil {
		return
	}
	d.line("\n%s", printable(name))
	d.builds(b.Build, len(b.Nodes))
	d.nodes(b.Nodes)
}

// builds says where a list is not whole.
func (d *dumper) builds(builds [2]Build, n int) {
	for f := V4; f <= V6; f++ {
		switch b := builds[f]; {
		case !b.Exists:
			d.line("  %s: not made", f)
		case !b.Hooked && b.Nodes < n:
			d.line("  %s: made up to node %d and not in force", f, b.Nodes)
		case !b.Hooked:
			d.line("  %s: not in force", f)
		case b.Nodes < n:
			d.line("  %s: made up to node %d", f, b.Nodes)
		}
	}
}

func (d *dumper) nodes(nodes []Node) {
	for i, n := range nodes {
		text, origin := nodeText(n)
		d.sourced(fmt.Sprintf("%4d  %s", i+1, text), origin)
		if s, ok := n.(*Skipped); ok && s.Message != "" {
			d.line("      says %s", printable(s.Message))
		}
	}
	if len(nodes) == 0 {
		d.line("   -  empty")
	}
}

// printable shows control characters and bytes that are no UTF-8 as escapes, so
// that a hostile file cannot drive a terminal or forge a line.
func printable(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == utf8.RuneError:
			b.WriteString(`\ufffd`)
		case r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
