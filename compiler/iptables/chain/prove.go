package chain

import (
	"fmt"
	"strings"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// Texts are what the tools of those names are fed. EBTables is not among them: it
// lets all IPv4 and IPv6 packets pass.
type Texts struct{ IPSet, IPTables, IP6Tables string }

// Report is the answer of Prove. A question is one endpoint in one direction and
// family, one raw table, or one set.
type Report struct {
	Proved  int      // questions in which text and policy agree about all packets
	Unknown []string // questions that could not be answered
	Refused int      // questions about a text of which the policy says that the kernel refuses it

	Differences []Difference
}

// Prove reads texts and compares what they do with what a policy says, for all
// packets: the host, every network card, forwarded packets, the raw table and the
// sets. Beside the verdicts it compares the kinds of answers, queues, accept marks,
// marks of connections, logs, helpers and rates. A policy that is Fatal has no
// texts, so nothing is asked; nor about Forwarding and VNets, for which these texts
// have no place.
func Prove(texts Texts, p *ir.Policy) *Report {
	r := &Report{}
	for _, v := range provings(texts, p) {
		v.report = r
		v.all()
	}
	return r
}

// provings reads the texts of both families; none of a policy without texts.
func provings(texts Texts, p *ir.Policy) []*proving {
	if p.Fatal != nil {
		return nil
	}
	sets, _ := ReadSets(texts.IPSet)
	var out []*proving
	for f, text := range []string{texts.IPTables, texts.IP6Tables} {
		rules, _ := Read(ir.Family(f), text)
		out = append(out, &proving{policy: p, family: ir.Family(f), net: &Netfilter{Rules: rules, Sets: sets},
			cutter: packet.NewCutter(ir.Family(f)), refused: refuses(p, ir.Family(f))})
	}
	return out
}

// refuses reports whether the policy says that the kernel takes no rules of a
// family: they name sets, so a refused set stops both.
func refuses(p *ir.Policy, f ir.Family) bool {
	carrier := map[ir.Family]ir.Carrier{ir.V4: ir.IPTables, ir.V6: ir.IP6Tables}[f]
	for _, r := range p.Refusals {
		if r.Carrier == ir.IPSetText || r.Carrier == carrier {
			return true
		}
	}
	return false
}

// proving is the questions about one family.
type proving struct {
	report  *Report
	policy  *ir.Policy
	family  ir.Family
	net     *Netfilter
	cutter  *packet.Cutter
	refused bool
}

// question is one comparison.
type question struct {
	where  string
	at     Situation
	stages []stage
	queue  string // that known connections go through
	marks  bool   // the accept mark that packets leave with counts
}

func (v *proving) all() {
	for _, q := range v.questions() {
		v.ask(q)
	}
	v.raw()
	for _, s := range v.policy.Sets {
		v.set(s)
	}
}

// questions are those about packets in the filter table.
func (v *proving) questions() []question {
	list := v.host()
	for _, nic := range v.policy.NICs {
		list = append(list, v.nic(nic)...)
	}
	return list
}

// host asks about the node itself and about what only passes it.
func (v *proving) host() []question {
	p := v.policy
	var in, out []stage
	if p.Host != nil {
		in = []stage{{chain: p.Host.In, name: "PVEFW-HOST-IN"}}
		out = []stage{{chain: p.Host.Out, name: "PVEFW-HOST-OUT"}}
	}
	return []question{
		{where: "host IN", at: Situation{Table: "filter", Hook: "INPUT"}, stages: in},
		{where: "host OUT", at: Situation{Table: "filter", Hook: "OUTPUT"}, stages: out},
		{where: "routed", at: Situation{Table: "filter", Hook: "FORWARD"}, stages: v.forward()},
		{where: "bridged", at: bridged("eth0", "eth1"), stages: v.forward(), marks: true},
	}
}

func bridged(in, out string) Situation {
	return Situation{Table: "filter", Hook: "FORWARD", Bridged: true, In: in, Out: out}
}

// forward is what every forwarded packet meets.
func (v *proving) forward() []stage { return []stage{{body: v.policy.Forward, name: "PVEFW-FORWARD"}} }

// nic asks about both directions of a network card. One without firewall=1 hangs
// on the bridge itself and meets the frame only.
func (v *proving) nic(nic *ir.Endpoint) []question {
	in := question{where: nic.Name + " IN", at: bridged("eth0", nic.Device), stages: v.forward()}
	out := question{where: nic.Name + " OUT", at: bridged(nic.Device, "eth0"), stages: v.forward(), marks: true}
	if !nic.Plugged {
		return []question{in, out}
	}
	inside := fmt.Sprintf("fwln%di%d", nic.VMID, nic.Net)
	in.at, out.at = bridged(inside, nic.Device), bridged(nic.Device, inside)
	in.stages = append(in.stages, stage{body: v.policy.BridgeIn, name: "PVEFW-FWBR-IN"}, stage{chain: nic.In, name: nic.Device + "-IN", vmid: nic.VMID})
	out.stages = append(out.stages, stage{chain: nic.Out, name: nic.Device + "-OUT", vmid: nic.VMID, marks: true})
	if nic.Queue != nil && nic.In.Filtered(v.family) {
		in.queue = orElse(nic.Queue.Text, "0")
	}
	return []question{in, out}
}

// ask compares both sides in a universe that tells all their packets apart.
func (v *proving) ask(q question) {
	if v.refused {
		v.report.Refused++
		return
	}
	u, _ := v.cutter.Cut(v.matches(q))
	v.compare(q, expect(u, v.policy, q.stages, q.queue), v.net.Decide(u, q.at))
}

// matches gathers all that either side tells packets apart by.
func (v *proving) matches(q question) []*ir.Match {
	matches := v.net.Matches(q.at)
	for i := range q.stages {
		s := &q.stages[i]
		matches = append(matches, packet.ListMatches(v.family, s.dir(), s.nodes(v.family))...)
	}
	for i := range silent[v.family] {
		matches = append(matches, &silent[v.family][i])
	}
	return matches
}

// compare settles a question.
func (v *proving) compare(q question, want, got Fates) {
	c := &comparison{proving: v, question: q}
	c.outcomes(q.plain(want), q.plain(got))
	c.effects(want, got.spoken())
	v.settle(q.where, c.unknown, c.found)
}

func (v *proving) settle(where string, unknown bool, found []Difference) {
	v.report.Differences = append(v.report.Differences, found...)
	switch {
	case len(found) > 0:
	case unknown:
		v.report.Unknown = append(v.report.Unknown, v.family.String()+" "+where)
	default:
		v.report.Proved++
	}
}

// plain forgets the accept mark where nothing comes behind that could ask for it.
func (q question) plain(f Fates) Fates {
	if q.marks {
		return f
	}
	out := map[packet.Outcome]packet.Set{}
	for o, s := range f.outcomes {
		o.Marked = false
		addOutcome(out, o, s)
	}
	return Fates{out, f.effects, f.lost}
}

// spoken brings the words of logged actions to those of files: the daemon replaces
// an action by the target that it has become (reference/pve-firewall §6.7).
func (f Fates) spoken() Fates {
	out := map[string]packet.Set{}
	for what, s := range f.effects {
		what = spoken(what)
		if old, ok := out[what]; ok {
			s = old.Union(s)
		}
		out[what] = s
	}
	return Fates{f.outcomes, out, f.lost}
}

func spoken(what string) string {
	parts := strings.SplitN(what, ":", 5)
	if len(parts) < 5 || parts[0] != "log " {
		return what
	}
	word, rest, ok := strings.Cut(parts[4], ": ")
	switch {
	case !ok:
		return what
	case word == " RETURN", word == " PVEFW-SET-ACCEPT-MARK", strings.HasPrefix(word, " NFQUEUE "):
		parts[4] = " ACCEPT: " + rest
	case word == " PVEFW-reject":
		parts[4] = " REJECT: " + rest
	}
	return strings.Join(parts, ":")
}
