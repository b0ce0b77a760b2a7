package lower

import (
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// matched is one template turned into a match. Of the texts the
// first that is set counts: unknown, died, refused,
// octal, never.
type matched struct {
	match   ir.Match
	died    string // the daemon's generation error
	refused string // why iptables-restore refuses the line
	never   string // why no packet can match, though the line loads
	unknown string // why nobody can tell what it matches
	octal   string // a number that is read as octal
	every   bool   // an ICMP type that stands for all of them
	wrapped bool   // a protocol number that is cut to eight bits

	reading grammar.ParamKind // the parameter at hand
	blamed  grammar.ParamKind // the one that refused or octal is about
	everyOf grammar.ParamKind // the one that every is about
}

// match builds the conjunction of a rule and one template. The order of the
// checks is the daemon's, so that the first error is the one it reports.
func (l *lowering) match(r *config.Rule, template facts.MacroRule, fams ir.Families, at place) matched {
	var m matched
	t := merge(template, r)
	m.reading = grammar.Iface
	l.iface(&m, r, at)
	m.reading = grammar.Source
	m.match.Source = l.address(&m, &r.Source, fams)
	m.reading = grammar.Dest
	m.match.Dest = l.address(&m, &r.Dest, fams)
	if given(t.Proto) {
		m.reading = grammar.Proto
		m.match.Proto = l.shared.protocol(&m, t.Proto)
		m.reading = grammar.ICMPType
		icmpOption(&m, t.Proto, r.ICMPType)
		l.ports(&m, t)
	}
	return m
}

// fail keeps the first text of each kind.
func (m *matched) fail(kind *string, text string) {
	if *kind == "" {
		*kind = text
	}
}

// refuse notes what iptables-restore would not take, and which parameter it is.
func (m *matched) refuse(text string) {
	if m.refused == "" {
		m.refused, m.blamed = text, m.reading
	}
}

// iface sets the interface of host rules; in guest chains -i has chosen the NIC
// already. Alternative names become real ones (reference/pve-firewall §6.8).
func (l *lowering) iface(m *matched, r *config.Rule, at place) {
	if !at.host || !given(r.Iface) {
		return
	}
	name := l.realIface(r.Iface)
	if len(name) > 15 {
		m.refuse("interface name `" + name + "' must be shorter than IFNAMSIZ (15)")
	}
	if at.dir == ir.In {
		m.match.In = name
	} else {
		m.match.Out = name
	}
}

func (l *lowering) realIface(name string) string {
	if real := l.node.Facts.AltNames[name]; real != "" {
		return real
	}
	return name
}

// octalText notes a number with a leading zero.
func (m *matched) octalText(text string) {
	if m.octal == "" && m.refused == "" && looksOctal(text) && strings.Trim(text, "0") != "" {
		m.octal, m.blamed = text, m.reading
	}
}

func protocol(m *matched, text string) *ir.Proto {
	n := -1
	if p, ok := facts.ProtocolByName(text); ok {
		n = p.Number
		m.wrapped = n > 255
	} else if v, err := strconv.Atoi(text); err == nil && v <= 255 {
		n = v
	}
	if n < 0 {
		m.refuse("unknown protocol \"" + text + "\" specified")
		n = 0
	}
	return &ir.Proto{Text: text, Number: uint8(n)}
}
