package chain

import (
	"strings"

	"github.com/pvefw/pvefw/ir"
)

// mostFaults is how many faults are named before the reader only goes on.
const mostFaults = 100

// Read reads what iptables-restore or ip6tables-restore is fed, or what the -save
// programs print: any number of tables, chains with or without counters, rules.
// Lines that say nothing that it knows are faults, and what they touch is unknown.
func Read(f ir.Family, text string) (*Ruleset, []Fault) {
	r := &reading{rules: &Ruleset{Family: f, tables: map[string]*Table{}}}
	for line := range strings.SplitSeq(text, "\n") {
		r.line++
		r.read(strings.TrimRight(line, " \t\r"))
	}
	return r.rules, r.faults
}

// reading is a text on its way.
type reading struct {
	rules  *Ruleset
	table  *Table // the one at hand; nil before the first
	line   int
	faults []Fault
}

func (r *reading) fault(reason string) {
	if len(r.faults) < mostFaults {
		r.faults = append(r.faults, Fault{r.line, reason})
	}
}

func (r *reading) read(line string) {
	switch {
	case line == "" || line[0] == '#' || line == "COMMIT":
	case line[0] == '*':
		r.open(line[1:])
	case r.table == nil:
		r.fault("no table is named before this line")
	case line[0] == ':':
		r.declare(line[1:])
	default:
		r.command(line)
	}
}

func (r *reading) open(name string) {
	r.table = r.rules.tables[name]
	if r.table == nil {
		r.table = &Table{Name: name, chains: map[string]*Chain{}}
		r.rules.tables[name] = r.table
	}
}

// declare reads what stands behind the colon: name, policy, counters.
func (r *reading) declare(line string) {
	name, rest, _ := strings.Cut(line, " ")
	policy, _, _ := strings.Cut(rest, " ")
	c := r.table.chain(name)
	if policy != "-" {
		c.Policy = policy
	}
}

// command reads a line that iptables would take as its arguments. Counters may
// stand in front of it.
func (r *reading) command(line string) {
	rest := line
	if line[0] == '[' {
		_, rest, _ = strings.Cut(line, "] ")
	}
	words, ok := split(rest)
	if !ok || len(words) < 2 {
		r.fault("this is no command of iptables")
		if len(words) > 1 {
			r.table.chain(words[1]).Unreadable = "a line of it cannot be read"
		}
		return
	}
	c := r.table.chain(words[1])
	switch words[0] {
	case "-A", "--append":
		r.append(c, line, words[2:])
	case "-F", "--flush":
		c.Rules, c.Signature, c.Unreadable = nil, "", ""
	case "-N", "--new-chain":
	case "-P", "--policy":
		if len(words) > 2 {
			c.Policy = words[2]
		}
	default:
		r.fault("the command " + words[0] + " is not followed")
		c.Unreadable = "it is changed by the command " + words[0]
	}
}

// signaturePrefix stands before the digest in the comment of a chain's last rule.
const signaturePrefix = "PVESIG:"

// append adds a rule. The rule that only carries the signature is none.
func (r *reading) append(c *Chain, line string, words []string) {
	if len(words) == 4 && words[2] == "--comment" {
		if signature, ok := strings.CutPrefix(words[3], signaturePrefix); ok {
			c.Signature = signature
			return
		}
	}
	c.Rules = append(c.Rules, readRule(r.rules.Family, r.line, line, words))
}
