package netlink

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

// attempts is how often something is read that others keep changing.
const attempts = 5

// Read reads what is in force of pvefw's tables, as it was at one moment. Rules are
// asked for chain by chain: of a dump of everything the kernel skips, for each part,
// all that it told before.
func (c *Conn) Read() (*Image, error) { return c.ReadWhere(nil) }

// ReadWhere is Read for whom hashes are enough where want says so: the rules of a chain
// are read only if want returns true, given the chain and its hash, or if the chain has
// none. All sets are read. Without want everything is.
func (c *Conn) ReadWhere(want func(id ChainID, hash string) bool) (*Image, error) {
	var image *Image
	var listing *Listing
	generation, err := c.steady(func(generation uint32) (err error) {
		listing = c.open(generation)
		image, err = c.readOnce(want, listing)
		return err
	})
	if err != nil {
		return nil, err
	}
	image.Generation = generation
	if listing != nil {
		c.listings.now = listing
	}
	return image, nil
}

// steady repeats a reading until nobody changed anything meanwhile, and returns the
// generation of what was read.
func (c *Conn) steady(read func(generation uint32) error) (uint32, error) {
	for range attempts {
		before, err := c.Generation()
		if err != nil {
			return 0, err
		}
		err = read(before)
		if errors.Is(err, errMoved) || errors.Is(err, unix.ENOENT) || errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return 0, err
		}
		if after, err := c.Generation(); err != nil || after == before {
			return after, err
		}
	}
	return 0, ErrBusy
}

func (c *Conn) readOnce(want func(ChainID, string) bool, listing *Listing) (*Image, error) {
	image := &Image{Program: &nft.Program{}, Unread: map[ChainID]bool{}}
	for _, t := range c.tables() {
		from := inKernel{c, t.Name, familyNumber(t.Family)}
		there, uses, err := from.exists()
		if err != nil {
			return nil, err
		} else if !there {
			continue
		}
		r := reader{teller: listing.teller(from, uses), image: image, table: t, want: want}
		if err := r.read(); err != nil {
			return nil, fmt.Errorf("table %s: %w", t.Name, err)
		}
		image.Program.Tables = append(image.Program.Tables, t)
	}
	return image, nil
}

// Hashes reads the names of pvefw's chains and nothing else. A chain has none that has
// no body, or several because somebody was stopped in the middle of a change.
func (c *Conn) Hashes() (Hashes, error) {
	h := Hashes{}
	_, err := c.steady(func(uint32) error {
		clear(h)
		for _, t := range c.tables() {
			r := reader{teller: inKernel{c, t.Name, familyNumber(t.Family)}, image: &Image{}, table: t}
			if err := r.chains(); err != nil {
				return err
			}
			for _, entry := range r.entries {
				h[ChainID{t.Name, entry.Name}] = entry.Hash
			}
		}
		return nil
	})
	return h, err
}

// teller tells what is in a table, in the kernel's words.
type teller interface {
	things(number uint16, visit func(a attributes)) error // chains, objects or sets
	rulesOf(chain string, visit func(a attributes)) error // in their order
	elementsOf(set string, visit func(a attributes)) error
}

// reader is a table being read.
type reader struct {
	teller
	image   *Image
	table   *nft.Table
	sets    map[string]*nft.Set // by the kernel's names, which anonymous ones have too
	helpers map[string]*nft.Helper
	want    func(ChainID, string) bool
	entries []*nft.Chain        // all chains, but for bodies that are the only ones
	bodies  map[string][]string // hashes, by entry
	led     map[string]bool     // bodies that an entry was found to lead to
	stock   stock
}

func (r *reader) read() error {
	r.sets, r.helpers = map[string]*nft.Set{}, map[string]*nft.Helper{}
	for _, part := range []func() error{r.chains, r.objects, r.allSets} {
		if err := part(); err != nil {
			return err
		}
	}
	if r.table.Ambiguous() {
		r.want = nil // rules tell which is in force
	}
	for i := 0; i < len(r.entries); i++ { // a body without a way to it is found on the way
		if err := r.chain(r.entries[i]); err != nil {
			return fmt.Errorf("chain %s: %w", r.entries[i].Name, err)
		}
	}
	r.table.Adopt()
	r.judge()
	return nil
}

func (r *reader) strange(chain string, handle uint64, reason string) {
	r.image.Strange = append(r.image.Strange, Strange{ChainID{r.table.Name, chain}, handle, reason})
}

func (r *reader) objects() error {
	return r.things(unix.NFT_MSG_GETOBJ, func(a attributes) {
		name, data := text(a.get(unix.NFTA_OBJ_NAME)), a.get(unix.NFTA_OBJ_DATA)
		l3, known := map[uint16]nft.HelperL3{unix.NFPROTO_INET: nft.AnyL3, unix.NFPROTO_IPV4: nft.OnlyIP, unix.NFPROTO_IPV6: nft.OnlyIP6}[number16(data.get(unix.NFTA_CT_HELPER_L3PROTO))]
		if number32(a.get(unix.NFTA_OBJ_TYPE)) != unix.NFT_OBJECT_CT_HELPER || len(data.get(unix.NFTA_CT_HELPER_L4PROTO)) != 1 || !known {
			r.strange("", 0, "the object "+name)
			return
		}
		h := &nft.Helper{Name: name, Type: text(data.get(unix.NFTA_CT_HELPER_NAME)), Proto: data.get(unix.NFTA_CT_HELPER_L4PROTO)[0], L3: l3}
		r.helpers[name] = h
		r.table.Helpers = append(r.table.Helpers, h)
	})
}
