package verify

import (
	"fmt"
	"slices"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// mostPairs bounds the pairs of ends of one test.
const mostPairs = 50_000

// Run proves or refutes all tests. What is wrong with the words of a test is a
// finding; then nothing is run.
func Run(w *World, suites []*Suite) (*Report, diag.List) {
	w.index()
	r := &run{World: w, covered: coverage{map[source.Span]bool{}}}
	var jobs []func() Result
	for _, s := range suites {
		for _, t := range s.Tests {
			jobs = append(jobs, r.prepare(t))
		}
	}
	if len(r.found) > 0 {
		r.found.Sort()
		return nil, r.found
	}
	report := &Report{}
	for _, job := range jobs {
		report.Results = append(report.Results, job())
	}
	report.Coverage = r.covered.sum(w)
	return report, nil
}

// run is one call of Run.
type run struct {
	*World
	complaints
	covered coverage
	cutters [2]*packet.Cutter
}

func (r *run) cutter(f ir.Family) *packet.Cutter {
	if r.cutters[f] == nil {
		r.cutters[f] = packet.NewCutter(f)
	}
	return r.cutters[f]
}

// prepare looks the words of a test up and returns what runs it.
func (r *run) prepare(t *Test) func() Result {
	switch t.Kind {
	case SpoofProof:
		return r.prepareSpoof(t)
	case NoNewAccess:
		return func() Result { return r.access(t) }
	}
	j := &job{run: r, test: t, result: Result{Test: t}}
	j.from, j.to = r.ends(&r.complaints, t.From, "outside"), r.ends(&r.complaints, t.To, "host")
	j.what = r.describe(&r.complaints, &t.Packets)
	for _, e := range t.Except {
		j.except = append(j.except, r.describe(&r.complaints, e))
	}
	return j.prove
}

// job is an Allow, Deny or Reject.
type job struct {
	*run
	test     *Test
	from, to []end
	what     described
	except   []described
	result   Result
}

func (j *job) prove() Result {
	if n := len(j.from) * len(j.to); n > mostPairs {
		j.result.unknown(fmt.Sprintf("%d pairs of ends are too many for one test; %d can be looked at", n, mostPairs))
		return j.result
	}
	for _, from := range j.from {
		for _, to := range j.to {
			if from.name == to.name && from.node != nil {
				continue
			}
			for _, p := range j.pairs(from, to) {
				j.pair(&p)
			}
		}
	}
	if j.result.Cases == 0 {
		j.result.unknown("this test is about no packet: there is none that meets all its conditions")
	}
	return j.result
}

// pair looks at one pair in both families.
func (j *job) pair(p *pair) {
	found, cases := false, 0
	for f := ir.V4; f <= ir.V6; f++ {
		what := j.clauses(p, f)
		out := p.decide(j.cutter(f), f, what, j.covered.note)
		if out.asked.Empty() == packet.Yes {
			continue
		}
		cases++
		if reason := p.unfit(f); reason != "" {
			j.result.unknown(reason)
			continue
		}
		if j.test.Some {
			found = j.some(p, &out) || found
		} else {
			j.all(p, f, &out)
		}
	}
	if j.result.Cases += cases; j.test.Some && cases > 0 && !found && j.result.Status != Unknown {
		j.result.fail(fmt.Sprintf("no such packet from %s to %s %s", p.from.name, p.to.name, missed[j.test.Kind]), nil)
	}
}

// clauses are what the test says of the packets of a family.
func (j *job) clauses(p *pair, f ir.Family) clauses {
	what := slices.Clone(j.what.family[f])
	if !j.what.state {
		what = append(what, opening(f, j.what.icmp))
	}
	if j.test.Kind != Deny || j.test.Some {
		what = append(what, j.what.usual(f, p.from, p.to)...)
	}
	for _, e := range j.except {
		left := e.family[f].join()
		what = append(what, clause{left.needs, func(u *packet.Universe) packet.Set { return left.set(u).Complement() }})
	}
	return what
}

// all demands that every packet is treated as the test says.
func (j *job) all(p *pair, f ir.Family, out *outcome) {
	right, wrong := out.as(j.test.Kind)
	sample, ok := wrong.Sample()
	if ok {
		if e, trouble := p.confirmed(sample, j.test.Kind, false); trouble != "" {
			j.result.unknown(trouble)
		} else {
			j.result.fail(j.refuted(p, f, sample, e), e)
		}
		return
	}
	if wrong.Empty() != packet.Yes {
		j.result.unknown(fmt.Sprintf("the work for %s from %s to %s does not suffice", f, p.from.name, p.to.name))
		return
	}
	if sample, ok := right.Sample(); ok {
		if _, trouble := p.confirmed(sample, j.test.Kind, true); trouble != "" {
			j.result.unknown(trouble)
		}
	}
}

// wanted says how a packet is treated that refutes a test.
var wanted = map[Kind]string{
	Allow:  "a packet that should get through is stopped",
	Deny:   "a packet that should be stopped gets through",
	Reject: "a packet that should be rejected is not",
}

// missed says what no packet does where one should.
var missed = map[Kind]string{Allow: "gets through", Deny: "is stopped", Reject: "is rejected"}

// refuted says what is wrong with a packet that refutes the test, and which it is
// where no example shows it.
func (j *job) refuted(p *pair, f ir.Family, sample *packet.Packet, e *Example) string {
	if e != nil {
		return wanted[j.test.Kind]
	}
	return fmt.Sprintf("%s: %s with the TCP flags %#02x from %s to %s", wanted[j.test.Kind], f, sample.Flags, p.from.name, p.to.name)
}

// some looks for one packet that is treated as the test says.
func (j *job) some(p *pair, out *outcome) bool {
	right, _ := out.as(j.test.Kind)
	sample, ok := right.Sample()
	if !ok {
		if right.Empty() != packet.Yes {
			j.result.unknown(fmt.Sprintf("the work from %s to %s does not suffice", p.from.name, p.to.name))
		}
		return false
	}
	e, trouble := p.confirmed(sample, j.test.Kind, true)
	if trouble != "" {
		j.result.unknown(trouble)
		return false
	}
	if j.result.Status == Holds {
		j.result.Example = e
	}
	return true
}
