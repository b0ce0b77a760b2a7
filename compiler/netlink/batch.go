package netlink

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir"
)

// Batch is a change in the words of the kernel. What packets meet changes in one
// transaction. Where only a part changes, another goes before it, which makes what
// nothing leads to yet, and a third behind it, which removes what nothing leads to any
// more: a set that is made and looked into in the same transaction is empty for packets
// of its first moments, and a map that goes in it already is for those of its last.
type Batch struct {
	ready, swap, clean transaction
	undo               transaction               // takes back what ready made
	inForce            func(*Conn) (bool, error) // asks the kernel, if its answer was lost
}

// transaction is a list of messages that the kernel takes as a whole or not at all.
type transaction struct {
	bytes  []byte
	owners []owner // what messages belong to, in their order
	places []place // by sequence number; the first is the transaction itself
}

// Bytes are the messages of all transactions, each of them for one send on a netfilter
// socket. A batch of Encode has one. They belong to the batch.
func (b *Batch) Bytes() []byte { return slices.Concat(b.ready.bytes, b.swap.bytes, b.clean.bytes) }

// Messages is how many messages the batch has, without the brackets of transactions.
func (b *Batch) Messages() int {
	n := 0
	for _, t := range []transaction{b.ready, b.swap, b.clean} {
		n += max(len(t.places)-1, 0)
	}
	return n
}

// ask makes a transaction that is for a generation be for another.
func (t *transaction) ask(generation uint32) {
	const at = 16 + 4 + 4 // behind the headers of the message, of netfilter and of the attribute
	binary.BigEndian.PutUint32(t.bytes[at:], generation)
}

// owner is what a run of messages makes.
type owner struct {
	table *nft.Table
	chain *nft.Chain
	set   *nft.Set
}

// place is the owner of a message, and which of the chain's rules it makes or
// prepares; below zero for none.
type place struct{ owner, rule int32 }

// Refusal is the answer of a kernel that did not take a batch. What was in force
// before still is, entirely.
type Refusal struct {
	Table, Chain, Set string // what the refused message was about; empty where it was not
	Rule              *nft.Rule
	Origins           []ir.Origin // places in files that led to it; may be empty
	Reason            error       // the kernel's error number
	Detail            string      // what the kernel adds in words; may be empty
	Others            int         // further messages that were refused
}

// Error names chain and source line.
func (r *Refusal) Error() string {
	text := "the kernel refused the ruleset and keeps the one before"
	switch {
	case r.Chain != "":
		text += fmt.Sprintf(": chain %s of table %s", r.Chain, r.Table)
	case r.Set != "":
		text += fmt.Sprintf(": set %s of table %s", r.Set, r.Table)
	case r.Table != "":
		text += ": table " + r.Table
	}
	if r.Rule != nil {
		text += fmt.Sprintf(", rule %s", r.Rule.Comment)
	}
	text += ": " + r.Reason.Error()
	if r.Detail != "" {
		text += ": " + r.Detail
	}
	if r.Others > 0 {
		text += fmt.Sprintf(" (and %d more)", r.Others)
	}
	return text
}

// Unwrap returns the kernel's error number.
func (r *Refusal) Unwrap() error { return r.Reason }

// refusal describes the message with a sequence number.
func (t *transaction) refusal(sequence uint32) *Refusal {
	r := &Refusal{}
	if int(sequence) >= len(t.places) || sequence == 0 {
		return r
	}
	p := t.places[sequence]
	o := t.owners[p.owner]
	r.Table = o.table.Name
	switch {
	case o.chain != nil:
		r.Chain = o.chain.Name
		if !o.chain.Origin.Span.IsZero() {
			r.Origins = []ir.Origin{o.chain.Origin}
		}
	case o.set != nil:
		r.Set, r.Origins = o.set.Name, []ir.Origin{o.set.Origin}
	}
	if o.chain != nil && p.rule >= 0 {
		r.Rule = o.chain.Rules[p.rule]
		r.Origins = r.Rule.Origins
	}
	return r
}

// ErrUnknown says that the kernel's answer was lost and that what is in force now is
// neither certainly the old nor the new ruleset.
var ErrUnknown = errors.New("the kernel's answer was lost, and the ruleset in force is not the one that was sent")

// ErrBusy says that somebody else kept changing the ruleset while it was read.
var ErrBusy = errors.New("the ruleset changed again and again while it was read")

// ErrStale says that the ruleset is no longer the one that a batch was made for.
var ErrStale = errors.New("the ruleset has changed since it was read")
