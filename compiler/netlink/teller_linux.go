package netlink

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pvefw/pvefw/compiler/nft"
	"golang.org/x/sys/unix"
)

// inKernel is a table of a kernel that is asked.
type inKernel struct {
	*Conn
	name   string
	family byte
}

// exists reports whether the table is there, and how many chains, sets and objects it has.
func (k inKernel) exists() (there bool, uses uint32, err error) {
	err = k.ask(unix.NFT_MSG_GETTABLE, 0, k.family, func(w *wire) { w.text(unix.NFTA_TABLE_NAME, k.name) }, func(b []byte) error {
		there, uses = true, number32(attributes(b).get(unix.NFTA_TABLE_USE))
		return nil
	})
	if errors.Is(err, unix.ENOENT) {
		return false, 0, nil
	}
	return there, uses, err
}

// dump asks for everything of a kind; of other tables, which some kernels tell of too,
// nothing is looked at.
func (k inKernel) dump(number uint16, fill func(w *wire), visit func(a attributes)) error {
	return k.ask(number, unix.NLM_F_DUMP, k.family, fill, func(b []byte) error {
		if a := attributes(b); string(letters(a.get(unix.NFTA_CHAIN_TABLE))) == k.name { // the same number everywhere
			visit(a)
		}
		return nil
	})
}

func (k inKernel) things(number uint16, visit func(a attributes)) error {
	return k.dump(number, func(w *wire) { w.text(unix.NFTA_CHAIN_TABLE, k.name) }, visit)
}

func (k inKernel) rulesOf(chain string, visit func(a attributes)) error {
	fill := func(w *wire) {
		w.text(unix.NFTA_RULE_TABLE, k.name)
		w.text(unix.NFTA_RULE_CHAIN, chain)
	}
	return k.dump(unix.NFT_MSG_GETRULE, fill, func(a attributes) {
		if string(letters(a.get(unix.NFTA_RULE_CHAIN))) == chain {
			visit(a)
		}
	})
}

func (k inKernel) elementsOf(name string, visit func(a attributes)) error {
	fill := func(w *wire) {
		w.text(unix.NFTA_SET_ELEM_LIST_TABLE, k.name)
		w.text(unix.NFTA_SET_ELEM_LIST_SET, name)
	}
	return k.dump(unix.NFT_MSG_GETSETELEM, fill, func(a attributes) {
		if string(letters(a.get(unix.NFTA_SET_ELEM_LIST_SET))) == name {
			eachAttribute(a.get(unix.NFTA_SET_ELEM_LIST_ELEMENTS), func(_ uint16, v []byte) { visit(v) })
		}
	})
}

// kept is a saved table that is read as a kernel's would be.
type kept struct {
	*savedTable
	rules, elements map[string][]attributes
}

func (t *savedTable) kept() *kept {
	k := &kept{t, make(map[string][]attributes, len(t.chains)), make(map[string][]attributes, len(t.sets))}
	for _, c := range t.chains {
		k.rules[c.name] = c.rules
	}
	for _, s := range t.sets {
		k.elements[s.name] = s.elements
	}
	return k
}

// things are told by the attributes that were kept, and the name that stands beside them.
func (k *kept) things(number uint16, visit func(a attributes)) error {
	tell := func(number uint16, name string, about attributes) {
		w := wire{}
		w.text(number, name)
		visit(append(w.b, about...))
	}
	switch number {
	case unix.NFT_MSG_GETCHAIN:
		for _, c := range k.chains {
			tell(unix.NFTA_CHAIN_NAME, c.name, c.about)
		}
	case unix.NFT_MSG_GETSET:
		for _, s := range k.sets {
			tell(unix.NFTA_SET_NAME, s.name, s.about)
		}
	case unix.NFT_MSG_GETOBJ:
		for _, o := range k.objects {
			w := wire{}
			w.number(unix.NFTA_OBJ_TYPE, o.kind)
			tell(unix.NFTA_OBJ_NAME, o.name, append(w.b, o.about...))
		}
	}
	return nil
}

func (k *kept) rulesOf(chain string, visit func(a attributes)) error {
	for _, rule := range k.rules[chain] {
		visit(rule)
	}
	return nil
}

func (k *kept) elementsOf(set string, visit func(a attributes)) error {
	for _, e := range k.elements[set] {
		visit(e)
	}
	return nil
}

// Image is the saved ruleset as it would be read from a kernel that holds it: only tables
// of these names, or all if none is named.
func (s *Saved) Image(tables ...string) (*Image, error) {
	image := &Image{Program: &nft.Program{}}
	for i := range s.tables {
		from := &s.tables[i]
		if len(tables) > 0 && !slices.Contains(tables, from.name) {
			continue
		}
		t := &nft.Table{Family: from.family, Name: from.name}
		r := reader{teller: from.kept(), image: image, table: t}
		if err := r.read(); err != nil {
			return nil, fmt.Errorf("table %s: %w", t.Name, err)
		}
		image.Program.Tables = append(image.Program.Tables, t)
	}
	return image, nil
}
