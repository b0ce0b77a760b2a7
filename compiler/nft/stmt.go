package nft

import "github.com/pvefw/pvefw/ir"

// Stmt is one statement of a rule: *Compare, *Masked, *Between, *Lookup, *Dispatch,
// *Verdict, *Reject, *Queue, *Log, *Limit, *SetMark, *SetConnMark, *SetHelper or
// *Overrun. A statement that does not match ends the rule.
type Stmt interface{ stmt() }

func (*Compare) stmt()     {}
func (*Masked) stmt()      {}
func (*Between) stmt()     {}
func (*Lookup) stmt()      {}
func (*Dispatch) stmt()    {}
func (*Verdict) stmt()     {}
func (*Reject) stmt()      {}
func (*Queue) stmt()       {}
func (*Log) stmt()         {}
func (*Limit) stmt()       {}
func (*SetMark) stmt()     {}
func (*SetConnMark) stmt() {}
func (*SetHelper) stmt()   {}
func (*Overrun) stmt()     {}

// Compare matches one value: load, cmp.
type Compare struct {
	Field  Field
	Not    bool
	Value  Value
	Begins bool // the name only begins with Value.Name
}

// Masked matches the bits under a mask: load, bitwise, cmp. On an address a mask of
// leading ones is a prefix.
type Masked struct {
	Field       Field
	Not         bool
	Mask, Value Value
}

// Between matches first to last, both included: load, two cmp or, when negated, range.
type Between struct {
	Field       Field
	Not         bool
	First, Last Value
}

// Lookup matches what is in a set: one load per field, lookup.
type Lookup struct {
	Fields []Field
	Not    bool
	Set    *Set // of its own table, or anonymous and only here
}

// Dispatch takes the verdict that a map has for the fields; without one the rule
// does not match.
type Dispatch struct {
	Fields []Field
	Map    *Set
}

// Verdict ends the rule. It is comparable.
type Verdict struct {
	Kind  VerdictKind
	Chain string // of the same table, for Jump and Goto
}

// VerdictKind is the closed list of nftables verdicts in use.
type VerdictKind uint8

// The verdicts. Accept ends the base chain only: others, also of other tables,
// still see the packet.
const (
	Accept VerdictKind = iota
	Drop
	Return
	Jump
	Goto
)

// String is the word of the script.
func (k VerdictKind) String() string {
	return [...]string{"accept", "drop", "return", "jump", "goto"}[k]
}

// Reject answers the sender and drops. Bridges have it in prerouting only.
type Reject struct {
	TCPReset bool
	V6       bool  // the code is ICMPv6's
	Code     uint8 // NFT_REJECT_ICMP_UNREACH code
}

// Queue gives the packet to user space; without a listener it is accepted.
type Queue struct{ First, Last uint16 }

// Log writes to NFLOG group 0.
type Log struct{ Prefix string }

// Limit matches at most so often.
type Limit struct {
	Rate  uint64
	Unit  Unit
	Burst uint32
}

// Unit is the time of a rate, in seconds.
type Unit uint64

// The units.
const (
	Second Unit = 1
	Minute Unit = 60
	Hour   Unit = 60 * 60
	Day    Unit = 24 * 60 * 60
)

// String is the word of the script.
func (u Unit) String() string {
	switch u {
	case Minute:
		return "minute"
	case Hour:
		return "hour"
	case Day:
		return "day"
	}
	return "second"
}

// SetMark changes the packet's mark to mark & Keep ^ Flip. Each bit of Flip is
// outside Keep.
type SetMark struct{ Keep, Flip uint32 }

// SetConnMark marks the connection.
type SetConnMark struct{ Value uint32 }

// SetHelper attaches a helper object of the table to the connection.
type SetHelper struct{ Helper *Helper }

// Overrun matches when the value of a field, under a mask, has come more often than
// the limit allows: dynset with a limit. The set is dynamic and of the same table.
type Overrun struct {
	Set   *Set
	Field Field
	Mask  Value // all ones for none
	Limit Limit
}

// Value is the value of a field: a name, or a number of up to 128 bits. It is
// comparable. Addresses are numbers in their usual order.
type Value struct {
	Name   string
	Hi, Lo uint64
}

// Set is a set or, with verdicts, a map. An anonymous one has no name and belongs
// to one rule.
type Set struct {
	Name     string
	Key      []Field // one field, or several concatenated
	Verdicts bool    // elements carry verdicts
	Interval bool    // elements may be ranges; they never overlap
	Dynamic  bool    // filled by Overrun; Timeout and Size hold
	Timeout  uint32  // seconds
	Size     uint32
	Elements []Element
	Origin   ir.Origin

	// KernelName is the name of a set in force, or of one that will be, where that is
	// not Name: a set that cannot change in place is made anew beside the old one.
	KernelName string
}

// Element is one element.
type Element struct {
	Key     []Span  // as long as the set's key
	Verdict Verdict // where the set has verdicts
	Origin  ir.Origin
}

// Span is first to last, both included; equal for a single value.
type Span struct{ First, Last Value }
