package grammar

import "strings"

// Lines of iptables and iptables-save, pasted where a rule should stand.

// iptables recognises such a line. It is translated where every word of it has a
// counterpart that means the same; order matters, so inserting lines are not.
func (r reading) iptables() (trouble, bool) {
	first := r.typeWord()
	switch string(r.cut(first)) {
	case "-A", "--append", "-I", "--insert", "iptables", "ip6tables":
	default:
		return trouble{}, false
	}
	whole := r.trimmed(Word{first.Start, r.rest.End})
	words := quotedWords(string(r.cut(whole)))
	if words[0] == "iptables" || words[0] == "ip6tables" {
		words = words[1:]
	}
	t := trouble{at: first, preview: refuses,
		message: "this is a line of iptables; rules begin with IN, OUT, FORWARD or GROUP"}
	if text, ok := fromIptables(words, r.rest.End == int32(len(r.text))); ok {
		t.mended, t.fix, t.guess = "write it as a rule", &change{whole, text}, true
	}
	return t, true
}

// quotedWords splits at blanks outside of double quotes, which it takes away.
func quotedWords(text string) (words []string) {
	for i, part := range strings.Split(text, `"`) {
		if i%2 == 1 {
			words = append(words, part)
		} else {
			words = append(words, strings.Fields(part)...)
		}
	}
	if len(words) == 0 {
		return []string{""}
	}
	return words
}

// silent are pairs of words that need no counterpart: modules for what a rule says
// by itself, and the state in which a rule is asked anyway.
var silent = map[[2]string]bool{
	{"-m", "tcp"}: true, {"-m", "udp"}: true, {"-m", "icmp"}: true, {"-m", "multiport"}: true, {"-m", "comment"}: true,
	{"-m", "conntrack"}: true, {"-m", "state"}: true, {"--ctstate", "NEW"}: true, {"--state", "NEW"}: true,
}

// fromIptables writes the words behind -A as a rule.
func fromIptables(words []string, roomForComment bool) (string, bool) {
	const most = 64
	direction := map[string]string{"INPUT": "IN", "OUTPUT": "OUT"}
	if len(words) < 4 || len(words)%2 != 0 || len(words) > most || words[0] != "-A" && words[0] != "--append" || direction[words[1]] == "" {
		return "", false
	}
	typ := direction[words[1]]
	var action, comment string
	params := ""
	for i := 2; i < len(words); i += 2 {
		name, value := words[i], words[i+1]
		flag, known := iptablesFlag(name, typ)
		switch {
		case silent[[2]string{name, value}], name == "--reject-with":
		case name == "-j" || name == "--jump":
			action = value
		case name == "--comment" && roomForComment:
			comment = " # " + value
		case known && !strings.ContainsAny(value, " !#") && value != "":
			params += " " + flag + " " + value
		default:
			return "", false
		}
	}
	switch action {
	case "ACCEPT", "DROP", "REJECT":
		return typ + " " + action + params + comment, true
	}
	return "", false
}

// iptablesFlag is the parameter of a rule that means the same; -i and -o only in
// the direction that they have there.
func iptablesFlag(name, typ string) (string, bool) {
	switch {
	case name == "-o" || name == "--out-interface":
		return "-i", typ == "OUT"
	case name == "-i" || name == "--in-interface":
		return "-i", typ == "IN"
	}
	good := foreign[strings.TrimLeft(name, "-")]
	return good, good != "" && good != "#" && good != "-log"
}
