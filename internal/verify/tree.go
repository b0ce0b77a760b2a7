package verify

import (
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// Suite is a file of tests.
type Suite struct {
	File  *source.File
	Tests []*Test
}

// Test is one assertion. Words are not judged by whoever makes it.
type Test struct {
	Name Word
	Kind Kind
	Some bool // Allow, Deny, Reject: one packet of each pair is enough

	// Allow, Deny, Reject: empty ends stand for outside and host.
	From, To []Word
	Packets
	Except []*Packets

	NICs      []Word // SpoofProof
	Addresses []Word // SpoofProof: what the NICs may call themselves; empty: their ipfilter sets
	Base      Word   // NoNewAccess: the revision; empty: the one that the caller brings
}

// Kind is what a test asserts.
type Kind uint8

// The kinds.
const (
	Allow Kind = iota
	Deny
	Reject
	SpoofProof
	NoNewAccess
)

// String is the key of the test file.
func (k Kind) String() string {
	return [...]string{"allow", "deny", "reject", "spoof-proof", "no-new-access"}[k]
}

// Packets describes packets: of each list that is not empty a packet must be in
// one item. Nil and empty lists restrict nothing.
type Packets struct {
	Source, Dest, Proto, SPort, DPort, ICMP, Service, MAC, State []Word

	Builtin []Word // what Proxmox lets in by itself; only in exceptions
	Span    source.Span
}

// Word is a word of a test file and its place.
type Word struct {
	Text string
	Span source.Span
}

// part is text[from:to] of the word with its own place, where the file has the
// word as it is, be it in quotes.
func (w Word) part(from, to int) Word {
	p := Word{w.Text[from:to], w.Span}
	start := int(w.Span.Start)
	switch text := w.Span.Text(); {
	case w.Span.File == nil:
		return p
	case text == w.Text:
	case len(text) == len(w.Text)+2 && text[1:len(text)-1] == w.Text:
		start++
	default:
		return p
	}
	p.Span = w.Span.File.Span(start+from, start+to)
	return p
}

// split cuts a list at its commas.
func (w Word) split() []Word {
	var list []Word
	for from := 0; from <= len(w.Text); {
		to := len(w.Text)
		if i := strings.IndexByte(w.Text[from:], ','); i >= 0 {
			to = from + i
		}
		a, b := from, to
		for a < b && w.Text[a] == ' ' {
			a++
		}
		for b > a && w.Text[b-1] == ' ' {
			b--
		}
		list = append(list, w.part(a, b))
		from = to + 1
	}
	return list
}

// splitAll is split for all words of a list.
func splitAll(words []Word) []Word {
	var list []Word
	for _, w := range words {
		list = append(list, w.split()...)
	}
	return list
}

// complaints collects what is wrong with words.
type complaints struct{ found diag.List }

// mostComplaints bounds what is said about words.
const mostComplaints = 100

func (c *complaints) full() bool { return len(c.found) >= mostComplaints }

func (c *complaints) at(w Word, message string) {
	if !c.full() {
		c.found = append(c.found, diag.New(Invalid, w.Span, message))
	}
}

// unknown complains about a name and offers the one that is meant.
func (c *complaints) unknown(w Word, what string, known []string) {
	if c.full() {
		return
	}
	text := what + " \"" + diag.Visible(w.Text) + "\" is not known"
	if near := diag.Nearest(w.Text, known); near != "" {
		text += "; did you mean " + near + "?"
	} else if len(known) > 0 && len(known) <= mostOffered {
		text += "; known are " + strings.Join(known, ", ")
	}
	c.at(w, text)
}

// mostOffered is how many names a complaint lists.
const mostOffered = 12
