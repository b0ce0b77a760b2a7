package chain

import (
	"maps"
	"slices"

	"github.com/pvefw/pvefw/ir"
)

// Ruleset is the tables of one family as a text says them. It is read by Read and
// never changed afterwards, so it may be shared.
type Ruleset struct {
	Family ir.Family
	tables map[string]*Table
}

// Tables returns the names of the tables that the text has, in byte order.
func (r *Ruleset) Tables() []string { return slices.Sorted(maps.Keys(r.tables)) }

// Table returns a table by name; nil where the text has none.
func (r *Ruleset) Table(name string) *Table { return r.tables[name] }

// Table is one table's chains.
type Table struct {
	Name   string
	chains map[string]*Chain
}

// Chains returns the names of all chains that the text declares, fills or hooks, in
// byte order.
func (t *Table) Chains() []string {
	if t == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(t.chains))
}

// Chain returns a chain by name; nil where the text does not speak of it.
func (t *Table) Chain(name string) *Chain {
	if t == nil {
		return nil
	}
	return t.chains[name]
}

// chain returns the chain of a name, made on first sight.
func (t *Table) chain(name string) *Chain {
	c := t.chains[name]
	if c == nil {
		c = &Chain{Name: name}
		t.chains[name] = c
	}
	return c
}

// Chain is an ordered list of rules.
type Chain struct {
	Name   string
	Policy string // of a chain of the kernel: ACCEPT or DROP; empty for the others or where nobody says
	Rules  []*Rule

	// Signature is what the daemon noted about the rules when it made them: the
	// text behind PVESIG: in a comment. Empty for chains of other makers. It is not
	// proof that nobody has changed the chain since.
	Signature string

	// Unreadable says why the rules are not known: a command that changes them in
	// a way nobody here follows. Empty for all others.
	Unreadable string
}

// Rule is one line of a chain.
type Rule struct {
	Line    int    // from 1, in the text
	Text    string // the line as it stands there
	tests   []test // all must hold
	strange string // words that nobody here can read: whether the rule matches is unknown
	rate    string // it acts only up to or only above some rate; empty for always
	target  target
}

// Fault is a place of a text that could not be read. What depends on it is unknown.
type Fault struct {
	Line   int // from 1
	Reason string
}
