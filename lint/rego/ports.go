package rego

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir/config"
)

// ports is an inclusive range of tcp or udp ports.
type ports struct {
	proto       string
	first, last uint16
}

// portList is what a rule opens, sorted, each range once.
type portList []ports

// String is the list as a key: "tcp 22 22,udp 53 53".
func (l portList) String() string {
	parts := make([]string, len(l))
	for i, p := range l {
		parts[i] = fmt.Sprintf("%s %d %d", p.proto, p.first, p.last)
	}
	return strings.Join(parts, ",")
}

func parsePortList(text string) portList {
	var l portList
	if text == "" {
		return nil
	}
	for part := range strings.SplitSeq(text, ",") {
		var p ports
		if _, err := fmt.Sscanf(part, "%s %d %d", &p.proto, &p.first, &p.last); err != nil {
			panic("unreachable: port list " + text)
		}
		l = append(l, p)
	}
	return l
}

func (l portList) document() []any {
	out := make([]any, len(l))
	for i, p := range l {
		out[i] = map[string]any{"proto": p.proto, "first": int(p.first), "last": int(p.last)}
	}
	return out
}

// template is protocol and destination ports of a rule, or of one line of its
// macro filled up with the rule's own words.
type template struct{ proto, dport string }

func templates(r *config.Rule) []template {
	if r.Macro == nil {
		return []template{{r.Proto, r.DPort}}
	}
	var out []template
	for _, v6 := range []bool{false, true} {
		if f := familiesOf(r.Family); v6 && f == onlyV4 || !v6 && f == onlyV6 {
			continue
		}
		for _, t := range r.Macro.For(v6) {
			t := template{or(t.Proto, r.Proto), or(t.DPort, r.DPort)}
			if !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	return out
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// portsOf lists the tcp and udp ports a rule is about.
func portsOf(r *config.Rule) portList {
	if r.Type == config.GroupRule {
		return nil
	}
	var l portList
	for _, t := range templates(r) {
		for _, proto := range transports(t.proto) {
			for _, p := range rangesOf(t.dport, proto) {
				if !slices.Contains(l, p) {
					l = append(l, p)
				}
			}
		}
	}
	slices.SortFunc(l, func(a, b ports) int {
		if c := strings.Compare(a.proto, b.proto); c != 0 {
			return c
		}
		return int(a.first)<<16 + int(a.last) - int(b.first)<<16 - int(b.last)
	})
	return l
}

// portWords are what the ports of a rule follow from.
type portWords struct {
	kind         config.RuleType
	family       config.Family
	macro        *facts.Macro
	proto, dport string
}

// mostPortWords bounds what is remembered of them.
const mostPortWords = 1 << 14

// portTextOf is portsOf as a key, made once for rules with the same words.
func (w *world) portTextOf(r *config.Rule) string {
	key := portWords{r.Type, r.Family, r.Macro, r.Proto, r.DPort}
	x := w.extra()
	x.Lock()
	text, ok := x.ports[key]
	x.Unlock()
	if ok {
		return text
	}
	text = portsOf(r).String()
	x.Lock()
	defer x.Unlock()
	if len(x.ports) < mostPortWords {
		x.ports[key] = text
	}
	return text
}

// transports names which of tcp and udp a protocol stands for; none for others.
func transports(proto string) []string {
	if !given(proto) {
		return []string{"tcp", "udp"}
	}
	p, ok := facts.ProtocolByText(proto)
	switch {
	case ok && p.Number == 6:
		return []string{"tcp"}
	case ok && p.Number == 17:
		return []string{"udp"}
	}
	return nil
}

// rangesOf reads a port list that the reader has accepted; service names are
// looked up, and what has no number for the protocol is left out.
func rangesOf(list, proto string) portList {
	if !given(list) {
		return portList{{proto, 0, 65535}}
	}
	var l portList
	for item := range strings.SplitSeq(list, ",") {
		low, high, isRange := strings.Cut(item, ":")
		first, ok := port(low, proto)
		last := first
		if isRange && ok {
			last, ok = port(high, proto)
		}
		if ok {
			l = append(l, ports{proto, first, last})
		}
	}
	return l
}

func port(text, proto string) (uint16, bool) {
	if n, err := strconv.ParseUint(text, 10, 16); err == nil {
		return uint16(n), true
	}
	return facts.ServicePort(text, proto)
}
