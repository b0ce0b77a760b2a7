package space

import (
	"fmt"
	"slices"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// Report is the answer of Prove. A question is one endpoint in one direction and family
// on one kind of wires.
type Report struct {
	Proved      int      // questions in which program and policy agree about all packets
	Unknown     []string // questions that could not be answered
	Differences []Difference
}

// Difference is one way in which a program does something else than a policy says.
type Difference struct {
	Family ir.Family
	Where  string         // host IN, vm100/net0 OUT, routed, vnet blue
	Packet *packet.Packet // one that shows it

	Policy string    // what becomes of it by the policy, or the effect that it has there alone
	Origin ir.Origin // where that stands; zero where nothing decides

	Program string // what becomes of it by the program, or the effect that it has there alone
	Rule    *Rule  // that decides; nil where nothing does
}

// String is one line for people.
func (d Difference) String() string {
	text := fmt.Sprintf("%s %s: policy %s, program %s", d.Family, d.Where, d.Policy, d.Program)
	if d.Rule != nil {
		text += fmt.Sprintf(" by %s/%s %s: %s", d.Rule.Table, d.Rule.Chain, d.Rule.Comment, d.Rule.Text())
	}
	return text + fmt.Sprintf("; packet %+v", *d.Packet)
}

// Prove compares what a program does with what a policy says, for all packets: the
// node, what it routes, what is bridged and every network card, on a bridge directly
// and behind a firewall bridge of its own. Beside the verdicts it compares the kinds of
// answers, queues, marks of senders and of connections, logs with their rates, helpers
// and the rates of openings. A refusal that nobody can send is a drop. Two kinds of
// packets are left out, because a bridge says more about them than the IR: those from
// and to 0.0.0.0/8, and frames to everybody that hold packets to a single station. Nor
// are frames without IP asked about, nor anything of a policy that is Fatal or has
// Refusals, which has no program.
func Prove(program *nft.Program, p *ir.Policy) *Report {
	report := &Report{}
	if p.Fatal != nil || len(p.Refusals) > 0 {
		return report
	}
	r := read(program)
	for f := ir.V4; f <= ir.V6; f++ {
		v := &proving{report: report, reading: r, family: f, cutter: packet.NewCutter(f)}
		for _, q := range questions(p, f) {
			v.ask(&q)
		}
	}
	return report
}

// proving is the questions about one family.
type proving struct {
	*reading
	report *Report
	family ir.Family
	cutter *packet.Cutter
}

// ask compares both sides in a universe that tells all their packets apart.
func (v *proving) ask(q *question) {
	a := v.reading.ask(v.family, &q.way)
	matches := slices.Concat([]*ir.Match{&accepted, &tcp, &udp}, elsewhere, packet.Unanswered(v.family))
	for i := range q.lists {
		matches = append(matches, q.lists[i].matches(v.family)...)
	}
	for i := range q.raw {
		matches = append(matches, &q.raw[i].match)
	}
	u, _ := v.cutter.Cut(complete(matches, a))
	d := a.begin(u)
	d.marks = q.marks
	start := u.All()
	if q.guest {
		start = start.Minus(union(u, elsewhere))
	}
	on := d.lead(start)
	asked := on.all(u)
	c := &comparison{proving: v, universe: u, question: q, want: expect(u, q, asked), got: d.rest(on)}
	c.run()
}

// comparison is the work on one question.
type comparison struct {
	*proving
	universe  *packet.Universe
	question  *question
	want, got *fates
	unknown   bool
	found     []Difference
}

func (c *comparison) run() {
	c.unknown = c.got.lost.Empty() != packet.Yes
	c.outcomes()
	c.effects()
	where := c.family.String() + " " + c.question.where
	c.report.Differences = append(c.report.Differences, c.found...)
	switch {
	case len(c.found) > 0:
	case c.unknown:
		c.report.Unknown = append(c.report.Unknown, where)
	default:
		c.report.Proved++
	}
}

// outcomes compares the verdicts.
func (c *comparison) outcomes() {
	rest := differing(c.universe, c.want, c.got)
	if rest.Empty() == packet.Unknown {
		c.unknown = true
	}
	for _, h := range c.want.outcomes() {
		if s := h.packets.Intersect(rest); s.Empty() == packet.No {
			c.differ(s, h.Outcome)
		}
	}
}

// differ reports a packet that ought to have an outcome and has another.
func (c *comparison) differ(s packet.Set, o packet.Outcome) {
	p, _ := s.Sample()
	d := Difference{Family: c.family, Where: c.question.where, Packet: p, Policy: o.String(), Program: "unknown", Origin: c.question.origin(p)}
	for _, h := range c.got.hits {
		if h.packets.Contains(p) == packet.Yes {
			d.Program, d.Rule = h.Outcome.String(), h.by
		}
	}
	c.found = append(c.found, d)
}

// effects compares what happens beside the verdict, both ways.
func (c *comparison) effects() {
	for _, what := range allEffects(c.want, c.got) {
		a, b := c.want.effect(what, c.universe), c.got.effect(what, c.universe)
		c.effect(a.Minus(b).Minus(c.got.lost), what, "nothing of the kind")
		c.effect(b.Minus(a), "nothing of the kind", what)
	}
}

func (c *comparison) effect(rest packet.Set, policy, program string) {
	switch rest.Empty() {
	case packet.Unknown:
		c.unknown = true
	case packet.No:
		p, _ := rest.Sample()
		c.found = append(c.found, Difference{Family: c.family, Where: c.question.where, Packet: p, Policy: policy, Program: program, Origin: c.question.origin(p)})
	}
}

// origin is what decides about a packet in the policy; zero where nothing does.
func (q *question) origin(p *packet.Packet) ir.Origin {
	e, walking := packet.NewEvaluator(&ir.Policy{}), *p
	for i := range q.lists {
		l := &q.lists[i]
		whole := ir.Whole(len(l.nodes))
		d := e.Chain(&ir.Chain{Dir: l.dir, Nodes: l.nodes, Build: [2]ir.Build{whole, whole}}, &walking)
		switch {
		case !d.Decided:
		case d.Node != ir.Node(d.Rule):
			return d.Node.(*ir.Builtin).Origin
		default:
			return d.Rule.Origin
		}
	}
	return ir.Origin{}
}
