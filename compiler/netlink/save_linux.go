package netlink

import (
	"encoding/binary"
	"fmt"

	"github.com/pvefw/pvefw/compiler/nft"
	"golang.org/x/sys/unix"
)

// Attributes that are kept: everything that a message making the thing takes. Handles,
// positions, uses and what belongs to one transaction only are not.
var (
	aboutTable   = []uint16{unix.NFTA_TABLE_FLAGS, tableUserData}
	aboutChain   = []uint16{unix.NFTA_CHAIN_HOOK, unix.NFTA_CHAIN_POLICY, unix.NFTA_CHAIN_TYPE, unix.NFTA_CHAIN_COUNTERS, chainFlags, chainUserData}
	aboutRule    = []uint16{unix.NFTA_RULE_EXPRESSIONS, unix.NFTA_RULE_USERDATA}
	aboutObject  = []uint16{unix.NFTA_OBJ_DATA, objectUserData}
	aboutSet     = []uint16{unix.NFTA_SET_FLAGS, unix.NFTA_SET_KEY_TYPE, unix.NFTA_SET_KEY_LEN, unix.NFTA_SET_DATA_TYPE, unix.NFTA_SET_DATA_LEN, unix.NFTA_SET_POLICY, unix.NFTA_SET_DESC, unix.NFTA_SET_TIMEOUT, unix.NFTA_SET_GC_INTERVAL, unix.NFTA_SET_USERDATA, unix.NFTA_SET_OBJ_TYPE, setExpression, setExpressions}
	aboutElement = []uint16{unix.NFTA_SET_ELEM_KEY, unix.NFTA_SET_ELEM_DATA, unix.NFTA_SET_ELEM_FLAGS, unix.NFTA_SET_ELEM_TIMEOUT, unix.NFTA_SET_ELEM_EXPIRATION, unix.NFTA_SET_ELEM_USERDATA, unix.NFTA_SET_ELEM_EXPR, unix.NFTA_SET_ELEM_OBJREF, elementKeyEnd, elementExpressions}
)

// Numbers that golang.org/x/sys does not have.
const (
	tableUserData      = 6  // NFTA_TABLE_USERDATA
	chainFlags         = 10 // NFTA_CHAIN_FLAGS
	chainUserData      = 12 // NFTA_CHAIN_USERDATA
	objectUserData     = 8  // NFTA_OBJ_USERDATA
	setExpression      = 17 // NFTA_SET_EXPR
	setExpressions     = 18 // NFTA_SET_EXPRESSIONS
	elementExpressions = 11 // NFTA_SET_ELEM_EXPRESSIONS
	tableOwned         = 2  // NFT_TABLE_F_OWNER
	chainBinding       = 4  // NFT_CHAIN_BINDING
)

// Save reads pvefw's tables as they are, as they were at one moment. What cannot be put
// back as it was is an error that names it, in a sentence.
func (c *Conn) Save() (*Saved, error) {
	var s *Saved
	generation, err := c.steady(func(uint32) error {
		s = &Saved{}
		for _, t := range c.tables() {
			r := saver{inKernel: inKernel{c, t.Name, familyNumber(t.Family)}, table: t, out: savedTable{family: t.Family, name: t.Name}}
			there, err := r.save()
			if err != nil {
				return err
			}
			if there {
				s.tables = append(s.tables, r.out)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.generation = generation
	return s, nil
}

// saver is a table being saved.
type saver struct {
	inKernel
	table  *nft.Table
	out    savedTable
	failed error // what cannot be kept
}

func (r *saver) save() (there bool, err error) {
	if there, _, err = r.exists(); err != nil || !there {
		return false, err
	}
	parts := []func() error{r.about, r.chains, r.objects, r.sets}
	for _, part := range parts {
		if err := part(); err != nil {
			return true, err
		}
		if r.failed != nil {
			return true, r.failed
		}
	}
	for i := range r.out.chains {
		if err := r.rules(&r.out.chains[i]); err != nil {
			return true, fmt.Errorf("chain %s: %w", r.out.chains[i].name, err)
		}
	}
	return true, r.failed
}

// refuse notes the first thing that cannot be kept.
func (r *saver) refuse(what string) {
	if r.failed == nil {
		r.failed = unkept(r.table, what)
	}
}

func (r *saver) about() error {
	err := r.ask(unix.NFT_MSG_GETTABLE, 0, r.family, func(w *wire) { w.text(unix.NFTA_TABLE_NAME, r.name) }, func(b []byte) error {
		r.out.about = attributes(b).pick(aboutTable)
		if number32(attributes(b).get(unix.NFTA_TABLE_FLAGS))&tableOwned != 0 {
			r.refuse("the mark of another program that owns it")
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.things(unix.NFT_MSG_GETFLOWTABLE, func(attributes) { r.refuse("a flow table") })
}

func (r *saver) chains() error {
	return r.things(unix.NFT_MSG_GETCHAIN, func(a attributes) {
		c := savedChain{name: text(a.get(unix.NFTA_CHAIN_NAME)), about: a.pick(aboutChain)}
		if number32(a.get(chainFlags))&chainBinding != 0 {
			r.refuse("a chain inside a rule")
		}
		r.out.chains = append(r.out.chains, c)
	})
}

// keptObjects are kinds of objects whose attributes the kernel takes as it gives them:
// counters, quotas, helpers, limits, limits of connections, timeouts, security marks,
// expectations, proxies for SYN.
var keptObjects = map[uint32]bool{1: true, 2: true, 3: true, 4: true, 5: true, 7: true, 8: true, 9: true, 10: true}

func (r *saver) objects() error {
	return r.things(unix.NFT_MSG_GETOBJ, func(a attributes) {
		o := savedObject{object: object{text(a.get(unix.NFTA_OBJ_NAME)), number32(a.get(unix.NFTA_OBJ_TYPE))}, about: a.pick(aboutObject)}
		if !keptObjects[o.kind] {
			r.refuse("the object " + o.name)
		}
		r.out.objects = append(r.out.objects, o)
	})
}

func (r *saver) sets() error {
	err := r.things(unix.NFT_MSG_GETSET, func(a attributes) {
		r.out.sets = append(r.out.sets, savedSet{name: text(a.get(unix.NFTA_SET_NAME)), about: a.pick(aboutSet)})
	})
	if err != nil {
		return err
	}
	for i := range r.out.sets {
		s := &r.out.sets[i]
		if s.flags()&unix.NFT_SET_EVAL != 0 {
			continue
		}
		err := r.elementsOf(s.name, func(v attributes) { s.elements = append(s.elements, v.pick(aboutElement)) })
		if err != nil {
			return fmt.Errorf("set %s: %w", s.name, err)
		}
	}
	return nil
}

func (s *savedSet) flags() uint32 { return number32(s.about.get(unix.NFTA_SET_FLAGS)) }

func (s *savedSet) anonymous() bool { return s.flags()&unix.NFT_SET_ANONYMOUS != 0 }

func (r *saver) rules(c *savedChain) error {
	return r.rulesOf(c.name, func(a attributes) {
		eachAttribute(a.get(unix.NFTA_RULE_EXPRESSIONS), func(_ uint16, v []byte) {
			switch name := text(attributes(v).get(unix.NFTA_EXPR_NAME)); name {
			case "match", "target": // of iptables, which hold what only that kernel knows
				r.refuse("a rule of iptables in the chain " + c.name)
			}
		})
		c.rules = append(c.rules, a.pick(aboutRule))
	})
}

// pick copies the attributes of these numbers, as far as they are whole, each once.
func (a attributes) pick(numbers []uint16) attributes {
	out := make(attributes, 0, len(a))
	seen := uint64(0)
	for len(a) >= 4 {
		n := int(binary.NativeEndian.Uint16(a))
		if n < 4 || n > len(a) {
			break
		}
		number := binary.NativeEndian.Uint16(a[2:]) & 0x3fff
		for _, wanted := range numbers {
			if number == wanted && seen&(1<<number) == 0 {
				seen |= 1 << number
				out = append(out, a[:n]...)
				for len(out)%4 != 0 {
					out = append(out, 0)
				}
			}
		}
		a = a[min(len(a), (n+3)&^3):]
	}
	return out[:len(out):len(out)]
}
