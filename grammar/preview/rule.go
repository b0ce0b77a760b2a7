package preview

import (
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
)

// Rules as the parser sees them (reference/proxmox-firewall §7).

// rule is a line that the parser took apart.
type rule struct {
	disabled  bool
	direction string // IN, OUT, FORWARD; empty: a GROUP rule
	target    string // the group
	macro     string
	verdict   string
	values    map[string]string // by the parameter's long name
}

// parameters maps every spelling to the parameter.
var parameters = map[string]string{
	"p": "proto", "proto": "proto", "i": "iface", "iface": "iface", "dport": "dport", "sport": "sport",
	"dest": "dest", "source": "source", "log": "log", "icmp-type": "icmp-type",
}

// ruleLine judges a rule: whether it can be read, then what is made of it.
func (f *File) ruleLine(text string, in section, s Scope) Line {
	r, why := parseRule(text)
	if why == "" {
		why = r.refusal(f.env)
	}
	switch {
	case why != "":
		return Line{Refused, why}
	case r.disabled:
		return Line{Verdict: Ignored}
	}
	if in == group {
		s.Own = nil
	}
	return r.generate(f.env, in, s)
}

// parseRule returns why the line cannot be read, or "".
func parseRule(text string) (r rule, why string) {
	if head, comment, found := strings.Cut(text, "#"); found && strings.TrimSpace(comment) != "" {
		text = strings.TrimRight(head, " \t")
	}
	if strings.ContainsAny(text, "\r\n") {
		return r, "a carriage return stands inside the line"
	}
	text, r.disabled = strings.CutPrefix(text, "|")
	text = strings.TrimSpace(text)
	if rest, isGroup := strings.CutPrefix(text, "GROUP"); isGroup && strings.TrimLeft(rest, asciiSpace) != rest {
		why = r.group(strings.TrimSpace(rest))
		return r, why
	}
	return r, r.filter(text)
}

func (r *rule) group(rest string) string {
	name, rest := cutName(rest)
	if name == "" {
		return "a group's name begins with a letter"
	}
	r.target = name
	if why := r.parameters(rest); why != "" {
		return why
	}
	for name := range r.values {
		if name != "iface" {
			return "a GROUP rule takes an interface and nothing else"
		}
	}
	return ""
}

func (r *rule) filter(text string) string {
	direction, rest := cutName(text)
	r.direction = strings.ToUpper(direction)
	switch r.direction {
	case "IN", "OUT", "FORWARD":
	case "":
		return "a rule begins with IN, OUT, FORWARD or GROUP"
	default:
		if direction == "GROUP" {
			return "a GROUP rule names a group"
		}
		return "a rule begins with IN, OUT, FORWARD or, in capitals, GROUP"
	}
	rest, why := r.action(strings.TrimSpace(rest))
	if why != "" {
		return why
	}
	return r.parameters(rest)
}

// action takes VERDICT or MACRO(VERDICT) off; verdicts have no case.
func (r *rule) action(text string) (rest, why string) {
	word, rest := cutName(text)
	if word == "" {
		return rest, "an action or a macro must follow the direction"
	}
	if inside, isMacro := strings.CutPrefix(rest, "("); isMacro {
		r.macro = word
		word, rest = cutName(inside)
		if rest == "" || rest[0] != ')' {
			return rest, "a macro has one action in parentheses"
		}
		rest = rest[1:]
	}
	if !isVerdict(word) {
		return rest, "the action must be ACCEPT, DROP or REJECT"
	}
	r.verdict = strings.ToUpper(word)
	return rest, ""
}

// parameters reads -NAME VALUE and --NAME VALUE; the blank between is optional.
func (r *rule) parameters(text string) string {
	r.values = map[string]string{}
	for {
		text = strings.TrimSpace(text)
		if text == "" {
			return ""
		}
		if text[0] != '-' {
			return "every parameter begins with a dash"
		}
		name, rest := cutName(strings.TrimPrefix(text[1:], "-"))
		value, rest := cutWord(strings.TrimSpace(rest))
		long, known := parameters[name]
		_, twice := r.values[long]
		switch {
		case name == "":
			return "a parameter has a name"
		case value == "":
			return "a parameter has no value"
		case !known:
			return "it does not know a parameter of this name"
		case twice:
			return "a parameter is there twice"
		}
		r.values[long] = value
		text = rest
	}
}

// refusal is what the reader has against the values.
func (r *rule) refusal(env facts.Env) string {
	iface, hasIface := r.values["iface"]
	log, hasLog := r.values["log"]
	_, hasPort := r.values["dport"]
	_, hasType := r.values["icmp-type"]
	switch {
	case env.IsGuest() && r.direction == "FORWARD":
		return "a guest's file cannot have FORWARD rules"
	case env == facts.VNet && (r.direction == "IN" || r.direction == "OUT"):
		return "a VNet's file can have FORWARD and GROUP rules only"
	case env.IsGuest() && hasIface && !isNet(iface):
		return "an interface of a guest is written netN"
	case hasLog && !isLevel(log):
		return "log levels are named, in lower case"
	case hasPort && hasType:
		return "-dport and -icmp-type exclude each other"
	}
	if why := r.portRefusal(); why != "" {
		return why
	}
	return r.addressRefusal()
}

func isNet(name string) bool {
	number, ok := strings.CutPrefix(name, "net")
	return ok && number != "" && strings.Trim(number, "0123456789") == ""
}
