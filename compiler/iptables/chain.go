package iptables

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"io"
	"sort"

	"github.com/pvefw/pvefw/ir"
)

// table collects chains and prints them the way the daemon feeds
// iptables-restore on a node without previous chains (reference/pve-firewall §6.2).
type table struct {
	name   string
	hooks  []string // built-in chains that jump to PVEFW-<hook> where that exists
	chains map[string]*chain
	mute   bool // keeps the names of the chains only
	traced bool // keeps where rules come from
}

func newTable(name string, hooks ...string) *table {
	return &table{name: name, hooks: hooks, chains: map[string]*chain{}}
}

// chain is a list of complete rules, each a line that begins with -A NAME.
type chain struct {
	name  string
	lines []byte
	mute  bool
	later []func() // add rules when the chain is printed

	at      ir.Origin   // of the rules that are being added
	traced  bool        // each is noted
	origins []ir.Origin // of each line, where traced
}

// after has rules added only when they are printed, since the chains of guests make
// nearly all of a text. What there is to find about them is found at once; to add
// them again finds nothing new.
func (c *chain) after(add func()) {
	mute := c.mute
	c.mute = true
	add()
	c.mute = mute
	if !mute {
		c.later = append(c.later, add)
	}
}

// chain returns the chain of that name, made on first use.
func (t *table) chain(name string) *chain {
	c := t.chains[name]
	if c == nil {
		c = &chain{name: name, mute: t.mute, traced: t.traced}
		t.chains[name] = c
	}
	return c
}

// frame adds a rule of the fixed frame: one blank behind the chain's name.
func (c *chain) frame(rule string) { c.add(rule) }

// leading is frame for a rule that leads to the chain of something from elsewhere.
func (c *chain) leading(to ir.Origin, rule string) {
	before := c.at
	c.at = to
	c.add(rule)
	c.at = before
}

// add adds a rule that is made of parts, with one blank between two.
func (c *chain) add(parts ...string) {
	if c.mute {
		return
	}
	c.lines = append(append(c.lines, "-A "...), c.name...)
	for _, part := range parts {
		c.lines = append(append(c.lines, ' '), part...)
	}
	c.lines = append(c.lines, '\n')
	if c.traced {
		c.origins = append(c.origins, c.at)
	}
}

// rule adds a rule of the generic writer, which leaves two blanks where the
// match is empty (reference/pve-firewall §6.3).
func (c *chain) rule(match, target string) { c.add(match, target) }

// signature is how the daemon tells whether a loaded chain is still the same; room
// is for the rules without their line ends.
func (c *chain) signature(room []byte) (signature string, used []byte) {
	room = room[:0]
	for line := range bytes.SplitSeq(c.lines, []byte("\n")) {
		room = append(room, line...)
	}
	sum := sha1.Sum(room)
	return base64.RawStdEncoding.EncodeToString(sum[:]), room
}

func (t *table) names() []string {
	names := make([]string, 0, len(t.chains))
	for name := range t.chains {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// sink is where a text goes; a failure is asked for at the end.
type sink interface {
	io.Writer
	io.ByteWriter
	io.StringWriter
}

// print writes the table and forgets its rules on the way.
func (t *table) print(w sink) {
	names := t.names()
	w.WriteString("*" + t.name + "\n")
	for _, name := range names {
		w.WriteString(":" + name + " - [0:0]\n")
	}
	for _, hook := range t.hooks {
		if t.chains["PVEFW-"+hook] != nil {
			w.WriteString("-A " + hook + " -j PVEFW-" + hook + "\n")
		}
	}
	var lines, room []byte
	for _, name := range names {
		lines, room = t.chains[name].print(w, lines, room)
	}
	w.WriteString("COMMIT\n")
}

// size is about how many bytes print writes of what is there already, rather more.
func (t *table) size() int {
	n := 1 << 10
	for name, c := range t.chains {
		n += len(c.lines) + 3*len(name) + 100
	}
	return n
}

// print makes and writes the chain in the room of one before, and returns that.
func (c *chain) print(w sink, lines, room []byte) (usedLines, used []byte) {
	if c.lines == nil {
		c.lines = lines[:0]
	}
	for _, add := range c.later {
		add()
	}
	signature, room := c.signature(room)
	w.WriteString("-F ")
	w.WriteString(c.name)
	w.WriteByte('\n')
	w.Write(c.lines)
	if to, ok := w.(*tracing); ok {
		to.from(c.origins)
	}
	w.WriteString("-A ")
	w.WriteString(c.name)
	w.WriteString(" -m comment --comment \"PVESIG:")
	w.WriteString(signature)
	w.WriteString("\"\n")
	lines = c.lines
	c.lines, c.later, c.origins = nil, nil, nil
	return lines, room
}
