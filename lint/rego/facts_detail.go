package rego

import (
	"strings"
	"time"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/ir/config"
)

// ruleDetails are facts about a single rule that its words do not show at once,
// comparable like ruleFacts. The field comments name their keys in input.facts.
type ruleDetails struct {
	onGuest     bool   // on_guest: a guest whose firewall is on looks at it, be it through a group
	underAccept bool   // under_accept_policy: its file's policy accepts what no rule matches
	ownDest     bool   // own_dest: bound to the guest's own addresses, as its ipfilter sets list them
	sourcePorts string // source_ports: as written, where no other port bounds the rule
	everyPort   bool   // every_port: bound to no protocol and no port
	expiry      expiry // expires, the date; expiry, how it relates to today
	named       bool   // named: it uses a macro
	commented   bool   // commented: a comment stands behind the rule or on the line above it
	macro       string // macro: the only macro that says the same as protocol and port
	sourceAlias string // source_alias, dest_alias: how the rule could call its address
	destAlias   string
	egress      egress // isolates, lets_out, blocks_dns
	missingNIC  string // missing_nic: see missingNIC
}

// expiry is what follows "expires=" in a rule's comment; the zero one is none.
type expiry struct {
	date  string    // as written
	state dateState // how it relates to today
}

type dateState string

const (
	badDate    dateState = "unreadable"
	comingDate dateState = "coming"
	pastDate   dateState = "past"
)

// document adds the details to input.facts.
func (d *ruleDetails) document(o object) {
	o["on_guest"], o["under_accept_policy"], o["own_dest"] = d.onGuest, d.underAccept, d.ownDest
	o["source_ports"], o["commented"], o["named"], o["macro"] = d.sourcePorts, d.commented, d.named, d.macro
	o["every_port"], o["expires"], o["expiry"] = d.everyPort, d.expiry.date, string(d.expiry.state)
	o["source_alias"], o["dest_alias"] = d.sourceAlias, d.destAlias
	o["isolates"], o["lets_out"] = d.egress.isolates.names(), d.egress.open.names()
	o["blocks_dns"], o["missing_nic"] = d.egress.blocksDNS, d.missingNIC
}

func (w *world) detailsOf(r placedRule) ruleDetails {
	d := ruleDetails{
		onGuest: w.onGuest(r), underAccept: underAccept(r), ownDest: ownAddresses(r),
		expiry: w.expiryOf(r.Comment()), commented: isCommented(r.Rule), egress: w.extra().egress[r.Rule],
		missingNIC: w.missingNIC(r),
	}
	if r.Type == config.GroupRule {
		return d
	}
	d.named = r.Macro != nil
	d.everyPort = r.Macro == nil && !given(r.Proto)
	if given(r.SPort) && !namesPort(r.Rule) {
		d.sourcePorts = r.SPort
	}
	d.macro = macroFor(r.Rule)
	d.sourceAlias, d.destAlias = w.aliasFor(r, &r.Source), w.aliasFor(r, &r.Dest)
	return d
}

// onGuest: rules of guest files count while the guest's own switch is on.
func (w *world) onGuest(r placedRule) bool {
	switch {
	case r.group != nil:
		return w.extra().guestGroups[r.group]
	case r.guest != nil:
		return guestOn(r.guest)
	}
	return false
}

// underAccept: groups have no policy of their own, and host.fw shares the one of
// cluster.fw (reference/pve-firewall §2.2).
func underAccept(r placedRule) bool {
	if r.guest == nil || r.group != nil {
		return false
	}
	switch r.Type {
	case config.InRule:
		return r.fw.Options.Text("policy_in", "DROP") == "ACCEPT"
	case config.OutRule:
		return r.fw.Options.Text("policy_out", "ACCEPT") == "ACCEPT"
	}
	return false
}

// ownAddresses: what reaches a guest is sent to these addresses anyway.
func ownAddresses(r placedRule) bool {
	set := r.Dest.Set
	return r.guest != nil && set != nil && set.Owner == r.guest.VMID && set.Target != nil &&
		strings.HasPrefix(set.Target.Name, ipfilterPrefix)
}

const expiresKey = "expires="

func (w *world) expiryOf(comment string) expiry {
	at := strings.Index(comment, expiresKey)
	if at < 0 || at > 0 && !strings.ContainsRune(" \t,;([", rune(comment[at-1])) {
		return expiry{}
	}
	date := comment[at+len(expiresKey):]
	if end := strings.IndexAny(date, " \t,;)]"); end >= 0 {
		date = date[:end]
	}
	day, err := time.Parse(time.DateOnly, date)
	switch now := w.now(); {
	case err != nil:
		return expiry{date, badDate}
	case !now.IsZero() && !now.Before(day.AddDate(0, 0, 1)): // the day itself still counts
		return expiry{date, pastDate}
	}
	return expiry{date, comingDate}
}

// isCommented looks at the line above too: hand-written files comment there.
func isCommented(r *config.Rule) bool {
	if r.Comment() != "" {
		return true
	}
	above := int(r.Line.Number) - 2
	if above < 0 || above >= len(r.File.Lines) {
		return false
	}
	l, ok := r.File.Lines[above].(*grammar.Trivia)
	return ok && l.Comment().Present()
}
