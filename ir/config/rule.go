package config

import (
	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// RuleType is the first word of a rule.
type RuleType uint8

// The rule types; OtherType is a misspelt one (the rule is then dead).
const (
	OtherType RuleType = iota
	InRule
	OutRule
	ForwardRule
	GroupRule
)

// Action is what the user wrote.
type Action uint8

// The actions; OtherAction is an unknown one (the rule is then dead).
const (
	OtherAction Action = iota
	AcceptAction
	DropAction
	RejectAction
)

// String is ACCEPT, DROP or REJECT.
func (a Action) String() string { return [...]string{"", "ACCEPT", "DROP", "REJECT"}[a] }

// Family is what a rule is bound to by its literals, aliases and protocol.
type Family uint8

// The families of a rule.
const (
	AnyFamily Family = 0
	IPv4      Family = 4
	IPv6      Family = 6
)

// Rule is one rule that the reader kept. Texts are as the daemon stores them.
type Rule struct {
	Line          *grammar.Rule
	File          *grammar.File
	Type          RuleType
	Action        Action
	Family        Family
	Disabled      bool
	Dead          []ParamError // not empty: the rule is kept and generates nothing; sorted by Param; shared
	Group         *Ref[Group]  // GROUP rules: looked up case-sensitively (reference §9.2)
	*Restrictions              // never nil
}

// Restrictions is what a rule has beside its direction and its action. A file may
// be full of rules without any: those share one that is empty. It is not changed
// after Resolve.
type Restrictions struct {
	Macro    *facts.Macro // nil without one
	Iface    string       // as written; empty or "0": none
	Source   Addr
	Dest     Addr
	Proto    string // as written; empty or "0": none
	DPort    string // as written; "0" means none (but for ICMP)
	SPort    string
	ICMPType string
	Log      string // level name, empty without -log
}

// Live reports whether the rule takes part in generation.
func (r *Rule) Live() bool { return !r.Disabled && len(r.Dead) == 0 }

// Comment is the text behind the #, empty without one.
func (r *Rule) Comment() string { return r.File.Text(r.Line.Comment()) }

// Span returns the place of the whole rule without its comment.
func (r *Rule) Span() source.Span {
	return r.File.Span(r.Line.Extent())
}

// ParamSpan returns the place of a parameter's value, or of the rule without it.
func (r *Rule) ParamSpan(k grammar.ParamKind) source.Span {
	if p, ok := r.Line.Param(k); ok {
		return r.File.Span(p.Value)
	}
	return r.Span()
}

// Addr is a source or dest. The zero Addr, and one with Text "0", restricts
// nothing. Otherwise exactly one of Set, Alias and Literal is meant.
type Addr struct {
	Text    string
	Set     *Ref[Set]
	Alias   *Ref[Alias]
	Literal bool // Text is an address, a list or a range
}

// Given reports whether the address restricts anything.
func (a *Addr) Given() bool { return a.Text != "" && a.Text != "0" }
