package iptables

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pvefw/pvefw/compiler"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
)

// streamed has what the order of two passes could change: logged rules of one line
// in two cards' chains, a match that is reported, and what is left out of one family.
func streamed() *ir.Policy {
	p := plain()
	p.LogTargets = true
	twice := &ir.Rule{Families: ir.Both, Log: &ir.Log{Level: 6}, Verdict: ir.Verdict{Kind: ir.Reject}, Origin: ir.Origin{Span: source.NewFile("100.fw", []byte("IN REJECT")).Span(0, 9)}}
	foreign := &ir.Rule{Families: ir.Both, Match: ir.Match{State: ir.New}}
	left := &ir.Skipped{Stage: ir.AtTarget, Families: ir.OnlyV6, Reason: "it cannot be said"}
	for _, device := range []string{"tap100i1", "tap100i0"} {
		in := []ir.Node{twice, foreign, twice, left, closing(ir.Drop, nil)}
		p.NICs = append(p.NICs, guest(device, 100, "BC:24:11:00:00:01", in, []ir.Node{closing(ir.Accept, nil)}))
	}
	return p
}

func TestStreamWritesTheSameText(t *testing.T) {
	p := streamed()
	all, findings := New().Emit(p)
	if len(findings) != 2 || !strings.Contains(all[1].Text, "REJECT: ") || !strings.Contains(all[1].Text, "PVEFW-reject: ") {
		t.Fatalf("the policy does not test anything: %v\n%s", findings, all[1].Text)
	}
	for _, want := range all {
		write, found := New().(compiler.Streamer).Stream(p, want.Name)
		var got strings.Builder
		if err := write(&got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.Text, got.String()); diff != "" || len(found) != len(findings) {
			t.Errorf("%s: %d findings, want %d (-Emit +Stream):\n%s", want.Name, len(found), len(findings), diff)
		}
	}
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestStreamTellsWhatFails(t *testing.T) {
	write, _ := New().(compiler.Streamer).Stream(streamed(), IPTablesFile)
	if err := write(full{}); !errors.Is(err, errFull) {
		t.Errorf("a writer that fails: %v", err)
	}
	write, found := New().(compiler.Streamer).Stream(&ir.Policy{Fatal: &ir.Skipped{Reason: "so"}}, IPTablesFile)
	if write != nil || len(found) != 1 {
		t.Errorf("a policy that cannot be compiled can be written, %d findings", len(found))
	}
}

// A traced text is the text, and every line of a rule knows its place: as many lines of a
// chain as the rule makes, and none of the frame.
func TestTraceIsTheTextWithItsPlaces(t *testing.T) {
	p := streamed()
	p.Sets = []*ir.Set{{Name: "x", Entries: []ir.SetEntry{{Text: "10.0.0.1", Origin: place("cluster.fw", 1)}, {Text: "9.0.0.0/8", Origin: place("cluster.fw", 0)}}}}
	p.Layer2, p.NICs[0].Link = true, &ir.Link{MAC: "BC:24:11:00:00:01", Origin: place("100.conf", 0)}
	want, _ := New().Emit(p)
	got, _ := Trace(p)
	placed := map[string]int{}
	for i, text := range got {
		if text.Artifact != want[i] {
			t.Errorf("%s differs from what is emitted", text.Name)
		}
		for n, line := range strings.Split(strings.TrimSuffix(text.Text, "\n"), "\n") {
			if n < len(text.Origins) && !text.Origins[n].Span.IsZero() {
				placed[text.Origins[n].Span.String()+" "+strings.Fields(line)[1]]++
			}
		}
	}
	if diff := cmp.Diff(map[string]int{
		"100.fw:1:1 tap100i0-IN": 8, "100.fw:1:1 tap100i1-IN": 8, // in both families twice, each with its log
		"cluster.fw:1:1 PVEFW-0-x-v4": 1, "cluster.fw:2:1 PVEFW-0-x-v4": 1,
		"100.conf:1:1 PVEFW-FWBR-OUT": 1, "100.conf:1:1 tap100i1-OUT": 2,
	}, placed); diff != "" {
		t.Error(diff)
	}
}

// place is the beginning of a line, from 0, of a file.
func place(name string, line int) ir.Origin {
	return ir.Origin{Span: source.NewFile(name, []byte("a\nb\nc\n")).Span(2*line, 2*line+1)}
}
