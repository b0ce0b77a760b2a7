package chain

import (
	"slices"
	"strings"

	"github.com/pvefw/pvefw/ir"
)

// ruleReader reads the words of one rule. What it does not know makes the rule
// strange: then nobody can tell whether it matches, but only packets that pass the
// tests that were understood can.
type ruleReader struct {
	words  []string
	at     int
	family ir.Family
	rule   *Rule
	module string            // of the last -m; empty behind -p, "-j" behind a target
	proto  uint8             // of -p; 0 for any
	rates  map[string]string // options of limit and hashlimit
	modes  []string          // rate modules in use
}

func readRule(f ir.Family, line int, text string, words []string) *Rule {
	p := &ruleReader{words: words, family: f, rule: &Rule{Line: line, Text: text}, rates: map[string]string{}}
	for p.at < len(p.words) {
		p.option()
	}
	p.finishRate()
	p.rule.target.finish()
	return p.rule
}

// option is one thing that can stand in a rule: read takes its values and reports
// false where it does not understand them.
type option struct {
	modules []string // behind which -m it means this; nil: anywhere
	read    func(p *ruleReader, not bool) bool
}

// option reads one option with its values.
func (p *ruleReader) option() {
	start := p.at
	not := p.words[p.at] == "!"
	if not {
		p.at++
	}
	word := p.value()
	o, known := options[word]
	if known && (o.modules == nil || slices.Contains(o.modules, p.module)) && o.read(p, not) {
		return
	}
	for p.at < len(p.words) && p.words[p.at] != "!" && !strings.HasPrefix(p.words[p.at], "-") {
		p.at++
	}
	p.wonder(strings.Join(p.words[start:min(p.at, len(p.words))], " "))
}

func (p *ruleReader) wonder(words string) {
	p.rule.strange = strings.TrimSpace(p.rule.strange + " " + words)
}

// value takes the next word; empty behind the last.
func (p *ruleReader) value() string {
	p.at++
	if p.at > len(p.words) {
		return ""
	}
	return p.words[p.at-1]
}

func (p *ruleReader) add(t test) bool {
	p.rule.tests = append(p.rule.tests, t)
	return true
}

// match adds a test of the packet with one normal form.
func (p *ruleReader) match(not bool, form string, any ...ir.Match) bool {
	return p.add(&packetTest{any: any, not: not, forms: []string{form}})
}

// protocols are the modules in which ports of a packet are asked for; the empty
// one stands for -p alone, which loads the protocol's own.
var protocols = []string{"", "tcp", "udp", "udplite", "sctp", "dccp"}

// icmpModules are those of the ICMP types, by any of their names.
var icmpModules = []string{"", "icmp", "icmpv6", "icmp6", "ipv6-icmp"}

// options is everything that is understood.
var options = map[string]option{
	"-m": {read: readModule}, "--match": {read: readModule},
	"--comment": {[]string{"comment"}, readComment},
	"-c":        {read: readCounters}, "--set-counters": {read: readCounters},
	"-p": {read: readProtocol}, "--protocol": {read: readProtocol},
	"-s": {read: readSource}, "--source": {read: readSource},
	"-d": {read: readDest}, "--destination": {read: readDest},
	"-i": {read: readIn}, "--in-interface": {read: readIn},
	"-o": {read: readOut}, "--out-interface": {read: readOut},
	"--src-range": {[]string{"iprange"}, readSourceRange}, "--dst-range": {[]string{"iprange"}, readDestRange},
	"--match-set": {[]string{"set"}, readSet},
	"--src-type":  {[]string{"addrtype"}, readSourceType}, "--dst-type": {[]string{"addrtype"}, readDestType},
	"--sport": {protocols, readSPort}, "--source-port": {protocols, readSPort},
	"--dport": {protocols, readDPort}, "--destination-port": {protocols, readDPort},
	"--sports": {[]string{"multiport"}, readSPorts}, "--source-ports": {[]string{"multiport"}, readSPorts},
	"--dports": {[]string{"multiport"}, readDPorts}, "--destination-ports": {[]string{"multiport"}, readDPorts},
	"--ports":     {[]string{"multiport"}, readPorts},
	"--icmp-type": {icmpModules, readICMP}, "--icmpv6-type": {icmpModules, readICMPv6},
	"--tcp-flags": {protocols, readFlags}, "--syn": {protocols, readSyn},
	"--ctstate": {[]string{"conntrack"}, readState}, "--state": {[]string{"state"}, readState},
	"--mac-source":         {[]string{"mac"}, readMAC},
	"--mark":               {[]string{"mark"}, readMark},
	"--physdev-in":         {[]string{"physdev"}, readPhysdev(cameIn)},
	"--physdev-out":        {[]string{"physdev"}, readPhysdev(goesOut)},
	"--physdev-is-bridged": {[]string{"physdev"}, readPhysdev(isBridged)},
	"--physdev-is-in":      {[]string{"physdev"}, readPhysdev(hasIn)},
	"--physdev-is-out":     {[]string{"physdev"}, readPhysdev(hasOut)},

	"--limit": {[]string{"limit"}, readRate("limit")}, "--limit-burst": {[]string{"limit"}, readRate("limit-burst")},
	"--hashlimit-above": {[]string{"hashlimit"}, readRate("above")}, "--hashlimit-upto": {[]string{"hashlimit"}, readRate("upto")},
	"--hashlimit-burst": {[]string{"hashlimit"}, readRate("burst")}, "--hashlimit-mode": {[]string{"hashlimit"}, readRate("mode")},
	"--hashlimit-name": {[]string{"hashlimit"}, readRate("name")}, "--hashlimit-srcmask": {[]string{"hashlimit"}, readRate("srcmask")},
	"--hashlimit-htable-size":   {[]string{"hashlimit"}, readRate("")},
	"--hashlimit-htable-expire": {[]string{"hashlimit"}, readRate("expire")},

	"-j": {read: readJump}, "--jump": {read: readJump}, "-g": {read: readGoto}, "--goto": {read: readGoto},
}

func readModule(p *ruleReader, not bool) bool {
	p.module = p.value()
	switch p.module {
	case "limit", "hashlimit":
		p.modes = append(p.modes, p.module)
	case "comment", "iprange", "set", "addrtype", "multiport", "conntrack", "state", "mac", "mark", "physdev":
	default:
		if !slices.Contains(protocols, p.module) && !slices.Contains(icmpModules, p.module) {
			return false
		}
	}
	return !not
}

func readComment(p *ruleReader, not bool) bool {
	p.value()
	return !not
}

func readCounters(p *ruleReader, not bool) bool {
	p.at += 2
	return !not
}
