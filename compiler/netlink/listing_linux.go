package netlink

import (
	"encoding/binary"
	"errors"

	"golang.org/x/sys/unix"
)

// Listing is what a kernel told of pvefw's chains besides their rules, at one moment. It
// walks past all chains before the next few that it tells, so that those of ten thousand
// guests take it seconds. The number of the ruleset says whether they are still the same:
// it changes with every transaction of anybody.
type Listing struct {
	namespace  uint64 // of the network; no other has the number until the next boot
	generation uint32
	tables     []*listedTable
}

// listedTable is a table: how many things are in it, and attributes of its chains, in the
// kernel's order.
type listedTable struct {
	name   string
	uses   uint32
	chains []attributes
}

// aboutListed are the attributes of a chain that reading looks at.
var aboutListed = []uint16{unix.NFTA_CHAIN_NAME, unix.NFTA_CHAIN_HOOK, unix.NFTA_CHAIN_POLICY, unix.NFTA_CHAIN_TYPE}

// Recall gives the connection a listing of before, nil for none. Where what is in force is
// still of the same number, ReadWhere takes its chains instead of asking for them. From
// then on Listing returns what was listed last.
func (c *Conn) Recall(l *Listing) { c.listings = &listings{before: l} }

// Listing returns the chains as they were at the moment that the last reading is of, nil
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
				t.chains = of.chains
				return recalled{from, t}
			}
		}
	}
	return listening{from, t}
}

// recalled tells the chains of a listing.
type recalled struct {
	inKernel
	table *listedTable
}

func (r recalled) things(number uint16, visit func(a attributes)) error {
	if number != unix.NFT_MSG_GETCHAIN {
		return r.inKernel.things(number, visit)
	}
	for _, a := range r.table.chains {
		visit(a)
	}
	return nil
}

// listening writes chains down while they are told.
type listening struct {
	inKernel
	table *listedTable
}

func (l listening) things(number uint16, visit func(a attributes)) error {
	return l.inKernel.things(number, func(a attributes) {
		if number == unix.NFT_MSG_GETCHAIN {
			l.table.chains = append(l.table.chains, a.pick(aboutListed))
		}
		visit(a)
	})
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
const listingHead = "pvefw chains 1\n"

// Bytes are the listing for a file of this machine.
func (l *Listing) Bytes() []byte {
	w := parts{b: binary.NativeEndian.AppendUint16([]byte(listingHead), 1)}
	w.b = binary.NativeEndian.AppendUint64(w.b, l.namespace)
	w.b = binary.NativeEndian.AppendUint32(w.b, l.generation)
	w.count(len(l.tables))
	for _, t := range l.tables {
		w.part([]byte(t.name))
		w.b = binary.NativeEndian.AppendUint32(w.b, t.uses)
		w.list(t.chains)
	}
	return w.b
}

// ReadListing reads what Bytes wrote.
func ReadListing(b []byte) (*Listing, error) {
	head := binary.NativeEndian.AppendUint16([]byte(listingHead), 1)
	if len(b) < len(head)+12 || string(b[:len(head)]) != string(head) {
		return nil, errors.New("this is no listing of chains, or one of another version of pvefw")
	}
	b = b[len(head):]
	l := &Listing{namespace: binary.NativeEndian.Uint64(b), generation: binary.NativeEndian.Uint32(b[8:])}
	r := taker{b: b[12:]}
	for range r.count() {
		l.tables = append(l.tables, &listedTable{name: r.name(), uses: r.number32(), chains: r.list(aboutListed)})
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
