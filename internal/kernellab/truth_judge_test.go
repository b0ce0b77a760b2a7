package kernellab

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// judge compares simulate with the kernel and counts.
type judge struct {
	*testing.T
	machine    *Machine
	excused    func(packet.Result, Outcome) bool // a declared deviation; nil for none
	agreed     int
	sixth      int            // of those agreed, IPv6
	unasked    map[string]int // packets without a verdict, by reason
	verdicts   map[Verdict]int
	logs       int // of those agreed, packets that were logged
	marks      int // of those agreed, packets whose connection got a mark
	mismatches []mismatch
}

type mismatch struct {
	subject  subject
	question question
	walk     packet.Result
	outcome  Outcome
}

// shrinkLimit is how long the cause of one of the first mismatches is looked for.
const (
	shrinkLimit = 60 * time.Second
	shrunk      = 2
)

// noLoad stands for a packet whose rules the kernel did not take.
const noLoad Verdict = packet.NotReady

// compare asks both sides about all questions of a subject.
func (j *judge) compare(s subject, w world, questions []question) {
	j.Helper()
	outcomes := j.ask(w, questions, 0)
	beside := beside{policy: w.policy, logged: map[string]int{}}
	for i, q := range questions {
		result, err := packet.Walk(w.policy, q.query)
		if err != nil {
			j.Fatalf("%s: %+v: %v", s.name, q.query, err)
		}
		o := outcomes[i]
		if q.packet.Keep && outcomes[i-1].Verdict != Delivered {
			o = Outcome{Problem: "the packet that it answers did not arrive"}
		}
		switch {
		case o.Verdict == "" || o.Verdict == Unreachable:
			j.skip(o)
		case j.agrees(result, o):
			if said := beside.differ(q, result, o); said != "" {
				o.Problem = said
				j.doubt(mismatch{s, q, result, o}, w, questions[:i+1])
				continue
			}
			j.count(q, o.Verdict)
			j.logs += min(len(o.Logs), 1)
			j.marks += min(len(o.Marks), 1)
		default:
			j.doubt(mismatch{s, q, result, o}, w, questions[:i+1])
		}
	}
}

func (j *judge) agrees(r packet.Result, o Outcome) bool {
	return o.Verdict == Verdict(r.Verdict) || j.excused != nil && j.excused(r, o)
}

func (j *judge) skip(o Outcome) {
	if j.unasked == nil {
		j.unasked = map[string]int{}
	}
	reason := o.Problem
	if o.Verdict == Unreachable {
		reason = "does not arrive without rules"
	}
	j.unasked[reason]++
}

func (j *judge) count(q question, v Verdict) {
	if j.verdicts == nil {
		j.verdicts = map[Verdict]int{}
	}
	j.agreed++
	if q.packet.Source.Is6() {
		j.sixth++
	}
	j.verdicts[v]++
}

// doubt asks once more with a lot of patience: a busy machine is no finding.
func (j *judge) doubt(m mismatch, w world, sentBefore []question) {
	last := sentBefore[len(sentBefore)-1:]
	if last[0].packet.Keep {
		last = sentBefore[len(sentBefore)-2:]
	}
	outcomes := j.ask(w, last, 500*time.Millisecond)
	o, fresh := outcomes[len(outcomes)-1], beside{policy: w.policy, logged: map[string]int{}}
	if j.agrees(m.walk, o) && fresh.differ(m.question, m.walk, o) == "" {
		j.count(m.question, o.Verdict)
		return
	}
	j.Logf("%s: simulate says %s %v, the kernel %+v", m.subject.name, m.walk.Verdict, steps(m.walk), m.outcome)
	if len(j.mismatches) < shrunk {
		m.subject = j.shrink(m, last)
	}
	j.mismatches = append(j.mismatches, m)
}

// ask returns an outcome per question. A refused text is noLoad for the packets
// of its family; the others are asked with the texts that were taken.
func (j *judge) ask(w world, questions []question, patience time.Duration) []Outcome {
	j.Helper()
	c := Case{Node: w.node, Rules: w.rules, Patience: patience}
	for _, q := range questions {
		c.Packets = append(c.Packets, q.packet)
	}
	report, err := j.machine.Run(j.Context(), c)
	if err != nil {
		j.Fatal(err)
	}
	if len(report.Refused) == 0 {
		return report.Outcomes
	}
	refused := report.Refused
	if complaint := refused["nft"]; complaint != "" {
		j.Fatalf("the kernel refuses the script: %s\n%s", complaint, w.rules.NFT)
	}
	for tool := range refused {
		*c.Rules.text(tool) = ""
	}
	if report, err = j.machine.Run(j.Context(), c); err != nil {
		j.Fatal(err)
	}
	for i, q := range questions {
		if withoutRules(refused, q.query) {
			report.Outcomes[i] = Outcome{Verdict: noLoad, Problem: fmt.Sprint(refused)}
		}
	}
	return report.Outcomes
}

// withoutRules reports whether a refusal leaves a packet without its rules: both
// families name sets.
func withoutRules(refused map[string]string, q packet.Query) bool {
	tool := ir.IPTables.String()
	if q.Source.Is6() {
		tool = ir.IP6Tables.String()
	}
	return refused[tool] != "" || refused[ir.IPSetText.String()] != ""
}

// shrink drops lines of the configuration as long as the two still disagree.
func (j *judge) shrink(m mismatch, questions []question) subject {
	still := func(s subject) bool {
		w := s.compile(j.T)
		last := questions[len(questions)-1]
		for _, q := range questions {
			if _, err := packet.Walk(w.policy, q.query); err != nil {
				return false // the NIC is gone
			}
		}
		result, err := packet.Walk(w.policy, last.query)
		if err != nil {
			return false
		}
		report, err := j.machine.Run(j.Context(), Case{Node: w.node, Rules: w.rules, Packets: packetsOf(questions)})
		if err != nil || len(report.Refused) > 0 {
			return false
		}
		o := report.Outcomes[len(report.Outcomes)-1]
		return o.Verdict != "" && o.Verdict != Unreachable && !j.agrees(result, o)
	}
	return shrinkLines(m.subject, still)
}

func packetsOf(questions []question) []Packet {
	var out []Packet
	for _, q := range questions {
		out = append(out, q.packet)
	}
	return out
}

// shrinkLines drops lines of the .fw files, many at once first, until each single
// one is needed or time is up.
func shrinkLines(s subject, still func(subject) bool) subject {
	deadline := time.Now().Add(shrinkLimit)
	for size := 32; size > 0; size /= 2 {
		for _, name := range slices.Sorted(maps.Keys(s.files)) {
			if !strings.HasSuffix(name, ".fw") {
				continue
			}
			lines := strings.SplitAfter(s.files[name], "\n")
			for i := max(0, len(lines)-size); ; i = max(0, i-size) {
				smaller := s
				smaller.files = maps.Clone(s.files)
				rest := slices.Delete(slices.Clone(lines), i, min(len(lines), i+size))
				smaller.files[name] = strings.Join(rest, "")
				if time.Now().Before(deadline) && still(smaller) {
					s, lines = smaller, rest
				}
				if i == 0 {
					break
				}
			}
		}
	}
	return s
}

// report prints what was compared; every mismatch is a failure.
func (j *judge) report() {
	j.Helper()
	for _, m := range j.mismatches {
		j.Errorf("%s under %s semantics: simulate says %s %v, the kernel %+v\nquery: %+v\n%s",
			m.subject.name, m.subject.semantics, m.walk.Verdict, steps(m.walk), m.outcome, m.question.query, m.subject)
	}
	j.Logf("kernel %s: %d packets agree (%d of IPv6, %d logged, %d with a mark of their connection), %d do not (%v); without a verdict: %v",
		j.machine.Kernel(), j.agreed, j.sixth, j.logs, j.marks, len(j.mismatches), j.verdicts, j.unasked)
}

func steps(r packet.Result) []string {
	var out []string
	for _, s := range r.Path {
		out = append(out, s.Chain+": "+s.Text)
	}
	return out
}

// String lists the files.
func (s subject) String() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(s.files)) {
		fmt.Fprintf(&b, "-- %s --\n%s", name, s.files[name])
	}
	return b.String()
}
