package rego

import (
	"slices"
	"strings"
	"sync"

	"github.com/pvefw/pvefw/ir/config"
)

// ruleFacts are what is known about a rule beyond its words. They are comparable:
// rules with equal facts get equal verdicts from policies that ask for nothing
// else. The field comments name their keys in input.facts.
type ruleFacts struct {
	direction string // direction: in, out, forward, group
	action    string // action: ACCEPT, DROP, REJECT; empty for group rules

	// on_host: the rule is in the list of a node that filters its own traffic,
	// be it through a group. host_interfaces: where; "" stands for any.
	onHost     bool
	interfaces string // joined by ","

	anySource families // any_source: families of which no source is left out
	catchAll  families // catch_all: families of which every packet matches
	noPackets bool     // matches_nothing: a source or destination set without entries

	privateDest bool // private_dest: it is bound to destinations outside the internet
	sportOnly   bool // source_port_only: bound to source ports and to no other port

	// behind: the action of a rule above that takes every packet this one could
	// match; empty without one.
	behind string

	// cover: what the rules around it leave of it, in every place where it is used.
	// Three of its fields stand in input.facts itself: fate, undercut, accept_list.
	cover coverFacts

	// ports: the tcp and udp ports it accepts, as {proto, first, last}; a rule
	// without protocol has all of both.
	ports string // as portList.String gives it

	details ruleDetails
}

// families is a set of IPv4 (bit 0) and IPv6 (bit 1).
type families uint8

const (
	onlyV4 families = 1
	onlyV6 families = 2
	both   families = 3
)

// names lists the set for people and policies.
func (f families) names() []any {
	out := []any{}
	if f&onlyV4 != 0 {
		out = append(out, "IPv4")
	}
	if f&onlyV6 != 0 {
		out = append(out, "IPv6")
	}
	return out
}

// document is the facts as input.facts.
func (f ruleFacts) document() object {
	interfaces := []any{}
	if f.onHost {
		for name := range strings.SplitSeq(f.interfaces, ",") {
			interfaces = append(interfaces, name)
		}
	}
	o := object{
		"direction": f.direction, "action": f.action,
		"on_host": f.onHost, "host_interfaces": interfaces,
		"any_source": f.anySource.names(), "catch_all": f.catchAll.names(), "matches_nothing": f.noPackets,
		"private_dest": f.privateDest, "source_port_only": f.sportOnly,
		"behind": f.behind,
		"fate":   f.cover.state.String(), "undercut": f.cover.undercut, "accept_list": f.cover.accepts, "cover": f.cover.document(),
		"ports": parsePortList(f.ports).document(),
	}
	f.details.document(o)
	return o
}

// factTable holds the distinct facts of a datacenter, and which rule has which.
type factTable struct {
	vectors []ruleFacts
	rules   []placedRule       // those that take effect, in order
	of      []int32            // by rule: index into vectors
	docs    []object           // by vector: input.facts, once somebody has asked
	columns map[string][]int32 // by key of docs: numbers of their values
}

// factTable makes the table at its first use; all policies share it.
func (w *world) factTable() *factTable {
	if w.table != nil {
		return w.table
	}
	w.extra() // these are made by one
	w.order()
	w.covers()
	var files []placedFile
	for f := range w.files() {
		files = append(files, f)
	}
	seen := seenFacts{number: map[ruleFacts]int32{}}
	parts := make([]factTable, len(files))
	sideBySide(len(files), func(i int) { parts[i] = w.factsOfFile(files[i], &seen) })
	w.table = joined(parts, seen.list)
	return w.table
}

// factsOfFile is a part of the table; its vectors are in seen.
func (w *world) factsOfFile(f placedFile, seen *seenFacts) (t factTable) {
	for _, r := range f.rules() {
		if inForce(r.Rule) {
			t.rules = append(t.rules, r)
			t.of = append(t.of, seen.index(w.placedFacts(r)))
		}
	}
	return t
}

// joined makes one table of parts, with the vectors in the order of their first
// rules, whoever came to them first.
func joined(parts []factTable, vectors []ruleFacts) *factTable {
	t, number := &factTable{}, make([]int32, len(vectors))
	for _, p := range parts {
		for i, v := range p.of {
			if number[v] == 0 {
				t.vectors = append(t.vectors, vectors[v])
				number[v] = int32(len(t.vectors))
			}
			t.rules, t.of = append(t.rules, p.rules[i]), append(t.of, number[v]-1)
		}
	}
	return t
}

// seenFacts numbers distinct facts.
type seenFacts struct {
	sync.RWMutex
	number map[ruleFacts]int32
	list   []ruleFacts
}

func (s *seenFacts) index(f ruleFacts) int32 {
	s.RLock()
	i, ok := s.number[f]
	s.RUnlock()
	if ok {
		return i
	}
	s.Lock()
	defer s.Unlock()
	if i, ok = s.number[f]; !ok {
		i = int32(len(s.list))
		s.number[f] = i
		s.list = append(s.list, f)
	}
	return i
}

// placedFacts are all facts of a rule, those from the rules around it among them.
func (w *world) placedFacts(r placedRule) ruleFacts {
	f := w.factsOf(r)
	if c := w.order().catchers[r.Rule]; c != nil {
		f.behind = c.Action.String()
	}
	if l := w.covers()[r.Span()]; l != nil {
		f.cover = l.facts
	}
	return f
}

func (w *world) factsOf(r placedRule) ruleFacts {
	f := ruleFacts{direction: direction(r.Type), action: r.Action.String()}
	if r.Type == config.GroupRule {
		f.action = ""
	}
	on := w.hostInterfaces(r)
	f.onHost, f.interfaces = len(on) > 0, strings.Join(on, ",")
	bound := familiesOf(r.Family)
	from, to := w.cover(&r.Source), w.cover(&r.Dest)
	f.catchAll = w.catchAll(r.Rule)
	f.anySource = bound & from.whole
	f.noPackets = from.empty || to.empty
	f.privateDest = r.Dest.Given() && to.private
	f.ports = w.portTextOf(r.Rule)
	f.sportOnly = given(r.SPort) && !namesPort(r.Rule)
	f.details = w.detailsOf(r)
	return f
}

// catchAll are the families of which a rule matches every packet that comes to it.
func (w *world) catchAll(r *config.Rule) families {
	if r.Type == config.GroupRule || r.Macro != nil || given(r.Proto) {
		return 0
	}
	return familiesOf(r.Family) & w.cover(&r.Source).whole & w.cover(&r.Dest).whole
}

// hostInterfaces lists the interfaces of nodes at which the rule is looked at;
// "" stands for any, and no element for not at all.
func (w *world) hostInterfaces(r placedRule) []string {
	switch {
	case r.guest != nil || r.fw.Name != "":
		return nil
	case r.group != nil:
		return w.calls[r.group]
	case r.node != nil && !hostOn(r.node), r.node == nil && !w.anyHostOn():
		return nil
	}
	return []string{interfaceOf(r.Rule)}
}

// inForce reports whether the generator makes something of the rule: it is live
// and what it names exists.
func inForce(r *config.Rule) bool {
	switch {
	case !r.Live(), r.Type == config.GroupRule && (r.Group == nil || r.Group.Target == nil):
		return false
	}
	return resolved(&r.Source) && resolved(&r.Dest)
}

func resolved(a *config.Addr) bool {
	return (a.Set == nil || a.Set.Target != nil) && (a.Alias == nil || a.Alias.Target != nil)
}

// given reports whether a textual field restricts anything: 0 does not
// (reference/pve-firewall §11 item 1).
func given(text string) bool { return text != "" && text != "0" }

func interfaceOf(r *config.Rule) string {
	if given(r.Iface) {
		return r.Iface
	}
	return ""
}

func familiesOf(f config.Family) families {
	switch f {
	case config.IPv4:
		return onlyV4
	case config.IPv6:
		return onlyV6
	}
	return both
}

var directions = [...]string{config.OtherType: "", config.InRule: "in", config.OutRule: "out",
	config.ForwardRule: "forward", config.GroupRule: "group"}

func direction(t config.RuleType) string { return directions[t] }

// namesPort reports whether the rule or its macro is bound to destination ports.
func namesPort(r *config.Rule) bool {
	if given(r.DPort) {
		return true
	}
	return r.Macro != nil && slices.ContainsFunc(templates(r), func(t template) bool { return given(t.dport) })
}
