package lower

import (
	"net/netip"
	"strings"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// address lowers a source or dest for the families of its rule; nil when it
// restricts nothing.
func (l *lowering) address(m *matched, a *config.Addr, fams ir.Families) *ir.Addr {
	switch {
	case !a.Given():
		return nil
	case a.Set != nil:
		set := l.setOf(a.Set)
		if set == nil {
			m.lost(a.Set.Name, a.Set.Runtime)
			return nil
		}
		return &ir.Addr{Text: a.Text, Set: set}
	case a.Alias != nil:
		text, ok := l.aliasText(a.Alias)
		if !ok {
			m.lost(a.Alias.Name, a.Alias.Runtime)
			return nil
		}
		return l.shared.literal(m, text, fams)
	}
	return l.shared.literal(m, a.Text, fams)
}

// lost ends a template whose name leads nowhere: the daemon dies of it, unless
// nobody can tell.
func (m *matched) lost(name, runtime string) {
	if runtime == config.UnknownRuntime {
		m.fail(&m.unknown, "nothing here says what "+name+" is")
		return
	}
	m.fail(&m.died, runtime)
}

// aliasText returns the address of an alias. The generator finds the alias
// local_network even where no file defines it (reference/pve-firewall §8.1).
func (l *lowering) aliasText(ref *config.Ref[config.Alias]) (string, bool) {
	if ref.Target != nil {
		return ref.Target.Text, true
	}
	if strings.EqualFold(strings.TrimPrefix(ref.Name, "dc/"), localNetwork) {
		net := l.localNet()
		return net.text, net.text != ""
	}
	return "", false
}

// literal reads an address text as the kernel's tools read it.
func literal(m *matched, text string, fams ir.Families) *ir.Addr {
	a := &ir.Addr{Text: text}
	v6 := strings.Contains(text, ":")
	if fams != ir.OnlyV4 && !v6 || fams != ir.OnlyV6 && v6 {
		m.refuse("host/network `" + text + "' not found")
		return a
	}
	if first, last, isRange := strings.Cut(text, "-"); isRange {
		a.Range = readRange(m, first, last, v6)
		return a
	}
	for item := range strings.SplitSeq(text, ",") {
		p, fault := readNet(item, v6)
		if fault != "" {
			m.refuse(fault)
			continue
		}
		a.Prefixes = append(a.Prefixes, p)
	}
	return a
}

// readRange reads both ends of a range; networks are no ends.
func readRange(m *matched, first, last string, v6 bool) *ir.Range {
	a, ok1 := readHost(first, v6)
	b, ok2 := readHost(last, v6)
	switch {
	case !ok1 || !ok2:
		m.refuse("bad value for the address range `" + first + "-" + last + "'")
	case b.Less(a):
		// Leading zeros can turn a range around: it loads and matches nothing.
		m.fail(&m.never, "the kernel reads its address range backwards, so that it matches nothing")
	}
	return &ir.Range{First: a, Last: b}
}

// readNet reads an address with an optional prefix length or netmask behind its
// last slash and drops host bits, as the kernel does.
func readNet(text string, v6 bool) (p netip.Prefix, fault string) {
	host, mask, masked := cutLast(text, '/')
	addr, ok := readHost(host, v6)
	if !ok {
		return p, "host/network `" + host + "' not found"
	}
	bits := uint64(addr.BitLen())
	if masked {
		if bits, ok = readMask(mask, v6); !ok {
			return p, "invalid mask `" + mask + "' specified"
		}
	}
	return netip.PrefixFrom(addr, int(bits)).Masked(), ""
}

func cutLast(text string, separator byte) (before, behind string, found bool) {
	i := strings.LastIndexByte(text, separator)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+1:], true
}

// readMask reads a prefix length, or an address with as many leading ones. The
// kernel takes masks with holes too; no ir.Addr can say that, so they count as
// refused.
func readMask(text string, v6 bool) (bits uint64, ok bool) {
	most := uint64(32)
	if v6 {
		most = 128
	}
	mask, err := netip.ParseAddr(text)
	if err != nil || mask.Is6() != v6 || mask.Zone() != "" {
		return readNumber(text, most)
	}
	for bits < most && mask.AsSlice()[bits/8]<<(bits%8)&0x80 != 0 {
		bits++
	}
	leading, err := mask.Prefix(int(bits))
	return bits, err == nil && leading.Addr() == mask
}

// readHost reads one address. IPv4 bytes with a leading zero are octal, and
// missing bytes are zero (reference/pve-firewall §5.10).
func readHost(text string, v6 bool) (netip.Addr, bool) {
	if v6 {
		a, err := netip.ParseAddr(text)
		return a, err == nil && a.Is6() && a.Zone() == ""
	}
	var bytes [4]byte
	i := 0
	for part := range strings.SplitSeq(text, ".") {
		n, ok := readNumber(part, 255)
		if !ok || i == len(bytes) {
			return netip.Addr{}, false
		}
		bytes[i] = byte(n)
		i++
	}
	return netip.AddrFrom4(bytes), true
}
