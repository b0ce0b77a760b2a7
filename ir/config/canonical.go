package config

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/facts"
)

// Canonical returns fw as Proxmox writes it when somebody saves it in the web
// interface or through the API (reference/pve-firewall §13), options sorted by
// name. What the daemon does not store is gone; Lost lists it. The time decides
// about a cluster.fw that is enabled for a while only; the zero time leaves it.
func Canonical(fw *FW, now time.Time) []byte {
	w := &canonical{fw: fw, now: now}
	w.options()
	w.aliases()
	for _, name := range slices.Sorted(maps.Keys(fw.Sets)) {
		w.set(fw.Sets[name])
	}
	if len(fw.Rules) > 0 {
		w.part("[RULES]", "", w.rules(fw.Rules, true))
	}
	for _, name := range slices.Sorted(maps.Keys(fw.Groups)) {
		g := fw.Groups[name]
		w.part("[group "+g.Name+"]", g.Comment, w.rules(g.Rules, false))
	}
	return []byte(w.out.String())
}

// canonical writes one file.
type canonical struct {
	fw  *FW
	now time.Time
	out strings.Builder
}

// part writes a header, a blank line, the lines and a blank line.
func (w *canonical) part(header, comment string, lines []string) {
	w.out.WriteString(header + trailing(comment) + "\n\n")
	for _, l := range lines {
		w.out.WriteString(l + "\n")
	}
	w.out.WriteString("\n")
}

// trailing is a comment behind a line. The daemon stores text that is no UTF-8
// with replacement characters, and writes none that is blank or 0.
func trailing(comment string) string {
	if strings.Trim(comment, " \t\r\v\f") == "" || comment == "0" {
		return ""
	}
	return " # " + decoded(comment)
}

func (w *canonical) options() {
	var names, lines []string
	for _, v := range w.fw.Options.values {
		names = append(names, v.name)
	}
	slices.Sort(names)
	for _, name := range names {
		lines = append(lines, name+": "+w.option(name))
	}
	if len(lines) > 0 {
		w.part("[OPTIONS]", "", lines)
	}
}

// option is a stored value; a time to be enabled until becomes 0 when it is over
// (reference/pve-firewall §2.2).
func (w *canonical) option(name string) string {
	text := w.fw.Options.Text(name, "")
	if w.fw.Env != facts.Cluster || name != "enable" || w.now.IsZero() || len(text) > len("9999999999") {
		return text
	}
	if n := w.fw.Options.Number(name, 0); n > 1 && int64(n)+60 < w.now.Unix() {
		return "0"
	}
	return text
}

func (w *canonical) aliases() {
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(w.fw.Aliases)) {
		a := w.fw.Aliases[key]
		lines = append(lines, a.Name+" "+a.Text+trailing(a.Comment))
	}
	if len(lines) > 0 {
		w.part("[ALIASES]", "", lines)
	}
}

// set sorts the entries by address; of entries with the same text the first
// stays. An entry without an address, of a line with two words, cannot be written.
func (w *canonical) set(s *Set) {
	kept := storedEntries(s)
	slices.SortFunc(kept, func(a, b SetEntry) int { return cmp.Compare(a.Text, b.Text) })
	var lines []string
	for _, e := range kept {
		line := e.Text + trailing(e.Comment())
		if e.NoMatch {
			line = "!" + line
		}
		lines = append(lines, line)
	}
	w.part("[IPSET "+s.Name+"]", s.Comment, lines)
}

// storedEntries are the entries of a set that a save keeps, in their order.
func storedEntries(s *Set) []SetEntry {
	seen := map[string]bool{}
	var kept []SetEntry
	for _, e := range s.Entries {
		if !seen[e.Text] && !e.Line.Extra().Present() {
			seen[e.Text] = true
			kept = append(kept, e)
		}
	}
	return kept
}

func (w *canonical) rules(rules []*Rule, ifaces bool) []string {
	lines := make([]string, 0, len(rules))
	for _, r := range rules {
		lines = append(lines, canonicalRule(r, ifaces))
	}
	return lines
}

// canonicalRule leaves out values that are empty or 0, which restrict nothing
// (reference/pve-firewall §13.3).
func canonicalRule(r *Rule, ifaces bool) string {
	text := r.File.Text
	line := strings.ToUpper(text(r.Line.Type())) + " "
	if r.Disabled {
		line = "|" + line
	}
	if r.Line.Macro().Present() {
		macro := text(r.Line.Macro())
		if r.Macro != nil {
			macro = r.Macro.Name
		}
		line += macro + "(" + text(r.Line.Verdict()) + ")"
	} else {
		line += text(r.Line.Action())
	}
	for k := grammar.Iface; k < grammar.ParamCount; k++ {
		p, given := r.Line.Param(k)
		if value := text(p.Value); given && value != "0" && (ifaces || k != grammar.Iface) {
			line += " " + k.Flag() + " " + value
		}
	}
	return line + trailing(r.Comment())
}
