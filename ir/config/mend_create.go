package config

import (
	"bytes"
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// What a reference misses can be created, but only by somebody who then fills it:
// a set or group that is still empty passes the reader, which would hide the
// fault, and the address of an alias nobody knows. All these fixes are offered
// and never made by themselves.

// addressToWrite stands in a created alias until somebody writes the address. It
// is none, so that the line does not pass unnoticed.
const addressToWrite = "ADDRESS"

// mostOffers bounds the fixes of this kind; a person reads a few of them.
const mostOffers = 1000

// offer adds to a finding about an unknown name what would define it: in the
// guest's file or in cluster.fw, wherever the reference would find it.
func (r *resolver) offer(fw *FW, d *diag.Diagnostic) {
	if r.offers >= mostOffers {
		return
	}
	r.offers++
	if d.Rule == groupUnknown {
		r.offerGroup(fw, d)
		return
	}
	isSet := strings.HasPrefix(d.Span.Text(), "+")
	prefix, name := splitScope(strings.TrimPrefix(d.Span.Text(), "+"))
	if d.Rule == managementUndefined {
		prefix = "dc/" // a guest's set of that name means nothing
	}
	if !isName(name) || len(name) > longestSet || !isSet && len(d.Related) > 0 {
		return // or the line that should define the alias is there, and refused
	}
	for _, in := range r.creatable(fw, prefix) {
		p := r.roomIn(in)
		if isSet {
			d.Fixes = append(d.Fixes, offered("create [IPSET "+lower(name)+"] in "+fileName(in)+"; its entries are left to write",
				d, p.beforeRules.section("[IPSET "+lower(name)+"]\n"), name))
		} else {
			edit := p.alias(name + " " + addressToWrite + "\n")
			d.Fixes = append(d.Fixes, offered("create alias "+name+" in "+fileName(in)+"; its address is left to write", d, edit, ""))
		}
	}
}

// offerGroup: groups are the datacenter's, and may stand anywhere in its file.
func (r *resolver) offerGroup(fw *FW, d *diag.Diagnostic) {
	name := d.Span.Text()
	if !isName(name) || len(name) > longestGroup {
		return
	}
	for _, in := range r.creatable(fw, "dc/") {
		d.Fixes = append(d.Fixes, offered("create [group "+lower(name)+"] in cluster.fw; its rules are left to write",
			d, r.roomIn(in).end.section("[group "+lower(name)+"]\n"), name))
	}
}

// offered is a fix that defines name. Sets and groups are found by their lower-case
// name only, so a reference in capitals is mended on the way.
func offered(title string, d *diag.Diagnostic, definition source.Edit, name string) diag.Fix {
	edits := []source.Edit{definition}
	if name != lower(name) {
		edits = append(edits, source.Edit{Span: nameOf(d.Span, name), Text: lower(name)})
	}
	return diag.Fix{Title: title, Safety: diag.Offered, Edits: edits}
}

// creatable are the files whose definitions a reference in fw with that scope
// finds, the nearest first.
func (r *resolver) creatable(fw *FW, prefix string) []*FW {
	var all []*FW
	if fw.Env.IsGuest() && prefix != "dc/" && prefix != "sdn/" {
		all = append(all, fw)
	}
	// The single character 0 is no file, whatever follows it.
	if c := r.cfg.Cluster; c != nil && (prefix == "" || prefix == "dc/") && (c.Present || len(c.File.Source.Bytes()) == 0) {
		all = append(all, c)
	}
	return all
}

func fileName(fw *FW) string {
	if fw.Env == facts.Cluster {
		return "cluster.fw"
	}
	return "this file"
}

// rooms are the places of a file where definitions can be added. Aliases and sets
// must stand above their use (reference/pve-firewall §1.9).
type rooms struct {
	aliases     *seam // behind the last alias of a section that all uses stand below
	bare        bool  // that section has no alias yet
	beforeSets  seam  // above all sets, groups and rules
	beforeRules seam  // above all groups and rules
	end         seam
}

// alias adds the line of an alias, with a section where there is none.
func (p *rooms) alias(line string) source.Edit {
	switch {
	case p.aliases == nil:
		return p.beforeSets.section("[ALIASES]\n\n" + line)
	case p.bare:
		line = "\n" + line
	}
	return p.aliases.insert(line)
}

// seam is a place between two lines of a file.
type seam struct {
	file *source.File
	at   int
}

// insert puts whole lines there.
func (s seam) insert(lines string) source.Edit {
	if text := s.file.Bytes(); s.at > 0 && text[s.at-1] != '\n' {
		lines = "\n" + lines
	}
	return source.Edit{Span: s.file.Span(s.at, s.at), Text: lines}
}

// section puts whole lines there, with a blank line towards what is around them.
func (s seam) section(lines string) source.Edit {
	text := s.file.Bytes()
	if above := bytes.TrimSuffix(text[:s.at], []byte("\n")); len(above) > 0 && above[len(above)-1] != '\n' {
		lines = "\n" + lines
	}
	if s.at < len(text) {
		lines += "\n"
	}
	return s.insert(lines)
}

// roomIn finds the places of a file, once.
func (r *resolver) roomIn(fw *FW) *rooms {
	if p := r.rooms[fw]; p != nil {
		return p
	}
	p := roomsOf(fw)
	r.rooms[fw] = p
	return p
}

func roomsOf(fw *FW) *rooms {
	p := &rooms{end: fw.seamAt(len(fw.File.Source.Bytes()))}
	p.beforeSets, p.beforeRules = p.end, p.end
	above, setsSeen := int32(0), false // where the comment block begins that touches the line
	for _, line := range fw.File.Lines {
		h, isHeader := line.(*grammar.Header)
		if isHeader && h.Section >= grammar.Rules {
			if !setsSeen {
				p.beforeSets, setsSeen = fw.seamAt(int(above)), true
			}
			if h.Section != grammar.IPSetSection {
				p.beforeRules = fw.seamAt(int(above))
				break
			}
		}
		if !setsSeen {
			p.noteAlias(fw, line)
		}
		if t, isTrivia := line.(*grammar.Trivia); !isTrivia || !t.Comment().Present() {
			above = grammar.BaseOf(line).Whole().End
		}
	}
	return p
}

// noteAlias remembers the last line of the first sections of aliases.
func (p *rooms) noteAlias(fw *FW, line grammar.Line) {
	switch l := line.(type) {
	case *grammar.Header:
		if l.Section != grammar.Aliases {
			return
		}
		p.bare = true
	case *grammar.Alias:
		p.bare = false
	default:
		return
	}
	behind := fw.seamAt(int(grammar.BaseOf(line).Whole().End))
	p.aliases = &behind
}

func (fw *FW) seamAt(at int) seam { return seam{fw.File.Source, at} }
