package rego

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/pvefw/pvefw/ir/packet"
	"github.com/pvefw/pvefw/lint"
)

// packets answers the functions that policies call about packets of one
// datacenter. Whoever asks holds the lock.
type packets struct {
	sync.Mutex
	w        *world
	policies []*ir.Policy
	rules    map[string][]*ir.Rule // by id; nil until somebody asks
	texts    map[string][]*ir.Rule // by words
	reaches  map[string]*analysis.Reach
}

func newPackets(w *world, in *lint.Input) *packets {
	return &packets{w: w, policies: in.Policies, texts: map[string][]*ir.Rule{}, reaches: map[string]*analysis.Reach{}}
}

// lowered are the nodes' policies.
func (p *packets) lowered() []*ir.Policy {
	if len(p.policies) == 0 {
		p.policies = lowerAll(p.w.cfg)
	}
	return p.policies
}

func lowerAll(cfg *config.Config) []*ir.Policy {
	var out []*ir.Policy
	for _, n := range cfg.Nodes {
		made, _ := lower.Lower(cfg, n, lower.Reference)
		out = append(out, made)
	}
	return out
}

// of finds the rules that an argument means: their matches are its packets.
func (p *packets) of(arg string) ([]*ir.Rule, error) {
	if p.rules == nil {
		p.index()
	}
	if found, ok := p.rules[arg]; ok {
		return found, nil
	}
	if found, ok := p.texts[arg]; ok {
		return found, nil
	}
	words := arg
	if !strings.HasPrefix(words, "-") && parseSpans(words) != nil {
		words = "-source " + words
	}
	found, err := rulesOf(words)
	if err != nil {
		return nil, fmt.Errorf("%q is neither the id of a rule in force nor an address nor the words of a rule: %w", arg, err)
	}
	if len(p.texts) > mostSeen {
		clear(p.texts)
	}
	p.texts[arg] = found
	return found, nil
}

// index finds the rules of all lists by their ids. One that is in no list of any
// node, such as that of a group nobody uses, has no packets.
func (p *packets) index() {
	p.rules = map[string][]*ir.Rule{}
	ids := idTable{}
	for r := range p.w.rules() {
		p.rules[ids.add(r.Span())] = nil
	}
	add := func(nodes []ir.Node) {
		for _, n := range nodes {
			if r, ok := n.(*ir.Rule); ok && isWritten(r) {
				id := ids.add(r.Origin.Span)
				p.rules[id] = append(p.rules[id], r)
			}
		}
	}
	chain := func(c *ir.Chain) {
		if c != nil {
			add(c.Nodes)
		}
	}
	for _, policy := range p.lowered() {
		for _, e := range endpoints(policy) {
			chain(e.In)
			chain(e.Out)
		}
		for _, g := range policy.Groups {
			for _, b := range []*ir.Body{g.In, g.Out} {
				if b != nil {
					add(b.Nodes)
				}
			}
		}
	}
}

// isWritten tells the rules that stand in a file from those that follow from an
// option.
func isWritten(r *ir.Rule) bool {
	byOption := slices.ContainsFunc(r.Origin.Steps, func(s ir.Step) bool { return s.Kind == ir.ByPolicy || s.Kind == ir.ByQuirk })
	return !byOption && !r.Origin.Span.IsZero()
}

func endpoints(p *ir.Policy) []*ir.Endpoint {
	if p.Host == nil {
		return p.NICs
	}
	return append([]*ir.Endpoint{p.Host}, p.NICs...)
}

// rulesOf reads the words of a rule as a .fw file would have them. Names of a
// datacenter are not known to them.
func rulesOf(words string) ([]*ir.Rule, error) {
	if strings.ContainsAny(words, "\r\n\x00#") {
		return nil, fmt.Errorf("it is more than one line, or has a comment")
	}
	line := "IN ACCEPT " + words
	if macro, rest, _ := strings.Cut(words, " "); macro != "" && !strings.HasPrefix(macro, "-") {
		line = "IN " + macro + "(ACCEPT) " + rest
	}
	const above = "[OPTIONS]\nenable: 1\n[RULES]\n"
	in := config.Input{Datacenter: true, NoGuestConfs: true, Cluster: source.NewFile("packets", []byte(above+line+"\n")),
		Nodes: []config.NodeInput{{Facts: config.Host{Name: "packets", NoDir: true}}}}
	cfg, found := config.Resolve(in)
	for i := range found {
		if found[i].Span.File == in.Cluster {
			return nil, fmt.Errorf("%s", found[i].Message)
		}
	}
	var out []*ir.Rule
	for _, policy := range lowerAll(cfg) {
		if policy.Host == nil || policy.Host.In == nil {
			continue
		}
		for _, n := range policy.Host.In.Nodes {
			if r, ok := n.(*ir.Rule); ok && isWritten(r) && r.Origin.Span.File == in.Cluster {
				out = append(out, r)
			}
		}
	}
	return out, nil
}

// matches are those of rules that exist in a family.
func matches(rules []*ir.Rule, f ir.Family) []*ir.Match {
	var out []*ir.Match
	for _, r := range rules {
		if r.Families.Has(f) {
			out = append(out, &r.Match)
		}
	}
	return out
}

// pair is two arguments as sets of the packets of one family.
func (p *packets) pair(args []string, visit func(a, b packet.Set) (stop bool)) error {
	a, err := p.of(args[0])
	if err != nil {
		return err
	}
	b, err := p.of(args[1])
	if err != nil {
		return err
	}
	for _, f := range []ir.Family{ir.V4, ir.V6} {
		ofA, ofB := matches(a, f), matches(b, f)
		u := packet.NewUniverse(f, append(ofA[:len(ofA):len(ofA)], ofB...)...)
		if visit(union(u, ofA), union(u, ofB)) {
			break
		}
	}
	return nil
}

func union(u *packet.Universe, list []*ir.Match) packet.Set {
	all := u.None()
	for _, m := range list {
		all = all.Union(u.Match(m))
	}
	return all
}

func covers(p *packets, args []string) (ast.Value, error) {
	all := true
	err := p.pair(args, func(a, b packet.Set) bool {
		all = a.Covers(b) == packet.Yes
		return !all
	})
	return ast.Boolean(all), err
}

func overlaps(p *packets, args []string) (ast.Value, error) {
	some := false
	err := p.pair(args, func(a, b packet.Set) bool {
		some = a.Meets(b) == packet.Yes
		return some
	})
	return ast.Boolean(some), err
}

// reachable asks the endpoints of a name; where there are several, such as the
// NICs of a guest, what any lets in counts.
func reachable(p *packets, args []string) (ast.Value, error) {
	rules, err := p.of(args[1])
	if err != nil {
		return nil, err
	}
	best, known := analysis.NoneThrough, false
	for _, policy := range p.lowered() {
		for _, e := range endpoints(policy) {
			if !isCalled(e, policy, args[0]) {
				continue
			}
			known = true
			if x := p.extent(policy, e, rules); x == analysis.UnknownExtent || x > best {
				best = x
			}
			if best == analysis.UnknownExtent {
				return ast.String(best.String()), nil
			}
		}
	}
	if !known {
		return nil, fmt.Errorf("there is no endpoint %q; endpoints are host, host:NODE, vm100, vm100/net0", args[0])
	}
	return ast.String(best.String()), nil
}

func isCalled(e *ir.Endpoint, p *ir.Policy, name string) bool {
	guest, _, _ := strings.Cut(e.Name, "/")
	return name == e.Name || name == guest || e.Kind == ir.HostEndpoint && name == "host:"+p.Node
}

// extent asks one endpoint about all packets of rules that begin a connection.
func (p *packets) extent(policy *ir.Policy, e *ir.Endpoint, rules []*ir.Rule) analysis.Extent {
	key := policy.Node + "\x00" + e.Name
	reach := p.reaches[key]
	if reach == nil {
		reach = analysis.NewReach(policy, e, ir.In)
		p.reaches[key] = reach
	}
	whole, none := true, true
	for _, f := range []ir.Family{ir.V4, ir.V6} {
		for _, m := range matches(rules, f) {
			fresh := *m
			fresh.State = ir.New
			switch reach.Of(f, fresh).Extent {
			case analysis.UnknownExtent:
				return analysis.UnknownExtent
			case analysis.WholeThrough:
				none = false
			case analysis.NoneThrough:
				whole = false
			default:
				whole, none = false, false
			}
		}
	}
	switch {
	case whole:
		return analysis.WholeThrough
	case none:
		return analysis.NoneThrough
	}
	return analysis.PartThrough
}

// mostPhrases bounds a description.
const mostPhrases = 4

func describe(p *packets, args []string) (ast.Value, error) {
	rules, err := p.of(args[0])
	if err != nil {
		return nil, err
	}
	var phrases []string
	for _, f := range []ir.Family{ir.V4, ir.V6} {
		list := matches(rules, f)
		u := packet.NewUniverse(f, list...)
		boxes, complete := union(u, list).Boxes(mostPhrases)
		for _, b := range boxes {
			phrases = appendOnce(phrases, b.String())
		}
		if !complete {
			phrases = appendOnce(phrases, "more")
		}
	}
	if len(phrases) == 0 {
		return ast.String("nothing"), nil
	}
	return ast.String(strings.Join(phrases, "; ")), nil
}

func appendOnce(list []string, text string) []string {
	for _, t := range list {
		if t == text {
			return list
		}
	}
	return append(list, text)
}
