// Package preview owns how proxmox-firewall, the nftables daemon, reads a .fw
// file: which lines make it refuse the file, and what becomes of the others. It
// must not know findings, nor the tree that pve-firewall's reading gives.
// Invariant: every line of a file has a judgement, and a refused one is refused
// by the measured daemon too. Start reading at Read and Line.
package preview

import (
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// Verdict is what the daemon does with a line, from harmless to worst.
type Verdict uint8

// The verdicts. Anything from KernelRefuses on stops every update of the node.
const (
	Taken         Verdict = iota // as written
	Ignored                      // read and without effect: comments, disabled rules, unknown options
	Widened                      // a rule of which a part is left out
	Skipped                      // left out with a warning
	KernelRefuses                // a rule that nft does not load
	SetRefused                   // an entry that ends the update when the set is made
	Refused                      // a line that makes the file unreadable
)

// Line is the judgement of one line. Why is a part of a sentence; it is empty
// where there is nothing to explain.
type Line struct {
	Verdict Verdict
	Why     string
}

// headerLine: a header that is read may still be good for nothing.
func (f *File) headerLine(in section) Line {
	if in == aliases && f.env == facts.Host {
		return Line{Why: "refuses the file for every alias below it"}
	}
	return Line{}
}

// Effect is the judgement as a sentence about the daemon, empty where the line
// is read as written or has no effect anyway.
func (l Line) Effect() string {
	switch l.Verdict {
	case Refused:
		return "Refuses the file, so no update of the node's rules takes place: " + l.Why + "."
	case KernelRefuses:
		return "Writes a rule that nft refuses, so the whole update fails: " + l.Why + "."
	case SetRefused:
		return "Cannot make the set, so the whole update fails: " + l.Why + "."
	case Skipped:
		return "Leaves it out with a warning: " + l.Why + "."
	case Widened:
		return "Takes the rule " + l.Why + ", so it matches more than written."
	case Ignored:
		if l.Why != "" {
			return "Ignores the line: " + l.Why + "."
		}
	case Taken:
		if l.Why != "" {
			return "Reads the line, but " + l.Why + "."
		}
	}
	return ""
}

// File is what the daemon makes of one .fw file.
type File struct {
	env     facts.Env
	src     *source.File
	lines   []place
	aliases map[string]bool // by lower-case name: IPv6 or not
	sets    map[string]bool // as written: names have case
	groups  map[string]bool
}

// Scope is where the names of a file are looked up: a guest's own file, if it is
// one, then the datacenter's. A nil Cluster defines nothing unless Unknown says
// that it could.
type Scope struct {
	Own, Cluster *File
	Unknown      bool
	// SDN looks up a set of the software-defined network; nil where nothing is known
	// about it.
	SDN func(name string) (found, known bool)
}

// place is what the first pass leaves of a line.
type place struct {
	in     section
	faulty fault
}

// section is what the lines below a header are read as.
type section uint8

const (
	none section = iota
	options
	aliases
	rules
	group
	ipset
	lost // below a header that is refused
)

// Read makes the first pass: headers, options, aliases, set entries. Rules are
// judged by Line, because they depend on the names of other files.
func Read(src *source.File, env facts.Env) *File {
	f := &File{
		env: env, src: src, lines: make([]place, src.LineCount()),
		aliases: map[string]bool{}, sets: map[string]bool{}, groups: map[string]bool{},
	}
	r := reader{File: f, seen: map[string]bool{}}
	for i := range f.lines {
		f.lines[i] = r.line(strings.TrimSpace(f.text(i + 1)))
	}
	return f
}

func (f *File) text(n int) string { return f.src.Line(n).Text() }

// Line judges line n, counted from 1, of a file whose names are looked up in s.
func (f *File) Line(n int, s Scope) Line {
	if n < 1 || n > len(f.lines) {
		return Line{}
	}
	p := f.lines[n-1]
	text := strings.TrimSpace(f.text(n))
	switch {
	case p.faulty != fine:
		return Line{Refused, p.faulty.String()}
	case text == "" || text[0] == '#':
		return Line{Verdict: Ignored}
	case text[0] == '[':
		return f.headerLine(p.in)
	case p.in == options:
		return optionLine(f.env, text)
	case p.in == ipset:
		return f.entryLine(text, s)
	case p.in == rules || p.in == group:
		return f.ruleLine(text, p.in, s)
	}
	return Line{}
}
