package config

import (
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// Lists of addresses where one address is wanted: an alias with several becomes
// a set, and references to a set get what they lack.

// mostEntries bounds what a fix writes.
const mostEntries = 64

// longestSet is how long the name of a set may be.
const longestSet = 64

// listToSet turns `NAME A,B` of [ALIASES], with or without blanks, into a set of
// that name behind the section. References to it are then references to a set
// without its plus sign, which have a fix of their own.
func (fw *FW) listToSet(d *diag.Diagnostic) {
	l := fw.lineAt(d.Span)
	name, items, comment := fw.aliasList(l, d)
	entries, ok := fw.setEntries(items)
	if !ok || !isName(name) || len(name) > longestSet || fw.Sets[name] != nil || fw.Aliases[name] != nil {
		return
	}
	header := "[IPSET " + name + "]"
	if comment.Present() && fw.File.Text(comment) != "" {
		header += " # " + fw.File.Text(comment)
	}
	end, ok := fw.sectionEnd(l)
	if !ok {
		return
	}
	block := "\n" + header + "\n\n" + strings.Join(entries, "\n") + "\n"
	if end.behind {
		block = "\n" + block
	}
	if end.more {
		block += "\n"
	}
	if d.Rule != addressInvalid {
		d.Message += " (an alias holds one address; use an IPSET for a list)"
	}
	d.Fixes = []diag.Fix{unsafeFix("make it the IPSET "+name,
		source.Edit{Span: fw.wholeLine(l)}, source.Edit{Span: end.at, Text: block})}
}

// aliasList takes a line with several addresses apart; there are no items if the
// finding is about something else.
func (fw *FW) aliasList(l grammar.Line, d *diag.Diagnostic) (name string, items []string, comment grammar.Word) {
	switch l := l.(type) {
	case *grammar.Alias:
		if d.Rule == addressInvalid && d.Span == fw.File.Span(l.Value) {
			name, items, comment = fw.File.Text(l.Name), strings.Split(fw.File.Text(l.Value), ","), l.Comment
		}
	case *grammar.Bad:
		words := fw.File.Words(l, 2*mostEntries)
		if d.Rule != aliasMalformed || len(d.Fixes) > 0 || len(words) < 3 || len(words) == 2*mostEntries {
			return "", nil, comment
		}
		name, comment = fw.File.Text(words[0]), l.Comment
		for _, w := range words[1:] {
			for item := range strings.SplitSeq(strings.Trim(fw.File.Text(w), ","), ",") {
				if item != "" {
					items = append(items, item)
				}
			}
		}
	}
	return lower(strings.TrimSuffix(name, ":")), items, comment
}

// setEntries checks the items of a list as lines of a set; each comes once.
func (fw *FW) setEntries(items []string) (entries []string, ok bool) {
	seen := map[string]bool{}
	for _, item := range items {
		stored, _, isAddress := literal(item)
		if !isAddress || isZeroPrefix(stored) || len(entries) >= mostEntries {
			return nil, false
		}
		if !seen[stored] {
			seen[stored] = true
			entries = append(entries, item)
		}
	}
	return entries, len(entries) > 1
}

// gap is a place between two lines.
type gap struct {
	at     source.Span
	behind bool // the line before lacks its line feed
	more   bool // a header follows
}

// sectionEnd is the place behind the last line that says anything in the section
// of l. It is not certain where l itself is the file's last line.
func (fw *FW) sectionEnd(l grammar.Line) (gap, bool) {
	own := grammar.BaseOf(l)
	last, more := own, false
	for _, next := range fw.File.Lines[own.Number:] {
		if _, isHeader := next.(*grammar.Header); isHeader {
			more = true
			break
		}
		if t, isTrivia := next.(*grammar.Trivia); !isTrivia || t.Comment().Present() {
			last = grammar.BaseOf(next)
		}
	}
	// A comment right above the next header belongs to that header.
	for last.Number > own.Number && more {
		if _, isTrivia := fw.File.Lines[last.Number-1].(*grammar.Trivia); !isTrivia {
			break
		}
		last = grammar.BaseOf(fw.File.Lines[last.Number-2])
	}
	end := int(last.Whole().End)
	return gap{
		at:     fw.File.Source.Span(end, end),
		behind: last != own && !strings.HasSuffix(fw.File.Text(last.Whole()), "\n"),
		more:   more && fw.nextIsHeader(last),
	}, true
}

// nextIsHeader tells that no blank line stands between a line and the header
// below it.
func (fw *FW) nextIsHeader(b *grammar.Base) bool {
	if int(b.Number) >= len(fw.File.Lines) {
		return false
	}
	t, isTrivia := fw.File.Lines[b.Number].(*grammar.Trivia)
	return !isTrivia || t.Comment().Present()
}

// setAsAlias mends the name of a set where an address is wanted: in a rule it
// lacks its plus sign, in a set its entries are written out.
func (r *resolver) setAsAlias(fw *FW, d *diag.Diagnostic) {
	text := d.Span.Text()
	if len(d.Fixes) > 0 || strings.HasPrefix(text, "+") {
		return
	}
	prefix, name := splitScope(text)
	set, _ := r.scopeOf(fw).set(prefix + lower(name))
	if set == nil {
		return
	}
	switch l := fw.lineAt(d.Span).(type) {
	case *grammar.Rule:
		d.Fixes = replace(d.Span, "+"+prefix+set.Name, diag.Unsafe)
	case *grammar.SetEntry:
		if own := fw.setOf(l); own != nil && own != set && !l.NoMatch().Present() && len(own.Entries) <= mostSearched {
			d.Fixes = fw.writtenOut(set, own, l)
		}
	}
}

// writtenOut puts the addresses of a set in the place of its name.
func (fw *FW) writtenOut(set, own *Set, l *grammar.SetEntry) []diag.Fix {
	var lines []string
	for _, e := range set.Entries {
		if e.NoMatch || e.Alias != nil || e.IsDead() || len(lines) >= mostEntries {
			return nil
		}
		if !own.holds(e.Text, l) {
			lines = append(lines, e.Text)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return []diag.Fix{unsafeFix("write the entries of "+set.Name, source.Edit{Span: fw.File.Span(l.Target), Text: strings.Join(lines, "\n")})}
}

// onePerLine writes each address of a set's line on a line of its own.
func (f *reader) onePerLine(l *grammar.SetEntry, text string) []diag.Fix {
	items := strings.FieldsFunc(text, func(c rune) bool { return c == ',' || c == ' ' || c == '\t' })
	entries, ok := f.fw.setEntries(items)
	if !ok {
		return nil
	}
	between, last := "\n", l.Target
	if l.NoMatch().Present() {
		between += "!"
	}
	if l.Extra().Present() {
		last = l.Extra()
	}
	return []diag.Fix{{Title: "write one address per line", Safety: diag.Safe, Edits: []source.Edit{
		{Span: f.fw.File.Span(grammar.Word{Start: l.Target.Start, End: last.End}), Text: strings.Join(entries, between)}}}}
}
