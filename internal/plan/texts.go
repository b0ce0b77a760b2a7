package plan

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/compiler/iptables/chain"
	"github.com/pvefw/pvefw/ir"
)

// Tool is one of the four programs whose texts the iptables backend makes.
type Tool string

// The tools, in the order in which their texts are loaded.
const (
	IPSet     Tool = "ipset"
	IPTables  Tool = "iptables"
	IP6Tables Tool = "ip6tables"
	EBTables  Tool = "ebtables"
)

// Tools lists them all.
var Tools = []Tool{IPSet, IPTables, IP6Tables, EBTables}

// Texts are what the tools are fed, or what they save. What is not there is not
// compared.
type Texts map[Tool]string

// Origins say of each line of a text where it comes from, as far as they go.
type Origins map[Tool][]ir.Origin

// MakeTexts plans the way from the texts that a node's tools save to those that the
// backend makes, of which origins may be known. Of the live ones, only what belongs to
// the daemon is looked at: its chains, the ways into them, and its sets. The policy is
// what the wanted texts are made of; those that the kernel would refuse block.
func MakeTexts(r Request, name string, live, wanted Texts, from Origins, p *ir.Policy) *Plan {
	out := r.begin("iptables")
	for _, refused := range p.Refusals {
		out.Blocking = append(out.Blocking, Finding{"iptables-cannot-compile", placeOf(refused.Origin), strings.TrimSuffix(refused.Reason, ".")})
	}
	b := &textBuilder{builder{out, &Live{}, r.Whole, allLines}, newDigest(), from}
	next := newDigest()
	for _, tool := range Tools {
		next.words(string(tool), wanted[tool])
		if text, there := live[tool]; there {
			b.tool(tool, text, wanted[tool])
		}
	}
	out.Live, out.Wanted = Source{name, b.now.String()}, next.String()
	slices.Sort(out.Untouched)
	out.Untouched = slices.Compact(out.Untouched)
	out.Mark = out.Fingerprint()
	return out
}

// textBuilder is a builder for texts. It makes the digest of what is in force on its way.
type textBuilder struct {
	builder
	now  digest
	from Origins
}

func (b *textBuilder) tool(tool Tool, live, wanted string) {
	switch tool {
	case IPSet:
		b.sets(live, wanted)
	case EBTables:
		b.tables("bridge ", frameTables(live, nil), frameTables(wanted, b.from[tool]))
	case IPTables:
		b.tables("ip ", b.packetTables(ir.V4, live, nil), b.packetTables(ir.V4, wanted, b.from[tool]))
	case IP6Tables:
		b.tables("ip6 ", b.packetTables(ir.V6, live, nil), b.packetTables(ir.V6, wanted, b.from[tool]))
	}
}

// owned are the names of chains that pve-firewall makes and removes (reference/pve-firewall
// §6.1): its frame, groups, and the chains of guests' cards.
var owned = regexp.MustCompile(`^(PVEFW-|GROUP-|(tap|veth)[0-9]+i[0-9]+-)`)

// Owned reports whether a chain or set belongs to the daemon by its name.
func Owned(name string) bool { return owned.MatchString(name) }

// tables compares the tables of one tool. Those that a text does not mention are empty.
func (b *textBuilder) tables(family string, live, wanted map[string]textTable) {
	for _, name := range namesOf(live, wanted) {
		was, is := live[name], wanted[name]
		for _, chain := range namesOf(was, is) {
			before, after := was[chain], is[chain]
			switch {
			case before != nil && before.foreign:
				b.plan.Untouched = append(b.plan.Untouched, family+name+" "+chain)
				continue
			case before != nil:
				b.now.words(family+name, chain, before.content())
			}
			b.text(family+name, before, after)
		}
	}
}

func namesOf[T any](live, wanted map[string]T) []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(live)), maps.Keys(wanted))
	slices.Sort(names)
	return slices.Compact(names)
}

// text adds what happens to a chain of a text.
func (b *textBuilder) text(table string, before, after *textChain) {
	c := Change{Action: actionOf(before != nil, after != nil), Object: ChainObject, Table: table}
	w := lines{limit: b.limit()}
	was, is := before.orEmpty(), after.orEmpty()
	if before != nil && after != nil && was.content() == is.content() {
		return
	}
	c.Name = cmp.Or(was.name, is.name)
	switch {
	case was.hooks || is.hooks:
		c.Action, c.Note = Modify, "a chain of the kernel, of which only the way into pve-firewall's chains counts"
	case was.unreadable != "":
		c.Note = was.unreadable
	case before != nil && after != nil && was.signature != "" && was.signature == is.signature:
		c.Note = "pve-firewall does not see this: the chain bears the signature of what it should hold"
	}
	w.betweenForms(was.rules, is.rules)
	b.finish(c, &w)
}

// sets compares the sets of pve-firewall.
func (b *textBuilder) sets(live, wanted string) {
	was, faults := chain.ReadSets(live)
	is, _ := chain.ReadSets(wanted)
	b.faults("ipset", faults)
	places := entryPlaces(wanted, b.from[IPSet])
	names := slices.Concat(was.Names(), is.Names())
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if !Owned(name) {
			b.plan.Untouched = append(b.plan.Untouched, "ipset "+name)
			continue
		}
		before, after := was.Set(name), is.Set(name)
		if before != nil {
			b.now.words("ipset", name, before.Kind, before.Family.String(), before.Unreadable, strings.Join(before.Entries(), "\n"))
		}
		if before != nil && after != nil && before.Equal(after) {
			continue
		}
		b.entries(name, before, after, places[name])
	}
}

func (b *textBuilder) entries(name string, before, after *chain.Set, places map[string]string) {
	c := Change{Action: actionOf(before != nil, after != nil), Object: SetObject, Table: "ipset", Name: name, Place: places[""]}
	var old, new []string
	if before != nil {
		old, c.Note = before.Entries(), before.Unreadable
	}
	if after != nil {
		new = after.Entries()
	}
	w := lines{limit: b.limit()}
	for _, e := range without(old, new) {
		w.add(Line{Op: Removed, Text: e})
	}
	for _, e := range without(new, old) {
		w.add(Line{Op: Added, Text: e, Place: places[e]})
	}
	b.finish(c, &w)
}

// without is what is in one list and not in another.
func without(list, other []string) []string {
	in := make(map[string]bool, len(other))
	for _, e := range other {
		in[e] = true
	}
	return slices.DeleteFunc(slices.Clone(list), func(e string) bool { return in[e] })
}

func (b *textBuilder) faults(tool string, faults []chain.Fault) {
	for _, f := range faults {
		b.plan.Foreign = append(b.plan.Foreign, Foreign{Table: tool, What: "a line that is not understood: " + f.Reason})
	}
}
