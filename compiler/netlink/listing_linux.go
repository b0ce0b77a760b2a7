package netlink

import (
	"encoding/binary"
	"errors"

	"golang.org/x/sys/unix"
)

// Listing is what a kernel told of pvefw's tables besides rules, at one moment. It walks
// past all chains before the next few that it tells, and looks every set up in a list, so
// that those of ten thousand guests take it seconds. The number of the ruleset says whether
// they are still the same: it changes with every transaction of anybody.
type Listing struct {
	namespace  uint64 // of the network; no other has the number until the next boot
	generation uint32
	tables     []*listedTable
}

// listedTable is a table: how many things are in it, and attributes of its chains and sets,
// in the kernel's order.
type listedTable struct {
	name   string
	uses   uint32
	chains []attributes
	sets   []attributes
	held   []listedSet
	fades  bool // a set loses elements of itself, so that none can be remembered
}

// listedSet is the elements of a set that were asked for.
type listedSet struct {
	name     string
	elements []attributes
}

// aboutListed are the attributes of a chain that reading looks at.
var aboutListed = []uint16{unix.NFTA_CHAIN_NAME, unix.NFTA_CHAIN_HOOK, unix.NFTA_CHAIN_POLICY, unix.NFTA_CHAIN_TYPE}

// aboutListedSet are those of a set.
var aboutListedSet = append([]uint16{unix.NFTA_SET_NAME}, aboutSet...)

// Recall gives the connection a listing of before, nil for none. Where what is in force is
// still of the same number, ReadWhere takes chains and sets from there instead of asking
// for them. From then on Listing returns what was listed last.
func (c *Conn) Recall(l *Listing) { c.listings = &listings{before: l} }

// Listing returns chains and sets as they were at the moment that the last reading is of, nil
// where nobody has called Recall or the kernel does not number networks.
func (c *Conn) Listing() *Listing {
	if c.listings == nil {
		return nil
	}
	return c.listings.now
}

// listings are those of a connection.
type listings struct {
	before *Listing // what somebody remembered
	now    *Listing // what the last reading is made of
}

// open begins a listing of the ruleset that is in force.
func (c *Conn) open(generation uint32) *Listing {
	if c.listings == nil {
		return nil
	}
	c.listings.now = nil
	namespace, err := unix.GetsockoptUint64(c.fd, unix.SOL_SOCKET, unix.SO_NETNS_COOKIE)
	if err != nil {
		return nil // the kernel is older than 5.14
	}
	return &Listing{namespace: namespace, generation: generation}
}

// teller is who tells of a table: a listing of before, where that is of the same moment,
// or the kernel, to which somebody listens.
func (l *Listing) teller(from inKernel, uses uint32) teller {
	if l == nil {
		return from
	}
	t := &listedTable{name: from.name, uses: uses}
	l.tables = append(l.tables, t)
	if b := from.listings.before; b != nil && b.namespace == l.namespace && b.generation == l.generation {
		for _, of := range b.tables {
			if of.name == t.name && of.uses == uses {
				*t = *of
				return recalled{from, t, of.elements()}
			}
		}
	}
	return listening{from, t}
}

// elements are those of all sets, by name.
func (t *listedTable) elements() map[string][]attributes {
	by := make(map[string][]attributes, len(t.held))
	for _, s := range t.held {
		by[s.name] = s.elements
	}
	return by
}

// recalled tells what is in a listing.
type recalled struct {
	inKernel
	table *listedTable
	held  map[string][]attributes
}

func (r recalled) things(number uint16, visit func(a attributes)) error {
	list := r.table.chains
	switch {
	case number == unix.NFT_MSG_GETSET:
		list = r.table.sets
	case number != unix.NFT_MSG_GETCHAIN:
		return r.inKernel.things(number, visit)
	}
	for _, a := range list {
		visit(a)
	}
	return nil
}

func (r recalled) elementsOf(set string, visit func(a attributes)) error {
	list, known := r.held[set]
	if !known || r.table.fades {
		return r.inKernel.elementsOf(set, visit)
	}
	for _, a := range list {
		visit(a)
	}
	return nil
}

// listening writes down what is told.
type listening struct {
	inKernel
	table *listedTable
}

func (l listening) things(number uint16, visit func(a attributes)) error {
	return l.inKernel.things(number, func(a attributes) {
		switch number {
		case unix.NFT_MSG_GETCHAIN:
			l.table.chains = append(l.table.chains, a.pick(aboutListed))
		case unix.NFT_MSG_GETSET:
			l.table.sets = append(l.table.sets, a.pick(aboutListedSet))
			l.table.fades = l.table.fades || fades(a)
		}
		visit(a)
	})
}

// fades reports whether time takes elements out of a set. Those of dynamic sets, which
// packets put in, are never asked for.
func fades(set attributes) bool {
	flags := number32(set.get(unix.NFTA_SET_FLAGS))
	return flags&unix.NFT_SET_TIMEOUT != 0 && flags&unix.NFT_SET_EVAL == 0
}

func (l listening) elementsOf(set string, visit func(a attributes)) error {
	held := listedSet{name: set}
	err := l.inKernel.elementsOf(set, func(a attributes) {
		held.elements = append(held.elements, a.pick(aboutElement))
		visit(a)
	})
	l.table.held = append(l.table.held, held)
	return err
}

// Chains is how many there are.
func (l *Listing) Chains() (n int) {
	for _, t := range l.tables {
		n += len(t.chains)
	}
	return n
}

// Equal reports whether two listings are of the same moment.
func (l *Listing) Equal(of *Listing) bool {
	return of != nil && l.namespace == of.namespace && l.generation == of.generation
}

// listingHead opens the bytes of every listing; the number is that of the form.
const listingHead = "pvefw listing 1\n"

// Bytes are the listing for a file of this machine.
func (l *Listing) Bytes() []byte {
	w := parts{b: binary.NativeEndian.AppendUint16([]byte(listingHead), 1)}
	w.b = binary.NativeEndian.AppendUint64(w.b, l.namespace)
	w.b = binary.NativeEndian.AppendUint32(w.b, l.generation)
	w.count(len(l.tables))
	for _, t := range l.tables {
		w.part([]byte(t.name))
		w.b = binary.NativeEndian.AppendUint32(w.b, t.uses)
		w.count(map[bool]int{true: 1}[t.fades])
		w.list(t.chains)
		w.list(t.sets)
		w.count(len(t.held))
		for _, s := range t.held {
			w.part([]byte(s.name))
			w.list(s.elements)
		}
	}
	return w.b
}

// ReadListing reads what Bytes wrote.
func ReadListing(b []byte) (*Listing, error) {
	head := binary.NativeEndian.AppendUint16([]byte(listingHead), 1)
	if len(b) < len(head)+12 || string(b[:len(head)]) != string(head) {
		return nil, errors.New("this is no listing, or one of another version of pvefw")
	}
	b = b[len(head):]
	l := &Listing{namespace: binary.NativeEndian.Uint64(b), generation: binary.NativeEndian.Uint32(b[8:])}
	r := taker{b: b[12:]}
	for range r.count() {
		t := &listedTable{name: r.name(), uses: r.number32(), fades: r.small() != 0, chains: r.list(aboutListed), sets: r.list(aboutListedSet)}
		for range r.count() {
			t.held = append(t.held, listedSet{r.name(), r.list(aboutElement)})
		}
		l.tables = append(l.tables, t)
	}
	if r.failed || len(r.b) > 0 {
		return nil, errors.New("the listing is damaged: its parts do not fit together")
	}
	return l, nil
}

// number32 is a number in the order of the machine.
func (r *taker) number32() uint32 {
	if len(r.b) < 4 {
		r.b, r.failed = nil, true
		return 0
	}
	n := binary.NativeEndian.Uint32(r.b)
	r.b = r.b[4:]
	return n
}
