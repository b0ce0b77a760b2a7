package config

import (
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
)

// scope is where the names in one file are looked up: the guest's own
// definitions, then the datacenter's (reference/pve-firewall §4.4, §5.10). The
// generator honours the prefixes guest/, dc/ and sdn/; the reader only wants the
// name to exist somewhere.
type scope struct {
	own     *FW // a guest's file; nil elsewhere
	cluster *FW // nil without a cluster.fw
	sdn     *SDN
}

func (r *resolver) scopeOf(fw *FW) scope { return r.cfg.scopeOf(fw) }

func (c *Config) scopeOf(fw *FW) scope {
	s := scope{cluster: c.Cluster, sdn: c.SDN}
	switch {
	case fw.Env == facts.Cluster:
		s.cluster = fw
	case fw.Env.IsGuest():
		s.own = fw
	}
	return s
}

// splitScope takes a leading dc/, guest/ or sdn/ off a name. Prefixes count only
// in lower case.
func splitScope(text string) (prefix, name string) {
	for _, p := range []string{"dc/", "guest/", "sdn/"} {
		if strings.HasPrefix(text, p) {
			return p, text[len(p):]
		}
	}
	return "", text
}

// tables lists the files that a prefix admits, first come first served. One that
// defines nothing stands for what it does not admit.
func (s scope) tables(prefix string) [2]*FW {
	all := [2]*FW{&noFile, &noFile}
	if s.own != nil && (prefix == "" || prefix == "guest/") {
		all[0] = s.own
	}
	if s.cluster != nil && (prefix == "" || prefix == "dc/") {
		all[1] = s.cluster
	}
	return all
}

var noFile FW

// alias is what the generator finds for [scope/]name; names have no case.
func (s scope) alias(text string) (*Alias, *FW) {
	prefix, name := splitScope(text)
	key := lower(name)
	for _, fw := range s.tables(prefix) {
		if a := fw.Aliases[key]; a != nil {
			return a, fw
		}
	}
	return nil, nil
}

// set is what the generator finds for [scope/]name; case counts against names
// that are stored in lower case, so a capital only finds a set of the network's.
func (s scope) set(text string) (*Set, *FW) {
	prefix, name := splitScope(text)
	for _, fw := range s.tables(prefix) {
		if set := fw.Sets[name]; set != nil {
			return set, fw
		}
	}
	if prefix == "" || prefix == "sdn/" {
		return s.sdn.Sets[name], nil
	}
	return nil, nil
}

// group is what a GROUP rule finds, case-sensitively (reference/pve-firewall
// §9.2).
func (s scope) group(name string) *Group {
	if s.cluster == nil {
		return nil
	}
	return s.cluster.Groups[name]
}

// aliasExists and setExists are the reader's check: any scope will do.
func (s scope) aliasExists(name string) bool {
	a, _ := s.alias(name)
	return a != nil
}

func (s scope) setExists(name string) bool {
	set, _ := s.set(name)
	return set != nil
}

// owner is the VMID that a file's objects belong to, 0 for the datacenter.
func owner(fw *FW) int {
	if fw == nil || !fw.Env.IsGuest() {
		return 0
	}
	n, _ := strconv.Atoi(fw.Name) // an orphan has no number; nobody asks for it
	return n
}

// isName is the form of names that can be referred to: a letter, then at least
// one letter, digit, hyphen or underscore (reference/pve-firewall §5.10).
func isName(name string) bool {
	for i, c := range []byte(name) {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (i == 0 || c != '-' && c != '_' && !isDigit(c)) {
			return false
		}
	}
	return len(name) > 1
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// lower maps ASCII capitals only: the daemon handles lines as raw bytes.
func lower(s string) string {
	i := 0
	for i < len(s) && (s[i] < 'A' || s[i] > 'Z') {
		i++
	}
	if i == len(s) {
		return s
	}
	b := []byte(s)
	for ; i < len(b); i++ {
		if c := b[i]; c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
