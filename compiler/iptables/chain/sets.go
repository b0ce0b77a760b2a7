package chain

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/ir"
)

// Sets is what a text of ipset says, of both families. It is never changed after
// ReadSets.
type Sets struct{ byName map[string]*Set }

// Set is one set of the kernel.
type Set struct {
	Name   string
	Kind   string // hash:net, hash:ip, ...
	Family ir.Family

	// Unreadable says why the members are not known; empty where they are.
	Unreadable string

	members map[netip.Prefix]bool // false for an exception (nomatch)
	ir      *ir.Set               // the same for the algebra, in order of reading
}

// Names returns the names of all sets in byte order.
func (s *Sets) Names() []string {
	if s == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(s.byName))
}

// Set returns a set by name; nil where the text does not create it.
func (s *Sets) Set(name string) *Set {
	if s == nil {
		return nil
	}
	return s.byName[name]
}

// Equal reports whether two sets are of one kind and family and have the same
// entries. Sets of unknown members equal none.
func (s *Set) Equal(o *Set) bool {
	return s.Kind == o.Kind && s.Family == o.Family && s.Unreadable == "" && o.Unreadable == "" && maps.Equal(s.members, o.members)
}

// Len is the number of entries, exceptions included.
func (s *Set) Len() int { return len(s.members) }

// ReadSets reads what ipset restore is fed and ipset save prints.
func ReadSets(text string) (*Sets, []Fault) {
	r := &setReading{sets: &Sets{byName: map[string]*Set{}}}
	for line := range strings.SplitSeq(text, "\n") {
		r.line++
		words, ok := split(line)
		switch {
		case !ok:
			r.fault("a quote is not closed")
		case len(words) > 0 && !strings.HasPrefix(words[0], "#"):
			r.command(words)
		}
	}
	return r.sets, r.faults
}

type setReading struct {
	sets   *Sets
	line   int
	faults []Fault
}

func (r *setReading) fault(reason string) {
	if len(r.faults) < mostFaults {
		r.faults = append(r.faults, Fault{r.line, reason})
	}
}

func (r *setReading) command(words []string) {
	switch {
	case len(words) > 2 && (words[0] == "create" || words[0] == "-N"):
		r.create(words)
	case len(words) > 2 && (words[0] == "add" || words[0] == "-A"):
		r.add(words)
	case words[0] == "COMMIT":
	default:
		r.fault("the command " + words[0] + " is not followed")
		for _, name := range words[1:] {
			if s := r.sets.byName[name]; s != nil {
				s.Unreadable = "it is changed by the command " + words[0]
			}
		}
	}
}

// kinds are the types whose entries are addresses and networks of the one end that
// a rule asks about.
var kinds = []string{"hash:net", "hash:ip"}

// create knows the options that do not change what is in a set.
func (r *setReading) create(words []string) {
	s := &Set{Name: words[1], Kind: words[2], members: map[netip.Prefix]bool{}, ir: &ir.Set{Name: words[1]}}
	r.sets.byName[s.Name] = s
	if !slices.Contains(kinds, s.Kind) {
		s.Unreadable = "its type " + s.Kind + " is not known here"
	}
	for i := 3; i < len(words); i++ {
		switch words[i] {
		case "family":
			i++
			if i < len(words) && words[i] == "inet6" {
				s.Family = ir.V6
			}
		case "hashsize", "maxelem", "bucketsize", "initval":
			i++
		case "counters", "comment", "skbinfo":
		default:
			s.Unreadable = "its option " + words[i] + " is not known here"
		}
	}
}

func (r *setReading) add(words []string) {
	s := r.sets.byName[words[1]]
	if s == nil {
		r.fault("the set " + words[1] + " is not created before")
		return
	}
	network, ok := readNetwork(words[2], s.Family)
	if !ok {
		s.Unreadable = "its entry " + words[2] + " cannot be read"
		return
	}
	member := true
	for i := 3; i < len(words); i++ {
		switch words[i] {
		case "nomatch":
			member = false
		case "packets", "bytes", "comment", "skbmark", "skbprio", "skbqueue":
			i++
		default:
			s.Unreadable = "an entry's option " + words[i] + " is not known here"
		}
	}
	s.members[network] = member
	s.ir.Entries = append(s.ir.Entries, ir.SetEntry{Text: words[2], Prefix: network, NoMatch: !member})
}
