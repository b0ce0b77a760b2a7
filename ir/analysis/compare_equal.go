package analysis

import (
	"slices"
	"strings"

	"github.com/pvefw/pvefw/ir"
)

// equality finds out at little cost whether two lists surely do the same with all
// packets: rule by rule, every shared set, group and frame once. Most lists of two
// revisions are the same, and need nothing else.
type equality struct {
	sets   map[[2]*ir.Set]bool
	groups map[[2]*ir.Group]bool
	parts  map[[2]*ir.Node]bool // by first node: frames are shared by all NICs
}

func newEquality() *equality {
	return &equality{sets: map[[2]*ir.Set]bool{}, groups: map[[2]*ir.Group]bool{}, parts: map[[2]*ir.Node]bool{}}
}

// lists compares lists in parts.
func (q *equality) lists(a, b [][]ir.Node) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		last := i == len(a)-1
		if last && !q.nodes(a[i], b[i]) || !last && !q.shared(a[i], b[i]) {
			return false
		}
	}
	return true
}

// shared compares lists that many others begin with.
func (q *equality) shared(a, b []ir.Node) bool {
	if len(a) == 0 || len(b) == 0 {
		return q.nodes(a, b)
	}
	key := [2]*ir.Node{&a[0], &b[0]}
	known, ok := q.parts[key]
	if !ok {
		known = q.nodes(a, b)
		q.parts[key] = known
	}
	return known
}

// nodes compares lists but for what does not take effect.
func (q *equality) nodes(a, b []ir.Node) bool {
	i, j := 0, 0
	for {
		for i < len(a) && idle(a[i]) {
			i++
		}
		for j < len(b) && idle(b[j]) {
			j++
		}
		if i == len(a) || j == len(b) {
			return i == len(a) && j == len(b)
		}
		if !q.node(a[i], b[j]) {
			return false
		}
		i, j = i+1, j+1
	}
}

func idle(n ir.Node) bool {
	_, skipped := n.(*ir.Skipped)
	return skipped
}

func (q *equality) node(a, b ir.Node) bool {
	switch a := a.(type) {
	case *ir.Rule:
		b, ok := b.(*ir.Rule)
		return ok && a.Families == b.Families && sameOutcome(a.Verdict, b.Verdict) && sameLogs(a.Log, b.Log) && q.match(&a.Match, &b.Match)
	case *ir.Call:
		b, ok := b.(*ir.Call)
		return ok && a.Families == b.Families && sameOutcome(a.Verdict, b.Verdict) && q.match(&a.Match, &b.Match) && q.group(a.Group, b.Group)
	case *ir.Builtin:
		b, ok := b.(*ir.Builtin)
		return ok && q.builtin(a, b)
	}
	return false
}

func sameOutcome(a, b ir.Verdict) bool { return a.Kind == b.Kind && sameQueue(a.Queue, b.Queue) }

func sameLogs(a, b *ir.Log) bool {
	return (a == nil) == (b == nil) && (a == nil || a.Level == b.Level)
}

func (q *equality) builtin(a, b *ir.Builtin) bool {
	return a.Kind == b.Kind && a.Dir == b.Dir && a.Families == b.Families && a.RA == b.RA && a.AnyCast == b.AnyCast &&
		a.MAC == b.MAC && sameOutcome(a.Verdict, b.Verdict) && sameLogs(a.Log, b.Log) && slices.Equal(a.Peers, b.Peers) &&
		q.set(a.Set, b.Set) && q.addr(a.Net, b.Net)
}

func (q *equality) match(a, b *ir.Match) bool {
	return a.In == b.In && a.Out == b.Out && a.SrcType == b.SrcType && a.DstType == b.DstType && a.State == b.State &&
		a.AcceptedBySender == b.AcceptedBySender && strings.EqualFold(a.NotMAC, b.NotMAC) && sameProto(a.Proto, b.Proto) &&
		samePorts(a.SPort, b.SPort) && samePorts(a.DPort, b.DPort) && sameICMP(a.ICMP, b.ICMP) && sameFlags(a.Flags, b.Flags) &&
		q.addr(a.Source, b.Source) && q.addr(a.Dest, b.Dest)
}

func sameProto(a, b *ir.Proto) bool {
	return a == b || a != nil && b != nil && a.Number == b.Number
}

func samePorts(a, b *ir.Ports) bool {
	return a == b || a != nil && b != nil && slices.Equal(a.Ranges, b.Ranges)
}

func sameFlags(a, b *ir.TCPFlags) bool { return a == b || a != nil && b != nil && *a == *b }

func sameICMP(a, b *ir.ICMP) bool {
	for ; a != nil && b != nil; a, b = a.Also, b.Also {
		if a.V6 != b.V6 || a.Any != b.Any || a.Type != b.Type || a.Code != b.Code {
			return false
		}
	}
	return a == nil && b == nil
}

func (q *equality) addr(a, b *ir.Addr) bool {
	if a == nil || b == nil || a == b {
		return a == b
	}
	sameRange := a.Range == b.Range || a.Range != nil && b.Range != nil && *a.Range == *b.Range
	return a.Negated == b.Negated && sameRange && slices.Equal(a.Prefixes, b.Prefixes) && q.set(a.Set, b.Set)
}

// SameSet reports whether two sets hold the same, entry by entry.
func SameSet(a, b *ir.Set) bool { return newEquality().set(a, b) }

func (q *equality) set(a, b *ir.Set) bool {
	if a == nil || b == nil || a == b {
		return a == b
	}
	key := [2]*ir.Set{a, b}
	known, ok := q.sets[key]
	if !ok {
		known = slices.EqualFunc(a.Entries, b.Entries, func(x, y ir.SetEntry) bool {
			return x.Prefix == y.Prefix && x.NoMatch == y.NoMatch && (x.Skipped == "") == (y.Skipped == "")
		})
		q.sets[key] = known
	}
	return known
}

// group compares both directions; groups call no groups.
func (q *equality) group(a, b *ir.Group) bool {
	if a == nil || b == nil || a == b {
		return a == b
	}
	key := [2]*ir.Group{a, b}
	known, ok := q.groups[key]
	if !ok {
		known = q.body(a.In, b.In) && q.body(a.Out, b.Out)
		q.groups[key] = known
	}
	return known
}

func (q *equality) body(a, b *ir.Body) bool {
	if a == nil || b == nil {
		return a == b
	}
	for f := range a.Build {
		x, y := a.Build[f], b.Build[f]
		if x.Exists != y.Exists || x.Exists && !q.nodes(a.Nodes[:x.Nodes], b.Nodes[:y.Nodes]) {
			return false
		}
	}
	return true
}
