package netlink

import (
	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

func (e *encoder) create(t *nft.Table) {
	at := e.message(unix.NFT_MSG_NEWTABLE, 0)
	e.text(unix.NFTA_TABLE_NAME, t.Name)
	e.number(unix.NFTA_TABLE_FLAGS, 0)
	e.end(at)
}

func (e *encoder) deleteTable() {
	at := e.message(unix.NFT_MSG_DELTABLE, 0)
	e.text(unix.NFTA_TABLE_NAME, e.table.Name)
	e.end(at)
}

// flush removes the rules of a chain or, without a name, of all chains of the table.
func (e *encoder) flush(chain string) {
	at := e.message(unix.NFT_MSG_DELRULE, 0)
	e.text(unix.NFTA_RULE_TABLE, e.table.Name)
	if chain != "" {
		e.text(unix.NFTA_RULE_CHAIN, chain)
	}
	e.end(at)
}

// flushSet removes all elements of a set.
func (e *encoder) flushSet(name string) {
	at := e.message(unix.NFT_MSG_DELSETELEM, 0)
	e.text(unix.NFTA_SET_ELEM_LIST_TABLE, e.table.Name)
	e.text(unix.NFTA_SET_ELEM_LIST_SET, name)
	e.end(at)
}

func (e *encoder) deleteChain(name string) {
	at := e.message(unix.NFT_MSG_DELCHAIN, 0)
	e.text(unix.NFTA_CHAIN_TABLE, e.table.Name)
	e.text(unix.NFTA_CHAIN_NAME, name)
	e.end(at)
}

func (e *encoder) deleteSet(name string) {
	at := e.message(unix.NFT_MSG_DELSET, 0)
	e.text(unix.NFTA_SET_TABLE, e.table.Name)
	e.text(unix.NFTA_SET_NAME, name)
	e.end(at)
}

func (e *encoder) deleteObject(o object) {
	at := e.message(unix.NFT_MSG_DELOBJ, 0)
	e.text(unix.NFTA_OBJ_TABLE, e.table.Name)
	e.text(unix.NFTA_OBJ_NAME, o.name)
	e.number(unix.NFTA_OBJ_TYPE, o.kind)
	e.end(at)
}

// object names an object; two of different kinds may have one name.
type object struct {
	name string
	kind uint32
}

func helper(h *nft.Helper) object { return object{h.InKernel(), unix.NFT_OBJECT_CT_HELPER} }

// waste is what is removed of a table.
type waste struct {
	chains, sets []string
	objects      []object
}

// remove removes rules first, because they name sets, objects and chains, then sets,
// because their elements name the others.
func (e *encoder) remove(w waste) {
	for _, name := range w.chains {
		e.own(owner{table: e.table, chain: &nft.Chain{Name: name}})
		e.flush(name)
	}
	for _, name := range w.sets {
		e.own(owner{table: e.table, set: &nft.Set{Name: name}})
		e.deleteSet(name)
	}
	for _, name := range w.chains {
		e.own(owner{table: e.table, chain: &nft.Chain{Name: name}})
		e.deleteChain(name)
	}
	e.own(owner{table: e.table})
	for _, o := range w.objects {
		e.deleteObject(o)
	}
}
