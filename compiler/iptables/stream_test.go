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
