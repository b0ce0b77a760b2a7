package rego

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/packet"
)

// doors are the two sides of one node's own firewall.
type doors struct {
	node    *config.Node
	in, out *analysis.Reach
}

// doors lists the nodes whose own traffic is filtered, at its first use.
func (w *world) doors() []*doors {
	if w.hosts != nil {
		return w.hosts
	}
	if len(w.policies) != len(w.cfg.Nodes) {
		w.policies = lowerAll(w.cfg)
	}
	w.hosts = []*doors{}
	if !w.clusterOn() {
		return w.hosts
	}
	work := max(allWork/max(len(w.policies), 1), leastWork)
	for i, n := range w.cfg.Nodes {
		p := w.policies[i]
		if p == nil || p.Off || p.Fatal != nil || p.Host == nil || p.Host.In == nil {
			continue
		}
		d := &doors{node: n, in: analysis.NewReach(p, p.Host, ir.In), out: analysis.NewReach(p, p.Host, ir.Out)}
		d.in.Work, d.out.Work = work, work
		w.hosts = append(w.hosts, d)
	}
	return w.hosts
}

// The work on all nodes together is bounded to a few seconds.
const (
	allWork   = 1 << 25
	leastWork = 1 << 16
)

// probe is new traffic that one asks about: first packets of flows. Zero fields
// stand for any; without a source port it is one that clients use.
type probe struct {
	proto        string // tcp or udp
	first, last  uint16
	sport        uint16
	source, dest netip.Prefix
	beyond       netip.Prefix // the source is outside of it
}

const (
	numberTCP = 6
	numberUDP = 17
	allFlags  = 63
	flagSYN   = 2
)

// clientPorts are those that operating systems choose from.
var clientPorts = ir.PortRange{First: 49152, Last: 60999}

func (p *probe) match() ir.Match {
	m := ir.Match{Proto: &ir.Proto{Text: p.proto, Number: numberUDP}, State: ir.New,
		DPort: &ir.Ports{Ranges: []ir.PortRange{{First: p.first, Last: p.last}}}, SPort: &ir.Ports{Ranges: []ir.PortRange{clientPorts}}}
	if p.proto == "tcp" {
		m.Proto.Number = numberTCP
		m.Flags = &ir.TCPFlags{Mask: allFlags, Want: flagSYN}
	}
	if p.sport != 0 {
		m.SPort.Ranges[0] = ir.PortRange{First: p.sport, Last: p.sport}
	}
	m.Source, m.Dest = addrOf(p.source), addrOf(p.dest)
	if p.beyond.IsValid() {
		m.Source = &ir.Addr{Negated: true, Set: &ir.Set{Entries: []ir.SetEntry{{Prefix: p.beyond}}}}
	}
	return m
}

func addrOf(p netip.Prefix) *ir.Addr {
	if !p.IsValid() {
		return nil
	}
	return &ir.Addr{Text: p.String(), Prefixes: []netip.Prefix{p.Masked()}}
}

func single(a netip.Addr) netip.Prefix { return netip.PrefixFrom(a, a.BitLen()) }

func familyOf(a netip.Addr) ir.Family {
	if a.Is4() {
		return ir.V4
	}
	return ir.V6
}

// families that the probe's addresses leave.
func (p *probe) families() []ir.Family {
	for _, x := range []netip.Prefix{p.source, p.dest} {
		if x.IsValid() {
			return []ir.Family{familyOf(x.Addr())}
		}
	}
	return []ir.Family{ir.V4, ir.V6}
}

// ask sends a probe through one side of a node. Of two families the one that lets
// more through speaks.
func ask(r *analysis.Reach, p probe) analysis.Reached {
	var best analysis.Reached
	for i, f := range p.families() {
		got := r.Of(f, p.match())
		if got.Extent == analysis.UnknownExtent {
			return got
		}
		if i == 0 || got.Extent > best.Extent {
			best = got
		}
	}
	return best
}

// shut reports whether nothing of a probe gets through.
func shut(r *analysis.Reach, p probe) bool { return ask(r, p).Extent == analysis.NoneThrough }

// stopped describes what stops a witness: its place, if a line says so, and what
// kind of thing it is.
func (w *world) stopped(got analysis.Reached, ids idTable) object {
	o := object{"id": "", "kind": "built-in", "action": "", "file": "", "catch_all": false, "text": ""}
	if got.Witness == nil || !got.By.Decided {
		return o
	}
	o["action"] = got.By.Rule.Verdict.Kind.String()
	if b, ok := got.By.Node.(*ir.Builtin); ok && b.Kind == ir.Blacklist {
		o["kind"] = "blacklist"
		return o
	} else if ok && b.Kind != ir.DropNoise && b.Kind != ir.RejectNoise {
		return o
	}
	origin := got.By.Rule.Origin
	if closes(origin) {
		o["kind"] = "policy"
	} else {
		o["kind"], o["catch_all"] = "rule", takesAll(&got.By.Rule.Match)
	}
	if s := origin.Span; !s.IsZero() && !s.WholeFile() {
		o["id"], o["text"] = ids.add(s), strings.TrimSpace(s.File.Line(s.From().Line).Text())
		o["file"] = w.fileKind(s.File)
	}
	return o
}

// closes tells the policy at the end of a list, and the filter of noise before it.
func closes(o ir.Origin) bool {
	return slices.ContainsFunc(o.Steps, func(s ir.Step) bool { return s.Kind == ir.ByPolicy || s.Kind == ir.ByBuiltin })
}

// takesAll reports whether a match takes every packet of a family but for the
// interface.
func takesAll(m *ir.Match) bool {
	rest := *m
	rest.In, rest.Out = "", ""
	for _, a := range []**ir.Addr{&rest.Source, &rest.Dest} {
		if *a != nil && len((*a).Prefixes) == 1 && (*a).Prefixes[0].Bits() == 0 {
			*a = nil
		}
	}
	return rest.IsAny()
}

// fileKind is cluster or host.
func (w *world) fileKind(f *source.File) string {
	if c := w.cfg.Cluster; c != nil && c.File != nil && c.File.Source == f {
		return "cluster"
	}
	return "host"
}

// witness is a stopped packet in words: "TCP from 192.0.2.1 to port 8006". An
// address that was not asked for is left out.
func (p *probe) witness(stopped *packet.Packet) string {
	if stopped == nil {
		return ""
	}
	text := strings.ToUpper(p.proto)
	if p.source.IsValid() || p.beyond.IsValid() || !p.dest.IsValid() {
		text += " from " + stopped.Source.String()
	}
	text += " to"
	if p.dest.IsValid() {
		text += " " + stopped.Dest.String()
	}
	return fmt.Sprintf("%s port %d", text, stopped.DPort)
}
