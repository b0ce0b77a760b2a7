package grammar

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// The house form of single lines, and what a line reads as.

// untouchable reports whether a line has no house form.
func (p *formatter) untouchable(l Line) bool {
	b := l.base()
	if len(p.bytes(b.Body())) == 0 {
		return false
	}
	// The daemon cuts byte 0xA0 off the ends of a line even where it is a part of
	// a character, as in a comment that ends in à (reference/pve-firewall §1.5).
	for _, edge := range []Word{{b.Whole().Start, b.Body().Start}, {b.Body().End, b.Whole().End}} {
		if bytes.IndexByte(p.bytes(edge), 0xA0) >= 0 {
			return true
		}
	}
	switch l := l.(type) {
	case *Bad:
		return true
	case *Header:
		return l.Fault != nil
	case *SetEntry:
		return l.Extra().Present() || p.bracketed(b)
	case *Alias, *Option:
		return p.bracketed(b)
	case *Rule:
		return p.bracketed(b) || ruleTypes[lower(p.bytes(l.Type()))] == "" || l.repeats()
	}
	return false
}

// bracketed is a line that its author may have meant as a header.
func (p *formatter) bracketed(b *Base) bool { return p.bytes(b.Body())[0] == '[' }

func (p *formatter) bytes(w Word) []byte { return p.file.Source.Bytes()[w.Start:w.End] }

var ruleTypes = map[string]string{"in": "IN", "out": "OUT", "forward": "FORWARD", "group": "GROUP"}

// repeats reports whether a parameter is given more than once.
func (r *Rule) repeats() bool {
	var seen [ParamCount]bool
	for _, p := range r.Params() {
		if seen[p.Kind] {
			return true
		}
		seen[p.Kind] = true
	}
	return false
}

// Flag is the parameter as Proxmox's own writer spells it.
func (k ParamKind) Flag() string {
	return [...]string{"-i", "-source", "-dest", "-p", "-dport", "-sport", "-log", "-icmp-type"}[k]
}

// row gives one line its house form; raw lines lose only their line feed.
func (p *formatter) row(l Line, raw bool) row {
	text := p.file.Text
	switch l := l.(type) {
	case *Trivia:
		if !l.Comment().Present() {
			return row{}
		}
		if raw {
			return row{kind: commentRow, head: p.line(l)}
		}
		return row{kind: commentRow, head: strings.TrimRight(text(l.Body()), " \t\r\v\f")}
	case *Header:
		if raw {
			return row{kind: headerRow, head: p.line(l)}
		}
		return row{kind: headerRow, head: p.header(l), tail: p.comment(l.Comment)}
	}
	if raw {
		return row{kind: contentRow, head: p.line(l)}
	}
	r := row{kind: contentRow}
	switch l := l.(type) {
	case *Option:
		r.head, r.tail = text(l.Name)+":", text(l.Value)
	case *Alias:
		r.head, r.tail = text(l.Name)+" "+text(l.Value), p.comment(l.Comment)
	case *SetEntry:
		r.head, r.tail = text(l.NoMatch())+text(l.Target), p.comment(l.Comment())
	case *Rule:
		r.head, r.tail = p.rule(l), p.comment(l.Comment())
	}
	return r
}

func (p *formatter) line(l Line) string {
	return strings.TrimSuffix(p.file.Text(l.base().Whole()), "\n")
}

// comment keeps a lone #, which the daemon stores as an empty comment.
func (p *formatter) comment(w Word) string {
	switch {
	case !w.Present():
		return ""
	case w.Start == w.End:
		return "#"
	}
	return "# " + p.file.Text(w)
}

// header writes keywords in the case that both daemons read, and names as they
// are: proxmox-firewall does not fold them.
func (p *formatter) header(h *Header) string {
	if !h.Name.Present() {
		return "[" + h.Section.Keyword() + "]"
	}
	return "[" + h.Section.Keyword() + " " + p.file.Text(h.Name) + "]"
}

func (p *formatter) rule(r *Rule) string {
	words := []string{ruleTypes[lower(p.bytes(r.Type()))], p.file.Text(r.Action())}
	if r.Bar().Present() {
		words[0] = "|" + words[0]
	}
	for k := Iface; k < ParamCount; k++ {
		if param, ok := r.Param(k); ok {
			words = append(words, k.Flag(), p.file.Text(param.Value))
		}
	}
	return strings.Join(words, " ")
}

// reading is what the daemon takes from a line, without the spelling that it does
// not look at; empty for a blank line.
func (f *File) reading(l Line) string {
	switch l := l.(type) {
	case *Trivia:
		if !l.Comment().Present() {
			return ""
		}
		return "#"
	case *Header:
		return f.reads("header "+l.Section.Keyword(), l.Name, l.Comment)
	case *Option:
		return f.reads("option", l.Name, l.Value)
	case *Alias:
		return f.reads("alias", l.Name, l.Value, l.Comment)
	case *SetEntry:
		return f.reads("entry", l.NoMatch(), l.Target, l.Extra(), l.Comment())
	case *Rule:
		words := []Word{l.Bar(), l.Action(), l.Macro(), l.Verdict(), l.Comment()}
		kind := "rule " + lower([]byte(f.Text(l.Type())))
		params := l.Params()
		slices.SortStableFunc(params, func(a, b Param) int { return int(a.Kind) - int(b.Kind) })
		for _, p := range params {
			kind += p.Kind.Flag()
			words = append(words, p.Value)
		}
		return f.reads(kind, words...)
	case *Bad:
		return f.reads("bad "+f.Fault(l).Message, l.Body())
	}
	return ""
}

func (f *File) reads(kind string, words ...Word) string {
	for _, w := range words {
		kind += " " + strconv.FormatBool(w.Present()) + strconv.Quote(f.Text(w))
	}
	return kind
}
