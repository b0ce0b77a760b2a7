package kernellab

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// beside compares what happens to packets beside their verdict: what is logged,
// and which mark their connection gets.
type beside struct {
	policy *ir.Policy
	logged map[string]int // how often each prefix should have been logged so far
}

// differ says in which way the kernel did something else; empty where it did not.
func (b *beside) differ(q question, r packet.Result, o Outcome) string {
	if o.Verdict == noLoad {
		return ""
	}
	seen := slices.Clone(o.Logs)
	for _, prefix := range logPrefixes(b.policy, r) {
		b.logged[prefix]++
		i := slices.IndexFunc(seen, func(s string) bool { return strings.HasPrefix(s, prefix) })
		switch {
		case i >= 0:
			seen = slices.Delete(seen, i, i+1)
		case b.logged[prefix] <= burst(b.policy.Limit):
			return "not logged: " + prefix
		}
	}
	if len(seen) > 0 {
		return fmt.Sprintf("logged besides: %q", seen)
	}
	return markDiffers(q, r, o)
}

// burst is how many lines a rule may log at once.
func burst(l ir.LogLimit) int {
	switch {
	case l.Off:
		return 1 << 20
	case l.Burst > 0:
		return l.Burst
	}
	return 5
}

// markDiffers looks at the first packet of a connection, which the kernel keeps
// only if it arrived and was not reset by its receiver.
func markDiffers(q question, r packet.Result, o Outcome) string {
	var want []uint32
	if r.Mark != 0 {
		want = []uint32{uint32(r.Mark)}
	}
	tracked := q.query.State == 0 && !q.packet.Keep && q.query.Proto != protoICMPv6 && (q.query.Proto != protoICMP || q.query.ICMPType == 8)
	if o.Verdict != Delivered || o.Answer != "" || !tracked || slices.Equal(want, o.Marks) {
		return ""
	}
	return fmt.Sprintf("marks %v, want %v", o.Marks, want)
}

// logPrefixes are the beginnings of what a walk logs: up to the chain.
func logPrefixes(p *ir.Policy, r packet.Result) []string {
	var out []string
	for _, s := range r.Path {
		if s.Log != nil {
			vmid, chain := logPlace(p, s)
			out = append(out, fmt.Sprintf(":%d:%d:%s: ", vmid, s.Log.Level, chain))
		}
	}
	return out
}

// logPlace is what a log line names: guests with their id, and shared chains.
func logPlace(p *ir.Policy, s packet.Step) (vmid int, chain string) {
	if n := len(s.Origin.Steps); n > 0 {
		shared := map[string]string{ir.Blacklist.String(): "PVEFW-blacklist", ir.Smurfs.String(): "PVEFW-smurflog", ir.BadTCPFlags.String(): "PVEFW-logflags"}
		if name := shared[s.Origin.Steps[n-1].Name]; name != "" {
			return 0, name
		}
	}
	name, direction, _ := cutLast(s.Chain, " ")
	if group, ok := strings.CutPrefix(name, "group "); ok {
		return 0, "GROUP-" + group + "-" + direction
	}
	for _, nic := range p.NICs {
		if nic.Name == name {
			return nic.VMID, nic.Device + "-" + direction
		}
	}
	if vnet, ok := strings.CutPrefix(name, "VNet "); ok {
		return 0, "bridge-" + vnet
	}
	if direction == ir.Through.String() {
		return 0, "PVEFW-FORWARD"
	}
	return 0, "PVEFW-HOST-" + direction
}

func cutLast(text, separator string) (before, after string, found bool) {
	i := strings.LastIndex(text, separator)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(separator):], true
}

// The comparison can fail, in each of its ways.
func TestBesideDiffers(t *testing.T) {
	nic := &ir.Endpoint{Name: "vm100/net0", Device: "tap100i0", VMID: 100}
	file := source.NewFile("100.fw", []byte("IN DROP\n"))
	r := packet.Result{Mark: 100, Path: []packet.Step{{Chain: "vm100/net0 IN", Log: &ir.Log{Level: 6}, Origin: ir.Origin{Span: file.Line(1)}}}}
	q := question{query: packet.Query{Proto: protoTCP}}
	right := Outcome{Verdict: Delivered, Marks: []uint32{100}, Logs: []string{":100:6:tap100i0-IN: DROP: "}}
	for name, change := range map[string]func(*Outcome){
		"":               func(*Outcome) {},
		"not logged":     func(o *Outcome) { o.Logs = nil },
		"logged besides": func(o *Outcome) { o.Logs = append(o.Logs, ":0:6:PVEFW-HOST-IN: DROP: ") },
		"marks":          func(o *Outcome) { o.Marks = nil },
	} {
		o := right
		o.Logs = slices.Clone(o.Logs)
		change(&o)
		b := beside{policy: &ir.Policy{NICs: []*ir.Endpoint{nic}}, logged: map[string]int{}}
		if got := b.differ(q, r, o); !strings.HasPrefix(got, name) || (got == "") != (name == "") {
			t.Errorf("%s: %q", name, got)
		}
	}
}
