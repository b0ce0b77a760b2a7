package preview

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pvefw/pvefw/internal/facts"
)

// The first pass: sections, and the lines of all but [RULES] and [group]
// (reference/proxmox-firewall §7).

// fault is why a line outside of rules is refused.
type fault uint8

const (
	fine fault = iota
	notUTF8
	noSection
	badHeader
	headerAbove
	groupHere
	setHere
	aliasHere
	twiceHere
	noColon
	optionTwice
	aliasName
	aliasValue
	aliasTail
	aliasTwice
	entryTail
	entryValue
)

// String is the part of a sentence that Line carries.
func (f fault) String() string {
	return [...]string{
		"", "the text is not UTF-8", "it has no section", "it knows no such section header", "the header above is refused",
		"this kind of file cannot have groups", "this kind of file cannot have IPSets",
		"this kind of file cannot have aliases", "the section is there twice", "an option needs a colon",
		"the option is set twice", "an alias begins with its name, and the name with a letter",
		"an alias holds one address or network", "nothing but a comment may follow the address",
		"the alias is defined twice", "nothing but a comment may follow the entry",
		"the entry is neither an address nor a network nor an alias",
	}[f]
}

// reader is the state of the first pass.
type reader struct {
	*File
	in   section
	seen map[string]bool // option names so far
}

func (r *reader) line(text string) place {
	switch {
	case !utf8.ValidString(text):
		return place{r.in, notUTF8}
	case text == "" || text[0] == '#':
		return place{in: r.in}
	case text[0] == '[':
		return r.header(text)
	}
	return place{r.in, r.content(text)}
}

func (r *reader) content(text string) fault {
	switch r.in {
	case none:
		return noSection
	case lost:
		return headerAbove
	case options:
		return r.option(text)
	case aliases:
		return r.alias(text)
	case ipset:
		return entryFault(text)
	}
	return fine
}

func (r *reader) header(text string) place {
	in, name, ok := parseHeader(text)
	faulty := fine
	switch {
	case !ok:
		faulty = badHeader
	case in == group && (r.env.IsGuest() || r.env == facts.Host):
		faulty = groupHere
	case in == ipset && (r.env == facts.Host || r.env == facts.VNet):
		faulty = setHere
	case in == group && r.groups[name] || in == ipset && r.sets[name]:
		faulty = twiceHere
	}
	if faulty != fine {
		r.in = lost
		return place{lost, faulty}
	}
	switch r.in = in; in {
	case group:
		r.groups[name] = true
	case ipset:
		r.sets[name] = true
	}
	return place{in: in}
}

// parseHeader: plain headers have any case and stand alone; the keywords group
// and IPSET are exact and a comment may follow.
func parseHeader(text string) (in section, name string, ok bool) {
	switch strings.ToUpper(text) {
	case "[OPTIONS]":
		return options, "", true
	case "[ALIASES]":
		return aliases, "", true
	case "[RULES]":
		return rules, "", true
	}
	for keyword, section := range map[string]section{"[group": group, "[IPSET": ipset} {
		rest, found := strings.CutPrefix(text, keyword)
		trimmed := strings.TrimLeft(rest, " \t")
		if !found || trimmed == rest {
			continue
		}
		name, tail := cutName(trimmed)
		tail, closed := strings.CutPrefix(tail, "]")
		tail = strings.TrimSpace(tail)
		return section, name, name != "" && closed && (tail == "" || tail[0] == '#')
	}
	return none, "", false
}

// cutName takes a name off: a letter, then letters, digits, hyphens and
// underscores; empty where none stands.
func cutName(text string) (name, rest string) {
	n := 0
	for n < len(text) {
		c := text[n]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (n == 0 || c != '-' && c != '_' && (c < '0' || c > '9')) {
			break
		}
		n++
	}
	return text[:n], text[n:]
}

// option splits at the first colon; names have case and count once. A value that
// is refused by itself does not make the next one the second.
func (r *reader) option(text string) fault {
	name, _, ok := strings.Cut(text, ":")
	name = strings.TrimSpace(name)
	switch {
	case !ok:
		return noColon
	case r.seen[name]:
		return optionTwice
	}
	r.seen[name] = optionLine(r.env, text).Verdict != Refused
	return fine
}

func (r *reader) alias(text string) fault {
	name, rest := cutName(text)
	value, tail := cutWord(strings.TrimSpace(rest))
	address, ok := parseNetwork(value)
	tail = strings.TrimSpace(tail)
	key := strings.ToLower(name)
	_, twice := r.aliases[key]
	switch {
	case name == "":
		return aliasName
	case !ok:
		return aliasValue
	case tail != "" && tail[0] != '#':
		return aliasTail
	case r.env == facts.Host:
		return aliasHere
	case twice:
		return aliasTwice
	}
	r.aliases[key] = address.Is6()
	return fine
}

// cutWord takes the text up to the first ASCII white space off.
func cutWord(text string) (word, rest string) {
	if i := strings.IndexAny(text, asciiSpace); i >= 0 {
		return text[:i], text[i:]
	}
	return text, ""
}

const asciiSpace = " \t\n\f\r"

// parseNetwork reads an address with or without a prefix length; host bits stay.
func parseNetwork(text string) (netip.Addr, bool) {
	address, length, hasLength := strings.Cut(text, "/")
	a, err := netip.ParseAddr(address)
	if err != nil || a.Zone() != "" {
		return netip.Addr{}, false
	}
	if n, err := strconv.Atoi(length); hasLength && (err != nil || n < 0 || n > a.BitLen()) {
		return netip.Addr{}, false
	}
	return a, true
}

// splitEntry takes the sign off an IPSet entry and what follows it.
func splitEntry(text string) (entry, tail string) {
	entry, tail = cutWord(strings.TrimSpace(strings.TrimPrefix(text, "!")))
	return entry, strings.TrimSpace(tail)
}

// entryFault: a comment glued to the entry is part of it. The name behind a
// scope is not looked at here.
func entryFault(text string) fault {
	entry, tail := splitEntry(text)
	if tail != "" && tail[0] != '#' {
		return entryTail
	}
	if _, isAddress := parseNetwork(entry); isAddress || isEntryAlias(entry) {
		return fine
	}
	return entryValue
}

func isEntryAlias(entry string) bool {
	if strings.HasPrefix(entry, "dc/") || strings.HasPrefix(entry, "guest/") {
		return true
	}
	name, rest := cutName(entry)
	return name != "" && rest == ""
}

// entryLine: an alias of an entry is looked up when the set is made; a missing
// one ends the whole update.
func (f *File) entryLine(text string, s Scope) Line {
	entry, _ := splitEntry(text)
	if _, isAddress := parseNetwork(entry); isAddress || !isEntryAlias(entry) {
		return Line{}
	}
	if _, found, known := s.alias(entry); known && !found {
		return Line{SetRefused, "no alias of this name is in reach"}
	}
	return Line{}
}
