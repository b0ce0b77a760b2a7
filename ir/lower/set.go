package lower

import (
	"sort"
	"strings"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// setKey names a set: the VMID it belongs to, 0 for the datacenter, ofSDN for the
// software-defined network, and its name.
type setKey struct {
	owner int
	name  string
}

// makeSets makes all sets: the datacenter's by name, then those of every guest
// with a firewall file, even one that is switched off (reference/pve-firewall
// §4.8).
func (l *lowering) makeSets() {
	l.datacenterSets()
	l.networkSets()
	for _, g := range l.guestList {
		if g.present() {
			l.guestSets(g)
		}
	}
}

func (l *lowering) datacenterSets() {
	defined := setsOf(l.cfg.Cluster)
	names := sortedNames(defined)
	if _, ok := defined[management]; !ok {
		names = append(names, management)
		sort.Strings(names)
	}
	for _, name := range names {
		var extra []ir.SetEntry
		if name == management {
			extra = l.managementEntries()
		}
		s := l.addSet(setKey{0, name}, defined[name], extra, ir.Origin{Span: wholeFile(l.cfg.Cluster)}.With(ir.ByBuiltin, name))
		// The daemon appends twice, which only the size of the set shows
		// (reference/pve-firewall §8.2).
		s.Declared += len(extra)
	}
}

// ofSDN is the owner of the network's sets here. To the kernel's tools they are the
// datacenter's (reference/pve-firewall §4.7). Of two with one name nobody has measured
// which one the kernel gets, so the network's is given another.
const ofSDN = -1

func (l *lowering) networkSets() {
	if l.cfg.SDN == nil {
		return
	}
	for _, name := range sortedNames(l.cfg.SDN.Sets) {
		s := l.addSet(setKey{ofSDN, name}, l.cfg.SDN.Sets[name], nil, ir.Origin{})
		for l.sets[setKey{0, s.Name}] != nil {
			s.Name = "sdn-" + s.Name
		}
	}
}

func setsOf(fw *config.FW) map[string]*config.Set {
	if fw == nil {
		return nil
	}
	return fw.Sets
}

func sortedNames(sets map[string]*config.Set) []string {
	names := make([]string, 0, len(sets))
	for name := range sets {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// addSet lowers one set: its declared entries, which may be none at all, then
// what the daemon adds.
func (l *lowering) addSet(key setKey, defined *config.Set, extra []ir.SetEntry, origin ir.Origin) *ir.Set {
	s := &ir.Set{Owner: max(key.owner, 0), SDN: key.owner == ofSDN, Name: key.name, Origin: origin}
	if defined != nil {
		s.Origin = ir.Origin{Span: defined.Span}
		for _, e := range defined.Entries {
			s.Entries = append(s.Entries, l.setEntry(e))
		}
	}
	s.Entries = append(s.Entries, extra...)
	s.Declared = len(s.Entries)
	l.judgeEntries(s)
	l.sets[key] = s
	l.policy.Sets = append(l.policy.Sets, s)
	return s
}

// setEntry resolves one declared entry.
func (l *lowering) setEntry(e config.SetEntry) ir.SetEntry {
	out := ir.SetEntry{Text: e.Text, NoMatch: e.NoMatch, Origin: ir.Origin{Span: e.Span()}}
	switch {
	case e.IsDead():
		out.Skipped = e.Dead()[0].Text
		return out
	case e.Alias != nil:
		text, ok := l.aliasText(e.Alias)
		if !ok {
			if e.Alias.Runtime != config.UnknownRuntime {
				l.sayLast(e.Alias.Runtime, out.Origin)
			}
			out.Skipped = first(e.Alias.Runtime, "the address of the alias is unknown")
			return out
		}
		out.Text = text
	}
	out.Text = printedEntry(out.Text)
	return out
}

// judgeEntries reads the live entries as ipset does. Of equal texts the last
// decides (reference/pve-firewall §4.5).
func (l *lowering) judgeEntries(s *ir.Set) {
	last := map[string]int{}
	for i := range s.Entries {
		if s.Entries[i].Skipped == "" {
			last[s.Entries[i].Text] = i
		}
	}
	for i := range s.Entries {
		e := &s.Entries[i]
		switch {
		case e.Skipped != "":
		case last[e.Text] != i:
			e.Skipped = "the same address stands further down"
		default:
			l.readEntry(e)
		}
	}
	l.sameNets(s)
}

// readEntry sets the entry's prefix or blames its text.
func (l *lowering) readEntry(e *ir.SetEntry) {
	p, fault := readNet(e.Text, strings.Contains(e.Text, ":"))
	switch {
	case fault != "":
		l.refuseEntry(e, fault)
	case p.Bits() == 0:
		l.refuseEntry(e, "a set cannot hold a prefix of length 0")
	default:
		e.Prefix = p
	}
}

// refuseEntry notes that ipset would refuse the entry. Under Reference it stands
// and stops the load there (reference/pve-firewall §4.6); under Intended it is
// skipped.
func (l *lowering) refuseEntry(e *ir.SetEntry, reason string) {
	l.wouldRefuse(e.Origin.Span, reason)
	if l.reference() {
		l.refuseText(ir.IPSetText, reason, e.Origin)
		return
	}
	e.Skipped = "ipset would refuse it: " + reason
}

// setOf returns the set that a reference means, nil when it means none. The
// generator finds the set management even where no file defines it.
func (l *lowering) setOf(ref *config.Ref[config.Set]) *ir.Set {
	if ref.Target != nil && ref.Target.SDN {
		return l.sets[setKey{ofSDN, ref.Target.Name}]
	}
	if ref.Target != nil {
		return l.sets[setKey{ref.Owner, ref.Target.Name}]
	}
	if strings.TrimPrefix(strings.TrimPrefix(ref.Name, "+"), "dc/") == management {
		return l.sets[setKey{0, management}]
	}
	return nil
}
