package netlink

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
)

const foreign = "table inet filter {\n\tset pvefw {\n\t\ttype ipv4_addr\n\t\telements = { 192.0.2.1 }\n\t}\n\n\tchain input {\n\t\ttype filter hook input priority filter; policy accept;\n\t\ttcp dport 22 accept\n\t}\n}\n"

// broken is a copy of a program with a rule that leads nowhere in its last chain.
func broken(p *nft.Program, times int) (*nft.Program, *nft.Chain) {
	out := Normal(p)
	t := out.Tables[len(out.Tables)-1]
	c := t.Chains[len(t.Chains)-1]
	f := source.NewFile("100.fw", []byte("[RULES]\n\nGROUP nowhere\n"))
	for i := range times {
		c.Rules = append(c.Rules, &nft.Rule{Stmts: []nft.Stmt{&nft.Verdict{Kind: nft.Goto, Chain: "nowhere"}}, Comment: fmt.Sprintf("0000000%d 100.fw:3", i),
			Origins: []ir.Origin{{Span: source.Span{File: f, Start: 9, End: 22}}}})
	}
	return out, c
}

// Invariant: a refused batch changes nothing, and the error names chain and line.
func TestRefusedBatchChangesNothing(t *testing.T) {
	c, p := namespace(t), some(t)
	tool(t, foreign, "-f", "-")
	if err := c.Apply(encodeTried(t, p)); err != nil {
		t.Fatal(err)
	}
	listed := tool(t, "", "-a", "list", "ruleset")
	bad, chain := broken(p, 3)
	err := c.Apply(encodeTried(t, bad))
	var refused *Refusal
	if !errors.As(err, &refused) || !errors.Is(err, unix.ENOENT) {
		t.Fatalf("refused in the wrong way: %v", err)
	}
	if refused.Chain != chain.Name || refused.Rule != chain.Rules[len(chain.Rules)-3] || refused.Others != 2 || len(refused.Origins) != 1 || refused.Origins[0].Span.From().Line != 3 {
		t.Errorf("the refusal does not lead to the line: %+v", refused)
	}
	for _, want := range []string{"keeps the one before", chain.Name, "100.fw:3", "no such file", "2 more"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
	if now := tool(t, "", "-a", "list", "ruleset"); now != listed {
		t.Error("a refused batch changed the ruleset")
	}
	if !strings.Contains(listed, "table inet filter") {
		t.Error("the foreign table is gone")
	}
}

// Applying again gives the same and leaves others alone; a program without tables
// removes pvefw's.
func TestApplyIsIdempotent(t *testing.T) {
	c, p := namespace(t), some(t)
	tool(t, foreign, "-f", "-")
	alone := tool(t, "", "list", "ruleset")
	var listed []string
	for range 2 {
		if err := c.Apply(encodeTried(t, p)); err != nil {
			t.Fatal(err)
		}
		listed = append(listed, listing(t))
	}
	if listed[0] != listed[1] {
		t.Error("the second time gave another ruleset")
	}
	if err := c.Apply(encodeTried(t, &nft.Program{})); err != nil {
		t.Fatal(err)
	}
	if now := tool(t, "", "list", "ruleset"); now != alone {
		t.Errorf("something is left:\n%s", now)
	}
}

// eachAnswered makes every message of a batch ask for an answer, as the library does.
func eachAnswered(b *Batch) *Batch {
	for at := 0; at < len(b.swap.bytes); {
		m := b.swap.bytes[at:]
		if binary.NativeEndian.Uint32(m[8:]) != 0 {
			binary.NativeEndian.PutUint16(m[6:], binary.NativeEndian.Uint16(m[6:])|unix.NLM_F_ACK)
		}
		at += int(binary.NativeEndian.Uint32(m))
	}
	return b
}

// Invariant: ENOBUFS is never read as "not applied", nor as "applied".
func TestLostAnswersAreNotTakenForAnything(t *testing.T) {
	c, p := namespace(t), some(t)
	if err := unix.SetsockoptInt(c.fd, unix.SOL_SOCKET, unix.SO_RCVBUF, 4096); err != nil {
		t.Fatal(err)
	}
	b := eachAnswered(encodeTried(t, p))
	c.grow(unix.SO_SNDBUFFORCE, unix.SO_SNDBUF, 2*len(b.swap.bytes))
	if err := c.send(b.swap.bytes); err != nil {
		t.Fatal(err)
	}
	if _, err := c.answer(&b.swap); !errors.Is(err, unix.ENOBUFS) {
		t.Fatalf("the buffer took the answers to %d messages: %v", b.Messages(), err)
	}
	if err := c.Apply(b); err != nil {
		t.Errorf("applied, and said not to be: %v", err)
	}
	same(t, "applied", c, p)
	bad, chain := broken(p, 1000)
	var refused *Refusal
	if err := c.Apply(eachAnswered(encodeTried(t, bad))); !errors.As(err, &refused) {
		t.Errorf("refused, and said to be applied: %v", err)
	} else if refused.Chain != "" && refused.Chain != chain.Name {
		t.Errorf("the refusal is about chain %s", refused.Chain)
	}
	same(t, "still applied", c, p)
}

// What others put into pvefw's tables is told, and the rest is read all the same.
func TestStrangersAreTold(t *testing.T) {
	c, p := namespace(t), some(t)
	if err := c.Apply(encodeTried(t, p)); err != nil {
		t.Fatal(err)
	}
	chain := p.Tables[0].Chains[0].Name
	tool(t, "add rule inet pvefw "+chain+" counter accept\nadd rule inet pvefw "+chain+" tcp dport 2222 accept\nadd chain inet pvefw other { type nat hook output priority 0; }\n", "-f", "-")
	image, err := c.Read()
	if err != nil {
		t.Fatal(err)
	}
	if len(image.Strange) != 2 || len(image.Changed) != 1 || image.Changed[0] != (ChainID{"pvefw", chain}) {
		t.Errorf("strange %+v, changed %+v", image.Strange, image.Changed)
	}
	rules := image.Program.Tables[0].Chain(chain).Rules
	if text := rules[len(rules)-1].Text(); text != "meta l4proto tcp th dport 2222 accept" {
		t.Errorf("read %q", text)
	}
}
