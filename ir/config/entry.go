package config

import (
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// entry keeps one line of a set; what is wrong with it makes it dead, not absent
// (reference/pve-firewall §4.1, §4.2).
func (f *reader) entry(l *grammar.SetEntry) {
	if f.set == nil {
		return
	}
	m := EntryMeaning{NoMatch: l.NoMatch().Present()}
	if extra := l.Extra(); extra.Present() {
		m.NoMatch = true
		d := f.deadEntry(&m, l, badAddress, ipsetEntryInvalid, extra, "a line of an IPSET holds one address; the whole entry counts for nothing")
		d.Fixes = f.onePerLine(l, f.text(grammar.Word{Start: l.Target.Start, End: extra.End}))
	} else {
		f.judgeEntry(&m, l)
	}
	f.set.Entries = append(f.set.Entries, SetEntry{Line: l, EntryMeaning: f.meaning(m)})
}

func (f *reader) judgeEntry(e *EntryMeaning, l *grammar.SetEntry) {
	text, span := f.text(l.Target), l.Span()
	e.Text = text
	if name, ok := entryAlias(text); ok {
		e.Alias = &Ref[Alias]{Name: text, Span: span}
		if !f.entryAliasExists(text, name) && !f.mayExist(text) {
			d := f.deadEntry(e, l, unknownAlias, f.aliasFault(name), l.Target, "")
			f.explainAlias(d, name, span)
			return
		}
	} else {
		stored, _, ok := literal(text)
		if isZeroPrefix(text) { // the daemon looks at the end of the text last, whatever stands before it
			d := f.deadEntry(e, l, zeroPrefix, ipsetEntryInvalid, l.Target, quote(text)+": a set cannot hold a network of length 0")
			if ok {
				d.Fixes = []diag.Fix{{Title: "write two halves", Safety: diag.Unsafe, Edits: []source.Edit{{Span: span, Text: halves(stored, e.NoMatch)}}}}
			}
			return
		}
		if !ok {
			d := f.deadEntry(e, l, badAddress, ipsetEntryInvalid, l.Target, entryFault(text))
			if d.Fixes = rangeFix(text, span, e.NoMatch); len(d.Fixes) == 0 {
				d.Fixes = f.onePerLine(l, text)
			}
			return
		}
		e.Text = stored
	}
	if first, twice := f.entries[e.Text]; twice {
		d := f.deadEntry(e, l, twiceInSet, definitionDuplicate, l.Target, quote(e.Text)+" stands in the set already")
		d.Related = []diag.Related{{Span: first, Message: "first entry; it decides, also about !"}}
		d.Severity = diag.Warning
		return
	}
	store(&f.entries, e.Text, span)
	if network, host := hostBits(e.Text); e.Alias == nil && host {
		d := f.say(addressHostBits, span, quote(text)+" has host bits set; the network is "+network)
		d.Severity = diag.Info
		d.Effect = "It means " + network + "; Proxmox's own editor would write it that way."
	}
}

// entryAliasExists: unlike rules, entries honour their scope while being read,
// but in cluster.fw guest/NAME means the datacenter's aliases too (reference
// §4.3, §4.4).
func (f *reader) entryAliasExists(text, name string) bool {
	if f.scope.own == nil {
		text = name
	}
	return f.scope.aliasExists(text)
}

// entryAlias tells whether an entry names an alias: [dc/|guest/]NAME.
func entryAlias(text string) (name string, ok bool) {
	prefix, name := splitScope(text)
	return name, prefix != "sdn/" && isName(name)
}

// entryFault says in our words why an entry is no address.
func entryFault(text string) string {
	switch {
	case strings.HasPrefix(text, "+"):
		return quote(text) + ": a set cannot contain another set"
	case strings.Contains(text, ","):
		return quote(text) + ": write one address per line"
	case strings.Contains(text, "-"):
		return quote(text) + ": a set cannot hold a range; write it as networks"
	case strings.HasPrefix(text, "["):
		return quote(text) + " is no section header here, so it became an entry of the set"
	}
	return quote(text) + " is neither an address nor a network nor the name of an alias"
}

// deadEntry marks the entry and reports it with the daemon's text, in which the
// line has its comment cut but not the blank before it (reference §1.8c).
func (f *reader) deadEntry(e *EntryMeaning, l *grammar.SetEntry, fault deadness, rule *diag.Rule, at grammar.Word, message string) *diag.Diagnostic {
	e.fault = fault
	body := f.text(l.Body())
	if i := strings.IndexByte(body, '#'); i >= 0 {
		body = body[:i]
	}
	d := f.say(rule, f.fw.File.Span(at), message)
	d.ProxmoxMessage = "errors in ipset '" + f.set.Name + "': " + body + "\n  cidr: " + fault.text(e.Text)
	what := "nothing is added to set "
	if e.NoMatch {
		what = "nothing is excepted from set "
	}
	d.Effect = "The entry is dead: " + what + f.set.Name + "."
	d.Effects = diag.Effects{
		PVEFirewall: "Keeps the entry without effect: " + what + f.set.Name + ".",
	}
	return d
}

// isZeroPrefix: the text ends in /0, /00 and so on.
func isZeroPrefix(text string) bool {
	bare := strings.TrimRight(text, "0")
	return bare != text && strings.HasSuffix(bare, "/")
}

// halves are two networks that make up all addresses.
func halves(text string, nomatch bool) string {
	all := [2]string{"0.0.0.0/1", "128.0.0.0/1"}
	if strings.Contains(text, ":") {
		all = [2]string{"::/1", "8000::/1"}
	}
	if nomatch {
		return all[0] + "\n!" + all[1]
	}
	return all[0] + "\n" + all[1]
}
