package iptables

import (
	"crypto/sha1"
	"encoding/base64"
	"sort"
	"strings"
)

// table collects chains and prints them the way the daemon feeds
// iptables-restore on a node without previous chains (reference/pve-firewall §6.2).
type table struct {
	name   string
	hooks  []string // built-in chains that jump to PVEFW-<hook> where that exists
	chains map[string]*chain
}

func newTable(name string, hooks ...string) *table {
	return &table{name: name, hooks: hooks, chains: map[string]*chain{}}
}

// chain is a list of complete rule strings, each beginning with -A NAME.
type chain struct {
	name  string
	rules []string
}

// chain returns the chain of that name, made on first use.
func (t *table) chain(name string) *chain {
	c := t.chains[name]
	if c == nil {
		c = &chain{name: name}
		t.chains[name] = c
	}
	return c
}

// frame adds a rule of the fixed frame: one blank behind the chain's name.
func (c *chain) frame(rule string) {
	c.rules = append(c.rules, "-A "+c.name+" "+rule)
}

// rule adds a rule of the generic writer, which leaves two blanks where the
// match is empty (reference/pve-firewall §6.3).
func (c *chain) rule(match, target string) {
	c.frame(match + " " + target)
}

// signature is how the daemon tells whether a loaded chain is still the same.
func (c *chain) signature() string {
	h := sha1.New()
	for _, r := range c.rules {
		h.Write([]byte(r))
	}
	return base64.RawStdEncoding.EncodeToString(h.Sum(nil))
}

func (t *table) names() []string {
	names := make([]string, 0, len(t.chains))
	for name := range t.chains {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func (t *table) print(b *strings.Builder) {
	names := t.names()
	b.WriteString("*" + t.name + "\n")
	for _, name := range names {
		b.WriteString(":" + name + " - [0:0]\n")
	}
	for _, hook := range t.hooks {
		if t.chains["PVEFW-"+hook] != nil {
			b.WriteString("-A " + hook + " -j PVEFW-" + hook + "\n")
		}
	}
	for _, name := range names {
		t.chains[name].print(b)
	}
	b.WriteString("COMMIT\n")
}

func (c *chain) print(b *strings.Builder) {
	b.WriteString("-F " + c.name + "\n")
	for _, r := range c.rules {
		b.WriteString(r)
		b.WriteByte('\n')
	}
	b.WriteString("-A " + c.name + " -m comment --comment \"PVESIG:" + c.signature() + "\"\n")
}
