package packet

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
)

// String reads like a match of the IR: "from 10.0.0.0/8 tcp to port 22 (ssh)".
func (b Box) String() string { return b.Text(nil) }

// Text is String with names for addresses; names may be nil.
func (b Box) Text(names *Names) string {
	w := boxWriter{box: b, names: names}
	w.word("in by", dimIn)
	w.word("out by", dimOut)
	w.mark()
	w.state()
	w.mac()
	w.address("from", dimSource)
	w.address("to", dimDest)
	w.protocol()
	w.detail()
	w.flags()
	if len(w.parts) == 0 {
		return "everything"
	}
	return strings.Join(w.parts, " ")
}

// boxWriter collects the phrases of a box.
type boxWriter struct {
	box   Box
	names *Names
	parts []string
}

func (w *boxWriter) add(words ...string) { w.parts = append(w.parts, strings.Join(words, " ")) }

func (w *boxWriter) word(what string, d dimension) {
	p := w.box.region[d]
	switch {
	case p == nil:
	case p.outside:
		w.add(what, "others than", strings.Join(p.names, ", "))
	default:
		w.add(what, strings.Join(p.names, ", "))
	}
}

func (w *boxWriter) mark() {
	switch p := w.box.region[dimMark]; {
	case p == nil:
	case p.spans.holds(point{0, 1}):
		w.add("already accepted at its sender")
	default:
		w.add("not accepted at its sender")
	}
}

// mac leaves the unknown address out, which goes with the address that is due.
func (w *boxWriter) mac() {
	p := w.box.region[dimMAC]
	if p == nil {
		return
	}
	var known []string
	for _, name := range p.names {
		if name != "" {
			known = append(known, name)
		}
	}
	switch {
	case len(known) == 0 && p.outside:
		w.add("source MAC known")
	case len(known) == 0:
		w.add("source MAC as it should be")
	case p.outside:
		w.add("source MAC not", strings.Join(known, ", "))
	default:
		w.add("source MAC", strings.Join(known, ", "))
	}
}

func (w *boxWriter) state() {
	p := w.box.region[dimState]
	if p == nil {
		return
	}
	var s ir.State
	for n := range uint64(states) {
		if p.spans.holds(point{0, n}) {
			s |= 1 << n
		}
	}
	if bits.OnesCount8(uint8(s)) > states/2 {
		w.add("state not", (^s & (1<<states - 1)).String())
		return
	}
	w.add("state", s.String())
}

func (w *boxWriter) address(what string, d dimension) {
	if p := w.box.region[d]; p != nil {
		w.add(what, w.names.text(p.spans, w.box.family))
	}
}

func (w *boxWriter) protocol() {
	p := w.box.region[dimProto]
	if p == nil {
		return
	}
	not, list := shorter(p.spans, dimProto.end(w.box.family))
	var words []string
	for _, s := range list {
		if s.last.lo-s.first.lo > 3 {
			words = append(words, fmt.Sprintf("protocols %d-%d", s.first.lo, s.last.lo))
			continue
		}
		for n := s.first.lo; n <= s.last.lo; n++ {
			words = append(words, protocolName(n))
		}
	}
	if not {
		w.add("not", few(words))
		return
	}
	w.add(few(words))
}

func protocolName(n uint64) string {
	if p, ok := facts.ProtocolByNumber(int(n)); ok {
		return p.Name
	}
	return fmt.Sprintf("protocol %d", n)
}

// detail writes ports and ICMP types.
func (w *boxWriter) detail() {
	protos := w.box.protocols()
	only, single := protos.only()
	if p := w.box.region[dimSPort]; p != nil {
		w.add("from port", portText(p.spans, only, single))
	}
	p := w.box.region[dimDetail]
	switch {
	case p == nil:
	case single && (&Packet{Family: w.box.family, Proto: only}).isICMP():
		w.add("type", w.types(p.spans))
	default:
		w.add("to port", portText(p.spans, only, single))
	}
}

// portText writes a service's name behind a single port of a single protocol.
func portText(list spans, proto uint8, single bool) string {
	not, list := shorter(list, dimDetail.end(ir.V4))
	var words []string
	for _, s := range list {
		word := strconv.FormatUint(s.first.lo, 10)
		service := ""
		if single {
			service = facts.ServiceOn(uint16(s.first.lo), protocolName(uint64(proto)))
		}
		switch {
		case s.first != s.last:
			word += "-" + strconv.FormatUint(s.last.lo, 10)
		case service != "":
			word += " (" + service + ")"
		}
		words = append(words, word)
	}
	if not {
		return "other than " + few(words)
	}
	return few(words)
}

// types writes ICMP types by name where one fits, and type/code where not.
func (w *boxWriter) types(list spans) string {
	not, list := shorter(list, dimDetail.end(ir.V4))
	var words []string
	for _, s := range list {
		for at := s.first.lo; at <= s.last.lo; at = (at | 0xff) + 1 {
			words = append(words, w.oneType(at, min(s.last.lo, at|0xff)))
		}
	}
	if not {
		return "other than " + few(words)
	}
	return few(words)
}

// oneType writes the codes from first to last, which are of one type.
func (w *boxWriter) oneType(first, last uint64) string {
	kind, code := uint8(first>>8), int(first&0xff)
	if first|0xff == last && code == 0 {
		code = -1
	}
	for _, name := range facts.ICMPTypeNames(w.box.family == ir.V6) {
		known, ok := facts.ICMPTypeByName(name, w.box.family == ir.V6)
		if ok && !known.Any && known.Type == kind && known.Code == code && (code < 0 || first == last) {
			return name
		}
	}
	switch {
	case code < 0:
		return strconv.Itoa(int(kind))
	case first == last:
		return fmt.Sprintf("%d/%d", kind, code)
	}
	return fmt.Sprintf("%d/%d-%d", kind, code, last&0xff)
}

// flags writes one comparison under a mask where that says it all.
func (w *boxWriter) flags() {
	p := w.box.region[dimFlags]
	if p == nil {
		return
	}
	end := dimFlags.end(w.box.family)
	if t, ok := comparison(p.spans); ok {
		w.add(t.String())
	} else if t, ok := comparison(without(p.spans, end)); ok {
		t.Negated = true
		w.add(t.String())
	} else {
		w.add("some combinations of flags")
	}
}

// comparison finds the mask and value that exactly the listed flags agree with.
func comparison(list spans) (*ir.TCPFlags, bool) {
	all, some, n := ^uint8(0), uint8(0), 0
	for _, s := range list {
		for f := s.first.lo; f <= s.last.lo; f++ {
			all, some, n = all&uint8(f), some|uint8(f), n+1
		}
	}
	mask := ^(all ^ some)
	return &ir.TCPFlags{Mask: mask, Want: all & mask}, n == 1<<(8-bits.OnesCount8(mask))
}

// shorter is the list, or with true what is outside of it where that is shorter.
func shorter(list spans, end point) (not bool, short spans) {
	if rest := without(list, end); len(rest) < len(list) && len(rest) > 0 {
		return true, rest
	}
	return false, list
}

// mostItems is how many items a list for people has.
const mostItems = 12

func few(words []string) string {
	if more := len(words) - mostItems; more > 0 {
		return strings.Join(words[:mostItems], ",") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(words, ",")
}
