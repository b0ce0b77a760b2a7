package config

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// Remarks about lines that pve-firewall reads well enough: bytes and comments
// that trip other readers, and names that two files define.

func (f *reader) remarks() {
	spaces := bytes.Contains(f.fw.File.Source.Bytes(), []byte(noBreak))
	for _, line := range f.fw.File.Lines {
		if spaces {
			f.noBreakSpace(grammar.BaseOf(line))
		}
		if l, ok := line.(*grammar.Rule); ok && l.Comment().Present() {
			f.hashes(l)
		}
	}
	f.notUTF8()
	f.ambiguous()
	f.ignoredOptions()
}

const noBreak = "\u00a0"

// noBreakSpace reports the first blank of a line, outside of its comment, that
// looks like a space and is none.
func (f *reader) noBreakSpace(base *grammar.Base) {
	line := base.Body()
	body, _, _ := bytes.Cut(f.fw.File.Source.Bytes()[line.Start:line.End], []byte("#"))
	at := bytes.Index(body, []byte(noBreak))
	if at < 0 {
		return
	}
	var edits []source.Edit
	for i := at; i >= 0; i = indexFrom(body, noBreak, i+len(noBreak)) {
		edits = append(edits, source.Edit{Span: f.bytesAt(line.Start+int32(i), len(noBreak)), Text: " "})
	}
	d := f.say(nonUTF8, edits[0].Span, "this blank is a no-break space, which separates nothing")
	d.Effect = "The words on both sides are read as one."
	d.Effects = diag.Effects{PVEFirewall: d.Effect}
	d.Fixes = []diag.Fix{{Title: "write a space", Safety: diag.Safe, Edits: edits}}
}

func indexFrom(text []byte, what string, from int) int {
	if i := bytes.Index(text[from:], []byte(what)); i >= 0 {
		return from + i
	}
	return -1
}

func (f *reader) bytesAt(start int32, n int) source.Span {
	return f.fw.File.Span(grammar.Word{Start: start, End: start + int32(n)})
}

// hashes: proxmox-firewall keeps a # with nothing behind it in the line, and older
// versions of it stop at a second one (reference/proxmox-firewall §7).
func (f *reader) hashes(l *grammar.Rule) {
	line := l.Body()
	body := f.fw.File.Source.Bytes()[line.Start:line.End]
	first := bytes.IndexByte(body, '#')
	if first < 0 {
		return
	}
	comment := bytes.TrimSpace(body[first+1:])
	if len(comment) == 0 {
		rest := int32(len(bytes.TrimRight(body[:first], " \t")))
		d := f.say(commentHash, f.bytesAt(line.Start+int32(first), 1), "nothing follows the #")
		d.Effect = "proxmox-firewall takes the # for a part of the rule."
		d.Effects = diag.Effects{PVEFirewall: "Reads an empty comment."}
		d.Fixes = []diag.Fix{{Title: "delete the #", Safety: diag.Safe,
			Edits: []source.Edit{{Span: f.fw.File.Span(grammar.Word{Start: line.Start + rest, End: line.End})}}}}
		return
	}
	if second := bytes.IndexByte(body[first+1:], '#'); second >= 0 {
		d := f.say(commentHash, f.bytesAt(line.Start+int32(first+1+second), 1), "the comment holds a second #")
		d.Effect = "Older versions of proxmox-firewall refuse the file."
	}
}

// notUTF8 reports the first byte of a file that is no UTF-8, once.
func (f *reader) notUTF8() {
	text := f.fw.File.Source.Bytes()
	if utf8.Valid(text) {
		return
	}
	at := 0
	for at < len(text) {
		r, n := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		at += n
	}
	d := f.say(nonUTF8, f.bytesAt(int32(at), 1), "the file is not UTF-8 from here on")
	d.Effect = "Comments show a replacement character; everywhere else the bytes are part of a word."
	d.Effects = diag.Effects{PVEFirewall: "Reads the bytes as they are and shows comments with a replacement character."}
	if fixed, ok := latin1(text); ok {
		d.Fixes = []diag.Fix{{Title: "read the file as Latin-1 and write UTF-8", Safety: diag.Unsafe, Edits: f.rewritten(text, fixed)}}
	}
}

// latin1 gives the text of every byte that is no UTF-8. Control characters of
// that table mean that the file is something else.
func latin1(text []byte) (runes map[int]rune, ok bool) {
	const most = 1000
	runes = map[int]rune{}
	for at := 0; at < len(text); {
		r, n := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && n == 1 {
			if text[at] < 0xa0 || len(runes) == most {
				return nil, false
			}
			runes[at] = rune(text[at])
		}
		at += n
	}
	return runes, true
}

func (f *reader) rewritten(text []byte, fixed map[int]rune) []source.Edit {
	edits := make([]source.Edit, 0, len(fixed))
	for at := range text {
		if r, ok := fixed[at]; ok {
			edits = append(edits, source.Edit{Span: f.bytesAt(int32(at), 1), Text: string(r)})
		}
	}
	return edits
}

// ambiguous reports names without a scope that the guest and the datacenter both
// define, once each, at their first use.
func (f *reader) ambiguous() {
	if f.scope.own == nil || f.scope.cluster == nil {
		return
	}
	seen := map[string]bool{}
	for _, rule := range f.fw.Rules {
		for _, a := range []*Addr{&rule.Source, &rule.Dest} {
			if a.Set != nil && a.Set.Target != nil && !strings.Contains(a.Set.Name, "/") {
				f.shadowed("IPSet", "+", a.Set.Name, a.Set.Span, a.Set.Target.Span, f.setOfCluster(a.Set.Name), seen)
			}
			if a.Alias != nil && a.Alias.Target != nil && !strings.Contains(a.Alias.Name, "/") {
				f.shadowed("alias", "", a.Alias.Name, a.Alias.Span, a.Alias.Target.Span, f.aliasOfCluster(a.Alias), seen)
			}
		}
	}
}

func (f *reader) setOfCluster(name string) source.Span {
	if set := f.scope.cluster.Sets[name]; set != nil && f.fw.Sets[name] != nil {
		return set.Span
	}
	return source.Span{}
}

// aliasOfCluster leaves out an alias that says the same there.
func (f *reader) aliasOfCluster(ref *Ref[Alias]) source.Span {
	a := f.scope.cluster.Aliases[lower(ref.Name)]
	if a == nil || a == ref.Target || a.Text == ref.Target.Text {
		return source.Span{}
	}
	return a.Span
}

func (f *reader) shadowed(what, plus, name string, at, own, cluster source.Span, seen map[string]bool) {
	key := plus + lower(name)
	if cluster.IsZero() || seen[key] {
		return
	}
	seen[key] = true
	d := f.say(scopeAmbiguous, at, what+" "+quote(name)+" is defined here and in cluster.fw; without a scope the guest's own is meant")
	d.Effect = "The definition in cluster.fw does not count in this file."
	d.Related = []diag.Related{{Span: own, Message: "this one is meant"}, {Span: cluster, Message: "this one is not"}}
	d.Fixes = replace(at, plus+"guest/"+name, diag.Safe)
}
