package netlink

import (
	"encoding/binary"
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

// Encode makes the batch of a program. An error is a fault of the program: a statement
// that nobody taught the encoder, or a name that no kernel takes.
func Encode(p *nft.Program) (*Batch, error) { return encodeFor(p, ours()) }

// ours are pvefw's tables, with nothing in them.
func ours() []*nft.Table {
	return []*nft.Table{{Family: nft.Inet, Name: nft.HostTable}, {Family: nft.Bridge, Name: nft.GuestTable}}
}

func encodeFor(p *nft.Program, tables []*nft.Table) (*Batch, error) {
	return newEncoder().batch(p, tables)
}

func newEncoder() *encoder {
	return &encoder{templates: map[form]*template{}, ids: map[*nft.Set]uint32{}}
}

func (e *encoder) batch(p *nft.Program, tables []*nft.Table) (*Batch, error) {
	length, messages := size(p)
	e.b, e.places = make([]byte, 0, length), make([]place, 0, messages)
	e.start(0)
	for _, t := range tables {
		e.own(owner{table: t})
		e.create(t) // because removing what is not there fails
		e.deleteTable()
	}
	for _, t := range p.Tables {
		if err := e.whole(t); err != nil {
			return nil, fmt.Errorf("table %s: %w", t.Name, err)
		}
	}
	return &Batch{swap: e.transaction(), inForce: func(c *Conn) (bool, error) { return c.holds(p) }}, nil
}

// start opens the transaction, which has the number zero. The kernel refuses it if its
// ruleset is of another generation; it is not asked for zero.
func (e *encoder) start(generation uint32) {
	e.own(owner{table: &nft.Table{}})
	e.places = append(e.places, place{rule: -1})
	at := e.bracket(unix.NFNL_MSG_BATCH_BEGIN)
	if generation != 0 {
		e.number(batchGeneration, generation)
		e.end(at)
	}
}

// transaction closes it. What has no messages is nothing.
func (e *encoder) transaction() transaction {
	if len(e.places) < 2 {
		return transaction{}
	}
	e.acknowledge()
	e.bracket(unix.NFNL_MSG_BATCH_END)
	return transaction{bytes: e.b, owners: e.owners, places: e.places}
}

// encoder is a batch in the making.
type encoder struct {
	wire
	templates map[form]*template
	ids       map[*nft.Set]uint32 // of the sets made so far
	lastID    uint32
	table     *nft.Table
	names     map[string]string // of the table's sets in the kernel, where they are others
	helpers   map[string]string // likewise
	family    byte
	rule      int32 // index of the rule that is being made, or below zero
	owners    []owner
	places    []place
	last      int // where the last message begins
	values    [][]byte
	scratch   []byte
	watch     func(f form, values [][]byte) // told of each statement, by tests
}

// size is about how long the batch will be, and how many messages.
func size(p *nft.Program) (length, messages int) {
	length, messages = 4096, 64
	for _, t := range p.Tables {
		messages += 2 * len(t.Sets)
		for _, s := range t.Sets {
			length += 256 + 64*len(s.Elements)
		}
		for _, c := range t.Chains {
			length, messages = length+480, messages+3+len(c.Rules)
			for _, r := range c.Rules {
				length += 80 + len(c.Name) + len(r.Comment) + 96*len(r.Stmts)
			}
		}
	}
	return length, messages
}

// own says what the messages from here on belong to.
func (e *encoder) own(o owner) {
	e.owners, e.rule, e.table, e.family = append(e.owners, o), -1, o.table, familyNumber(o.table.Family)
}

func (e *encoder) bracket(number uint16) int {
	at := e.begin(number, 0, 0, unix.AF_UNSPEC, unix.NFNL_SUBSYS_NFTABLES)
	e.end(at)
	return at
}

// message starts a message with the next number. Errors come back with the number,
// which leads to the place.
func (e *encoder) message(number, flags uint16) int {
	e.last = e.begin(kind(number), flags, uint32(len(e.places)), e.family, 0)
	e.places = append(e.places, place{owner: int32(len(e.owners) - 1), rule: e.rule})
	return e.last
}

// acknowledge asks for an answer to the last message, which comes when the whole
// transaction is done. Without it a batch that is accepted is answered by silence;
// with more, the answers to a large one do not fit into any buffer.
func (e *encoder) acknowledge() {
	flags := e.b[e.last+6:]
	binary.NativeEndian.PutUint16(flags, binary.NativeEndian.Uint16(flags)|unix.NLM_F_ACK)
}

// whole makes a table: chains first, because elements and rules name them, and sets
// before the rules that look into them.
func (e *encoder) whole(t *nft.Table) error {
	e.own(owner{table: t})
	e.create(t)
	for _, c := range t.Chains {
		e.own(owner{table: t, chain: c})
		e.chain(c.Name, c.Hook)
		e.chain(c.Body(), nil)
	}
	e.own(owner{table: t})
	for _, h := range t.Helpers {
		e.helper(h)
	}
	for _, s := range t.Sets {
		if err := e.named(s); err != nil {
			return err
		}
	}
	for _, c := range t.Chains {
		if err := e.body(c); err != nil {
			return err
		}
		if err := e.entry(c); err != nil {
			return err
		}
	}
	return nil
}

// named makes a set with a name and fills it.
func (e *encoder) named(s *nft.Set) error {
	e.own(owner{table: e.table, set: s})
	if err := e.set(s); err != nil {
		return fmt.Errorf("set %s: %w", s.Name, err)
	}
	return nil
}

// chain makes a chain; one that is there stays.
func (e *encoder) chain(name string, h *nft.Hook) {
	at := e.message(unix.NFT_MSG_NEWCHAIN, unix.NLM_F_CREATE)
	e.text(unix.NFTA_CHAIN_TABLE, e.table.Name)
	e.text(unix.NFTA_CHAIN_NAME, name)
	if h != nil {
		hook := e.nest(unix.NFTA_CHAIN_HOOK)
		e.number(unix.NFTA_HOOK_HOOKNUM, uint32(h.Point))
		e.number(unix.NFTA_HOOK_PRIORITY, uint32(h.Priority))
		e.close(hook)
		e.number(unix.NFTA_CHAIN_POLICY, policyAccept)
		e.text(unix.NFTA_CHAIN_TYPE, "filter")
	}
	e.end(at)
}

func (e *encoder) helper(h *nft.Helper) {
	at := e.message(unix.NFT_MSG_NEWOBJ, unix.NLM_F_CREATE)
	e.text(unix.NFTA_OBJ_TABLE, e.table.Name)
	e.text(unix.NFTA_OBJ_NAME, h.InKernel())
	e.number(unix.NFTA_OBJ_TYPE, unix.NFT_OBJECT_CT_HELPER)
	data := e.nest(unix.NFTA_OBJ_DATA)
	e.text(unix.NFTA_CT_HELPER_NAME, h.Type)
	e.value(unix.NFTA_CT_HELPER_L3PROTO, []byte{0, [...]byte{nft.AnyL3: unix.NFPROTO_INET, nft.OnlyIP: unix.NFPROTO_IPV4, nft.OnlyIP6: unix.NFPROTO_IPV6}[h.L3]})
	e.value(unix.NFTA_CT_HELPER_L4PROTO, []byte{h.Proto})
	e.close(data)
	e.end(at)
}

// body fills a body, each rule behind the anonymous sets that it needs.
func (e *encoder) body(c *nft.Chain) error {
	e.own(owner{table: e.table, chain: c})
	for i, r := range c.Rules {
		e.rule = int32(i)
		if err := e.anonymous(r); err != nil {
			return fmt.Errorf("chain %s: %w", c.Name, err)
		}
		if err := e.append(c.Body(), r); err != nil {
			return fmt.Errorf("chain %s, rule %s: %w", c.Name, r.Comment, err)
		}
	}
	return nil
}

// entry leads from an entry that has no rules into the body.
func (e *encoder) entry(c *nft.Chain) error {
	e.own(owner{table: e.table, chain: c})
	return e.lead(c.Name, c.Body())
}

func (e *encoder) lead(from, to string) error {
	return e.append(from, &nft.Rule{Stmts: []nft.Stmt{&nft.Verdict{Kind: nft.Goto, Chain: to}}})
}

// append puts a rule behind those of a chain.
func (e *encoder) append(chain string, r *nft.Rule) error {
	at := e.message(unix.NFT_MSG_NEWRULE, unix.NLM_F_CREATE|unix.NLM_F_APPEND)
	e.text(unix.NFTA_RULE_TABLE, e.table.Name)
	e.text(unix.NFTA_RULE_CHAIN, chain)
	list := e.nest(unix.NFTA_RULE_EXPRESSIONS)
	for _, s := range r.Stmts {
		if err := e.statement(s); err != nil {
			return err
		}
	}
	e.close(list)
	if r.Comment != "" {
		e.comment(unix.NFTA_RULE_USERDATA, r.Comment)
	}
	e.end(at)
	return nil
}

// anonymous makes the sets that belong to a rule alone.
func (e *encoder) anonymous(r *nft.Rule) error {
	for _, s := range r.Stmts {
		var own *nft.Set
		switch s := s.(type) {
		case *nft.Lookup:
			own = s.Set
		case *nft.Dispatch:
			own = s.Map
		}
		if own == nil || own.Name != "" {
			continue
		}
		if err := e.set(own); err != nil {
			return err
		}
	}
	return nil
}
