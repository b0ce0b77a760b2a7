package config

import (
	"strings"

	"github.com/pvefw/pvefw/grammar"
)

// Loss is a line that Canonical does not keep as a whole.
type Loss struct {
	Line *grammar.Base
	What string // what is lost, such as aComment
}

const (
	aComment  = "a comment"
	notStored = "a line that Proxmox does not store"
)

// Lost lists what is gone after Canonical, in the order of the lines: comments on
// lines of their own, lines that the daemon drops, definitions that a later one
// replaces, and the comments and values that a save leaves out.
func Lost(fw *FW) []Loss {
	kept := keptLines(fw)
	var all []Loss
	for _, l := range fw.File.Lines {
		if what := lost(fw, l, kept); what != "" {
			all = append(all, Loss{grammar.BaseOf(l), what})
		}
	}
	return all
}

// lost is what a save loses of one line; empty when it loses nothing.
func lost(fw *FW, l grammar.Line, kept map[grammar.Line]string) string {
	part, stored := kept[l]
	comment := fw.File.Text(commentOf(l))
	_, header := l.(*grammar.Header)
	trivia, unread := l.(*grammar.Trivia)
	switch {
	case unread && !trivia.Comment().Present():
		return ""
	case unread:
		return aComment
	case !stored:
		return notStored
	case !header && strings.HasPrefix(fw.File.Text(grammar.BaseOf(l).Body()), "["):
		return "a line that becomes a header elsewhere"
	case part == "" && comment != "" && trailing(comment) == "":
		return aComment
	}
	return part
}

// keptLines are the lines that what fw stores came from, with the part of each
// that a save leaves out although it means something.
func keptLines(fw *FW) map[grammar.Line]string {
	kept := map[grammar.Line]string{}
	for _, r := range fw.Rules {
		kept[r.Line] = unwritten(r, false)
	}
	for _, a := range fw.Aliases {
		kept[a.Line] = ""
	}
	for _, s := range fw.Sets {
		kept[s.Header] = ""
		for _, e := range storedEntries(s) {
			kept[e.Line] = ""
		}
	}
	for _, g := range fw.Groups {
		kept[g.Header] = ""
		for _, r := range g.Rules {
			kept[r.Line] = unwritten(r, true)
		}
	}
	keepHeaders(fw, kept)
	return kept
}

// keepHeaders adds plain headers, and the options in force.
func keepHeaders(fw *FW, kept map[grammar.Line]string) {
	for _, l := range fw.File.Lines {
		switch l := l.(type) {
		case *grammar.Header:
			if !l.Name.Present() {
				kept[l] = ""
			}
		case *grammar.Option:
			if v, set := fw.Options.Get(lower(fw.File.Text(l.Name))); set && v.Line == int(l.Number) {
				kept[l] = ""
			}
		}
	}
}

// unwritten is the part of a rule whose loss changes what the rule does: the
// interface that makes a group's rule dead, and the ICMP type 0.
func unwritten(r *Rule, group bool) string {
	switch {
	case group && r.Iface != "" && r.Iface != "0":
		return "the interface of a group's rule"
	case r.DPort == "0" && strings.Contains(r.Proto, "icmp"):
		return "the ICMP type 0"
	}
	return ""
}

func commentOf(l grammar.Line) grammar.Word {
	switch l := l.(type) {
	case *grammar.Header:
		return l.Comment
	case *grammar.Alias:
		return l.Comment
	case *grammar.SetEntry:
		return l.Comment()
	case *grammar.Rule:
		return l.Comment()
	}
	return grammar.Word{}
}
