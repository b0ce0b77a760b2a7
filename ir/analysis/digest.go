package analysis

import (
	"crypto/sha256"
	"encoding/binary"
	"net/netip"
	"strings"
	"unicode"

	"github.com/pvefw/pvefw/ir"
)

// digest stands for the content of a list: lists of equal digest have equal
// covers.
type digest [sha256.Size]byte

// writer writes what decides the covers of a list as bytes: each field with its
// length, so that different lists give different bytes. Texts and origins are
// left out. Large sets are written once and then referred to.
type writer struct {
	raw   []byte
	sets  map[*ir.Set]digest
	names map[string]int // numbers of the names of a list; nil to write them as they are
}

func (w *writer) digest(steps []step, f ir.Family) digest {
	if w.names == nil {
		w.names = map[string]int{}
	}
	clear(w.names)
	w.raw = append(w.raw[:0], byte(f))
	for i := range steps {
		w.step(&steps[i])
	}
	return sha256.Sum256(w.raw)
}

func (w *writer) step(s *step) {
	w.raw = append(w.raw, byte(s.kind), byte(s.verdict.Kind))
	w.flag(s.rule != nil && s.fixed())
	w.outcome(s)
	w.number(len(s.within))
	for _, c := range s.within {
		w.match(&c.Match)
	}
	if m := s.match(); m != nil {
		w.match(m)
	}
}

// outcome writes what a packet gets beside its verdict.
func (w *writer) outcome(s *step) {
	if w.flag(s.logs()); s.logs() {
		w.number(s.rule.Log.Level)
	}
	if w.flag(s.verdict.Queue != nil); s.verdict.Queue != nil {
		w.text(s.verdict.Queue.Text)
	}
}

func (w *writer) number(n int) { w.raw = binary.AppendVarint(w.raw, int64(n)) }

func (w *writer) text(s string) {
	w.number(len(s))
	w.raw = append(w.raw, s...)
}

// name writes a name as its number in the list: what covers what depends on which
// names are equal. Matching knows more letters than these that it takes for equal,
// so names with others are written as they are.
func (w *writer) name(s string) {
	if w.names == nil || strings.IndexFunc(s, func(c rune) bool { return c > unicode.MaxASCII }) >= 0 {
		w.number(-1)
		w.text(s)
		return
	}
	n, ok := w.names[s]
	if !ok && s != "" {
		n = len(w.names) + 1
		w.names[s] = n
	}
	w.number(n)
}

func (w *writer) flag(b bool) {
	if b {
		w.raw = append(w.raw, 1)
		return
	}
	w.raw = append(w.raw, 0)
}

func (w *writer) match(m *ir.Match) {
	w.name(m.In)
	w.name(m.Out)
	w.name(strings.ToLower(m.NotMAC))
	w.raw = append(w.raw, byte(m.SrcType), byte(m.DstType), byte(m.State))
	w.flag(m.AcceptedBySender)
	w.addr(m.Source)
	w.addr(m.Dest)
	w.ports(m.SPort)
	w.ports(m.DPort)
	if w.flag(m.Proto != nil); m.Proto != nil {
		w.raw = append(w.raw, m.Proto.Number)
	}
	w.icmp(m.ICMP)
	if w.flag(m.Flags != nil); m.Flags != nil {
		w.raw = append(w.raw, m.Flags.Mask, m.Flags.Want)
		w.flag(m.Flags.Negated)
	}
}

// icmp writes a type and those beside it.
func (w *writer) icmp(c *ir.ICMP) {
	for ; c != nil; c = c.Also {
		w.flag(true)
		w.flag(c.V6)
		w.flag(c.Any)
		w.raw = append(w.raw, c.Type)
		w.number(c.Code)
	}
	w.flag(false)
}

func (w *writer) ports(p *ir.Ports) {
	if w.flag(p != nil); p == nil {
		return
	}
	w.number(len(p.Ranges))
	for _, r := range p.Ranges {
		w.number(int(r.First))
		w.number(int(r.Last))
	}
}

func (w *writer) addr(a *ir.Addr) {
	if w.flag(a != nil); a == nil {
		return
	}
	w.flag(a.Negated)
	w.number(len(a.Prefixes))
	for _, p := range a.Prefixes {
		w.prefix(p)
	}
	if w.flag(a.Range != nil); a.Range != nil {
		w.address(a.Range.First)
		w.address(a.Range.Last)
	}
	if w.flag(a.Set != nil); a.Set != nil {
		content := w.set(a.Set)
		w.raw = append(w.raw, content[:]...)
	}
}

func (w *writer) prefix(p netip.Prefix) {
	w.address(p.Addr())
	w.number(p.Bits())
}

func (w *writer) address(a netip.Addr) {
	w.number(a.BitLen())
	b := a.As16()
	w.raw = append(w.raw, b[16-a.BitLen()/8:]...)
}

func (w *writer) set(s *ir.Set) digest {
	if known, ok := w.sets[s]; ok {
		return known
	}
	inner := writer{}
	for i := range s.Entries {
		e := &s.Entries[i]
		inner.flag(e.Skipped != "")
		inner.flag(e.NoMatch)
		inner.prefix(e.Prefix)
	}
	if w.sets == nil {
		w.sets = map[*ir.Set]digest{}
	}
	content := digest(sha256.Sum256(inner.raw))
	w.sets[s] = content
	return content
}
