package config

import (
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// mends adds the fixes that need more than the line they mend: other lines, or
// other files. It runs when everything has been read.
func (r *resolver) mends() {
	for i := range r.list {
		d := &r.list[i]
		fw := r.read[d.Span.File]
		if fw == nil {
			continue
		}
		switch d.Rule {
		case actionUnknown:
			meantAction(d)
		case aliasUnknown, groupUnknown, managementUndefined:
			r.offer(fw, d)
		case addressHostBits:
			fw.mendHostBits(d)
		case addressInvalid, aliasMalformed:
			fw.listToSet(d)
		case addressListMixedFamily:
			fw.splitFamilies(d)
		case ipsetUnknown:
			r.groupAsSet(d)
			r.offer(fw, d)
		case ipsetUsedAsAlias:
			r.setAsAlias(fw, d)
		case macroParameterConflict:
			fw.withoutMacro(d)
		case optionWrongFile:
			r.moveOption(fw, d)
		case portListTooLong:
			fw.splitPorts(d)
		case portWithoutProtocol:
			fw.addProtocol(d)
			fw.withoutMacro(d)
		case protocolUnknown:
			fw.splitProtocols(d)
		case rangeInList:
			fw.rangesAsNetworks(d)
		case scopeUnresolvable:
			r.otherScope(fw, d)
		case useBeforeDefinition:
			r.moveAbove(fw, d)
		}
	}
}

// lineAt is the line that a finding is about.
func (fw *FW) lineAt(span source.Span) grammar.Line {
	n := span.From().Line
	if n < 1 || n > len(fw.File.Lines) {
		return nil
	}
	return fw.File.Lines[n-1]
}

// wholeLine is a line with its line feed.
func (fw *FW) wholeLine(l grammar.Line) source.Span { return fw.File.Span(grammar.BaseOf(l).Whole()) }

func unsafeFix(title string, edits ...source.Edit) diag.Fix {
	return diag.Fix{Title: title, Safety: diag.Unsafe, Edits: edits}
}

// otherActions are the words of other firewalls and of old manuals.
var otherActions = map[string]Action{
	"deny": DropAction, "block": DropAction, "discard": DropAction,
	"allow": AcceptAction, "permit": AcceptAction, "pass": AcceptAction,
}

func meantAction(d *diag.Diagnostic) {
	if a, known := otherActions[lower(d.Span.Text())]; known && len(d.Fixes) == 0 {
		d.Message += "; here one writes " + a.String()
		d.Fixes = replace(d.Span, a.String(), diag.Unsafe)
	}
}

// mendHostBits offers the network, which is what the kernel makes of it anyway,
// and the address. In a set that has the network already the entry can go.
func (fw *FW) mendHostBits(d *diag.Diagnostic) {
	text := d.Span.Text()
	network, has := hostBits(text)
	if !has || len(d.Fixes) > 0 {
		return
	}
	address, _, _ := strings.Cut(text, "/")
	switch l := fw.lineAt(d.Span).(type) {
	case *grammar.SetEntry:
		set := fw.setOf(l)
		if set != nil && len(set.Entries) > mostSearched {
			return
		}
		if set != nil && set.holds(network, l) {
			d.Fixes = []diag.Fix{unsafeFix("delete the entry: the set has "+network+" already", source.Edit{Span: fw.wholeLine(l)})}
			return
		}
	case *grammar.Alias:
	default:
		return
	}
	d.Fixes = append(replace(d.Span, network, diag.Safe), replace(d.Span, address, diag.Unsafe)...)
}

// mostSearched is how many entries of a set are looked through for a fix.
const mostSearched = 20_000

// setOf is the set that an entry was stored in.
func (fw *FW) setOf(l *grammar.SetEntry) *Set {
	if l.In() == nil {
		return nil
	}
	set := fw.Sets[lower(fw.File.Text(l.In().Name))]
	if set == nil || set.Header != l.In() {
		return nil
	}
	return set
}

// holds tells whether another line of the set has that text.
func (s *Set) holds(text string, but *grammar.SetEntry) bool {
	for _, e := range s.Entries {
		if e.Text == text && e.Line != but {
			return true
		}
	}
	return false
}

// groupAsSet tells a security group behind a plus sign from a name that is
// nowhere. There is no fix: which addresses were meant, nobody but the author
// knows.
func (r *resolver) groupAsSet(d *diag.Diagnostic) {
	_, name := splitScope(strings.TrimPrefix(d.Span.Text(), "+"))
	if r.cfg.Cluster == nil || r.cfg.Cluster.Groups[lower(name)] == nil {
		return
	}
	d.Message = quote(name) + " is a security group, which holds rules and no addresses: define an [IPSET " + lower(name) + "] with the addresses that are meant"
	d.Related = append(d.Related, diag.Related{Span: r.cfg.Cluster.Groups[lower(name)].Span, Message: "the group"})
	d.Fixes = nil
}

// addProtocol writes -p in front of the ports of a rule without a macro.
func (fw *FW) addProtocol(d *diag.Diagnostic) {
	l, ok := fw.lineAt(d.Span).(*grammar.Rule)
	if !ok || l.Macro().Present() {
		return
	}
	if _, given := l.Param(grammar.Proto); given {
		return // -p 0 restricts nothing; what was meant by it is not certain
	}
	proto := "tcp"
	for _, k := range []grammar.ParamKind{grammar.DPort, grammar.SPort} {
		if p, given := l.Param(k); given && udpOnly(fw.File.Text(p.Value)) {
			proto = "udp"
		}
	}
	at := d.Span
	at.End = at.Start
	d.Fixes = []diag.Fix{unsafeFix("write -p "+proto, source.Edit{Span: at, Text: "-p " + proto + " "})}
}

// udpOnly tells that every port of a list is that of a service that has no tcp.
func udpOnly(ports string) bool {
	for port := range strings.SplitSeq(ports, ",") {
		_, tcp := facts.ServicePort(port, "tcp")
		_, udp := facts.ServicePort(port, "udp")
		if isDigits(port) && portNumber(port) <= 65535 {
			n := uint16(portNumber(port))
			tcp, udp = facts.ServiceOn(n, "tcp") != "", facts.ServiceOn(n, "udp") != ""
		}
		if tcp || !udp {
			return false
		}
	}
	return true
}
