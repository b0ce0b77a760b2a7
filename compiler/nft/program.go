package nft

import (
	"strings"

	"github.com/pvefw/pvefw/ir"
)

// The tables that belong to pvefw. No other table is ever named in a program.
const (
	HostTable  = "pvefw"
	GuestTable = "pvefw-guests"
)

// Program is everything that is loaded. A carrier leaves of the two tables what the
// program says and nothing else; a program without tables removes only. It must not be
// changed once built.
type Program struct{ Tables []*Table }

// Table is one table. Sets, helpers and chains come in the order of creation: a
// chain refers only to sets and helpers of its own table, and to chains of any order.
type Table struct {
	Family  Family
	Name    string
	Sets    []*Set // named ones; anonymous sets stand in the rules that use them
	Helpers []*Helper
	Chains  []*Chain
}

// Family is the address family of a table.
type Family uint8

// The families in use.
const (
	Inet Family = iota
	Bridge
)

// String is the word of the script.
func (f Family) String() string { return [...]string{"inet", "bridge"}[f] }

// Chain is a base chain when it has a hook, otherwise one that rules jump to.
//
// A carrier makes two chains of it: the entry, which has its name and hook and nothing
// but a goto, and the body, which has the rules. Everything that leads to the chain
// leads to the entry, which stays. A body is never changed: another is made beside it,
// the entry is turned to it, and the old one is removed. So no packet meets a chain
// that is half made. The hash in a body's name is that of its content; a mark behind it
// tells bodies of one content apart that look into other sets of the same names.
type Chain struct {
	Name   string
	Hook   *Hook
	Rules  []*Rule   // of a chain in force, nil when they were not read
	Origin ir.Origin // of the endpoint, group or frame; may be zero

	// Hash is the content of the chain as 16 hex digits: hook and rules, without
	// the places in files, which move when a line is added above. By it two programs
	// are compared without reading rules. A chain in force that others made has no
	// body and no hash; its rules stand in the entry.
	Hash string

	// Mark belongs to a chain in force, or one that will be: what its body's name has
	// besides; empty for most. Two programs are compared without it.
	Mark string

	// Aloof says of a wanted chain whose rules were left out that it looks into nothing
	// that is other than it was. Whoever left them out knows.
	Aloof bool

	// Altered says of a chain in force that its rules are not, or not only, those
	// that its hash stands for.
	Altered bool

	lines []byte // of the script; they stand for the rules of a chain that is printed already
}

// empty reports whether no rule is in the chain.
func (c *Chain) empty() bool { return len(c.Rules)+len(c.lines) == 0 }

// Body is the name of the chain that holds the rules.
func (c *Chain) Body() string {
	switch {
	case c.Hash == "":
		return c.Name
	case c.Mark == "":
		return c.Name + "/" + c.Hash
	}
	return c.Name + "/" + c.Hash + "/" + c.Mark
}

// BodyOf takes the name of a body apart, into a chain's name, hash and mark; no other
// chain of pvefw's has a name like it.
func BodyOf(name string) (of Chain, ok bool) {
	entry, rest, _ := strings.Cut(name, "/")
	hash, mark, marked := strings.Cut(rest, "/")
	ok = hasDigits(hash, hashDigits) && (!marked || hasDigits(mark, markDigits))
	return Chain{Name: entry, Hash: hash, Mark: mark}, ok
}

// hasDigits reports whether a text is so many digits of a hash.
func hasDigits(text string, n int) bool {
	return len(text) == n && strings.Trim(text, "0123456789abcdef") == ""
}

// Hook is where a base chain hangs. Its policy is always accept: pvefw's lists
// close with a verdict of their own.
type Hook struct {
	Point    HookPoint
	Priority int32
}

// HookPoint is a place on a packet's way.
type HookPoint uint8

// The hook points; the numbers are the kernel's, the same for both families.
const (
	Prerouting HookPoint = iota
	Input
	Forward
	Output
	Postrouting
)

// String is the word of the script.
func (h HookPoint) String() string {
	return [...]string{"prerouting", "input", "forward", "output", "postrouting"}[h]
}

// Rule is a list of statements that run in order as long as each one matches.
type Rule struct {
	Stmts   []Stmt
	ID      string      // 8 hex digits: the same as long as chain, content and place among equals are
	Origins []ir.Origin // one per line that was folded into it, in the order of the file
	Comment string      // ID, then file and lines; at most 120 bytes of printable ASCII
}

// Helper is a conntrack helper object.
type Helper struct {
	Name   string // of the object
	Type   string // ftp, sip, ...
	Proto  uint8  // 6 or 17
	L3     HelperL3
	Origin ir.Origin

	KernelName string // as of a Set
}

// HelperL3 restricts a helper object to a family.
type HelperL3 uint8

// The values of HelperL3.
const (
	AnyL3 HelperL3 = iota // inet
	OnlyIP
	OnlyIP6
)

// String is the word of the script.
func (l HelperL3) String() string { return [...]string{"inet", "ip", "ip6"}[l] }

// Chain returns the chain of that name, nil if there is none.
func (t *Table) Chain(name string) *Chain {
	for _, c := range t.Chains {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// Table returns the table of that name, nil if there is none.
func (p *Program) Table(name string) *Table {
	for _, t := range p.Tables {
		if t.Name == name {
			return t
		}
	}
	return nil
}
