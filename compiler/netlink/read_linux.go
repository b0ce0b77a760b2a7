package netlink

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

// attempts is how often something is read that others keep changing.
const attempts = 5

// Read reads what is in force of pvefw's tables, as it was at one moment. Rules are
// asked for chain by chain: of a dump of everything the kernel skips, for each part,
// all that it told before.
func (c *Conn) Read() (*Image, error) {
	for range attempts {
		before, err := c.generation()
		if err != nil {
			return nil, err
		}
		image, err := c.readOnce()
		if errors.Is(err, errMoved) || errors.Is(err, unix.ENOENT) || errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return nil, err
		}
		after, err := c.generation()
		if err != nil {
			return nil, err
		}
		if image.Generation = after; after == before {
			return image, nil
		}
	}
	return nil, ErrBusy
}

func (c *Conn) readOnce() (*Image, error) {
	image := &Image{Program: &nft.Program{}}
	for _, t := range c.tables() {
		r := reader{Conn: c, image: image, table: t, family: familyNumber(t.Family)}
		if there, err := r.exists(); err != nil {
			return nil, err
		} else if !there {
			continue
		}
		if err := r.read(); err != nil {
			return nil, fmt.Errorf("table %s: %w", t.Name, err)
		}
		image.Program.Tables = append(image.Program.Tables, t)
	}
	return image, nil
}

// Hashes reads the comments of pvefw's chains and nothing else.
func (c *Conn) Hashes() (Hashes, error) {
	h := Hashes{}
	for range attempts {
		clear(h)
		var err error
		for _, t := range c.tables() {
			r := reader{Conn: c, image: &Image{}, table: t, family: familyNumber(t.Family)}
			if err = r.chains(); err != nil {
				break
			}
			for _, chain := range t.Chains {
				h[ChainID{t.Name, chain.Name}] = chain.Hash
			}
		}
		if !errors.Is(err, errMoved) {
			return h, err
		}
	}
	return nil, ErrBusy
}

// reader is a table being read.
type reader struct {
	*Conn
	image   *Image
	table   *nft.Table
	family  byte
	sets    map[string]*nft.Set // by the kernel's names, which anonymous ones have too
	helpers map[string]*nft.Helper
	stock   stock
}

func (r *reader) read() error {
	r.sets, r.helpers = map[string]*nft.Set{}, map[string]*nft.Helper{}
	for _, part := range []func() error{r.chains, r.objects, r.allSets} {
		if err := part(); err != nil {
			return err
		}
	}
	for _, c := range r.table.Chains {
		if err := r.rules(c); err != nil {
			return fmt.Errorf("chain %s: %w", c.Name, err)
		}
		if c.Restate() != c.Hash {
			r.image.Changed = append(r.image.Changed, ChainID{r.table.Name, c.Name})
		}
	}
	return nil
}

func (r *reader) exists() (bool, error) {
	there := false
	err := r.ask(unix.NFT_MSG_GETTABLE, 0, r.family, func(w *wire) { w.text(unix.NFTA_TABLE_NAME, r.table.Name) }, func([]byte) error {
		there = true
		return nil
	})
	if errors.Is(err, unix.ENOENT) {
		return false, nil
	}
	return there, err
}

// dump asks for everything of a kind; of other tables, which some kernels tell of too,
// nothing is looked at.
func (r *reader) dump(number uint16, fill func(w *wire), visit func(a attributes)) error {
	return r.ask(number, unix.NLM_F_DUMP, r.family, fill, func(b []byte) error {
		if a := attributes(b); string(letters(a.get(unix.NFTA_CHAIN_TABLE))) == r.table.Name { // the same number everywhere
			visit(a)
		}
		return nil
	})
}

func (r *reader) ofTable(w *wire) { w.text(unix.NFTA_CHAIN_TABLE, r.table.Name) }

func (r *reader) chains() error {
	return r.dump(unix.NFT_MSG_GETCHAIN, r.ofTable, func(a attributes) {
		c := &nft.Chain{Name: text(a.get(unix.NFTA_CHAIN_NAME))}
		c.Hash, _ = strings.CutPrefix(commentIn(a.get(chainUserData)), "pvefw:")
		if a.get(unix.NFTA_CHAIN_HOOK) != nil {
			hook := a.get(unix.NFTA_CHAIN_HOOK)
			c.Hook = &nft.Hook{Point: nft.HookPoint(number32(hook.get(unix.NFTA_HOOK_HOOKNUM))), Priority: int32(number32(hook.get(unix.NFTA_HOOK_PRIORITY)))}
			if text(a.get(unix.NFTA_CHAIN_TYPE)) != "filter" || number32(a.get(unix.NFTA_CHAIN_POLICY)) != policyAccept || number32(hook.get(unix.NFTA_HOOK_HOOKNUM)) > uint32(nft.Postrouting) {
				r.strange(c.Name, 0, "a base chain of another kind")
				return
			}
		}
		r.table.Chains = append(r.table.Chains, c)
	})
}

func (r *reader) strange(chain string, handle uint64, reason string) {
	r.image.Strange = append(r.image.Strange, Strange{ChainID{r.table.Name, chain}, handle, reason})
}

func (r *reader) objects() error {
	return r.dump(unix.NFT_MSG_GETOBJ, r.ofTable, func(a attributes) {
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

// rules reads a chain. What cannot be said in statements is strange, and the rest is
// read all the same.
func (r *reader) rules(c *nft.Chain) error {
	fill := func(w *wire) {
		w.text(unix.NFTA_RULE_TABLE, r.table.Name)
		w.text(unix.NFTA_RULE_CHAIN, c.Name)
	}
	d := decoder{reader: r}
	return r.dump(unix.NFT_MSG_GETRULE, fill, func(a attributes) {
		if string(letters(a.get(unix.NFTA_RULE_CHAIN))) != c.Name {
			return
		}
		d.begin()
		if err := d.statements(a.get(unix.NFTA_RULE_EXPRESSIONS)); err != nil {
			r.strange(c.Name, number64(a.get(unix.NFTA_RULE_HANDLE)), err.Error())
			return
		}
		rule := r.stock.rules.put(nft.Rule{Stmts: r.stock.stmts.keep(d.out), Comment: commentIn(a.get(unix.NFTA_RULE_USERDATA))})
		rule.ID, _, _ = strings.Cut(rule.Comment, " ")
		c.Rules = append(c.Rules, rule)
	})
}
