package grammar

import (
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
)

// Tables about flags that people write and the daemon does not know.

// foreign maps other tools' names of a parameter, without dashes and in lower
// case, to the daemon's flag; # stands for a comment.
var foreign = map[string]string{
	"s": "-source", "src": "-source", "saddr": "-source", "source": "-source",
	"d": "-dest", "dst": "-dest", "daddr": "-dest", "dest": "-dest", "destination": "-dest",
	"i": "-i", "iface": "-i", "interface": "-i", "in-interface": "-i",
	"p": "-p", "proto": "-p", "protocol": "-p",
	"dport": "-dport", "dports": "-dport", "destination-port": "-dport",
	"sport": "-sport", "sports": "-sport", "source-port": "-sport",
	"log": "-log", "log-level": "-log",
	"icmp-type": "-icmp-type", "icmptype": "-icmp-type", "icmp_type": "-icmp-type", "icmpv6-type": "-icmp-type",
	"comment": "#",
}

// previewFlags are the parameter names that proxmox-firewall takes behind one or
// two dashes (reference/proxmox-firewall §7).
var previewFlags = map[string]bool{
	"p": true, "proto": true, "dport": true, "sport": true, "dest": true,
	"source": true, "i": true, "iface": true, "log": true, "icmp-type": true,
}

// advice completes the message about flags that have no counterpart.
var advice = map[string]string{
	"m": "; there are no match modules, and replies to permitted connections pass anyway",
	"j": "; the action is the second word of the line",
	"o": "; the only interface parameter is -i",
	"A": "; this looks like a line of iptables-save",
}

// meantFlag is the flag that was certainly meant by word; the outgoing interface
// is -i in OUT rules.
func meantFlag(word, typ string) (string, bool) {
	name := strings.TrimLeft(word, "-")
	if len(word)-len(name) > 2 {
		return "", false
	}
	if typ == "out" && (name == "o" || name == "out-interface") {
		return "-i", true
	}
	if good, ok := foreign[name]; ok {
		return good, true
	}
	good, ok := foreign[strings.ToLower(name)]
	return good, ok && len(name) > 1 || name == "P"
}

// positional recognises the oldest form of a rule, in which the fields behind the
// action have their place: IFACE SOURCE DEST PROTO DPORT SPORT, - for any.
func (r reading) positional() (trouble, bool) {
	fields := strings.Fields(string(r.cut(r.rest)))
	if len(fields) < 2 || len(fields) > 6 || !strings.Contains(strings.Join(fields[1:], " ")+" ", "- ") {
		return trouble{}, false
	}
	for _, f := range fields {
		if f != "-" && f[0] == '-' {
			return trouble{}, false
		}
	}
	t := trouble{at: r.trimmed(r.rest), preview: refuses,
		message: "the fields behind the action need flags; by position they are no longer read"}
	if text, ok := r.translate(fields); ok {
		t.mended, t.fix, t.guess = "write the fields with flags", &change{t.at, text}, true
	}
	return t, true
}

// translate writes positional fields with flags. Fields that repeat what the
// macro says are left out: beside a macro the daemon no longer takes them.
func (r reading) translate(fields []string) (string, bool) {
	names := []string{"-i", "-source", "-dest", "-p", "-dport", "-sport"}
	said, isMacro := r.macroFields()
	var out []string
	for i, f := range fields {
		switch {
		case f == "-":
		case isMacro && i >= 3:
			if f != said[i-3] {
				return "", false
			}
		default:
			out = append(out, names[i], f)
		}
	}
	return strings.Join(out, " "), len(out) > 0
}

// macroFields are the protocol and ports of the line's macro; empty unless it
// stands for exactly one rule.
func (r reading) macroFields() (said [3]string, isMacro bool) {
	f := r.tree.Filter
	if f == nil || f.Macro == nil {
		return said, false
	}
	m, ok := facts.MacroByName(string(r.cut(r.word(placeOf(f.Macro.Name)))))
	if !ok {
		return said, true
	}
	if rules := m.For(false); len(rules) == 1 {
		said = [3]string{rules[0].Proto, rules[0].DPort, rules[0].SPort}
	}
	return said, true
}
