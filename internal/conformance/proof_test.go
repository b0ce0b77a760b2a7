package conformance

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/compiler/iptables"
	"github.com/pvefw/pvefw/compiler/iptables/chain"
	"github.com/pvefw/pvefw/internal/measured"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/lower"
)

// proofs counts what was proved about texts by name: of each total, how many
// questions were answered with "the same for all packets".
type proofs struct {
	scoreboard
	unknown, refused map[string]int
}

// The texts say what the policies say, for all packets: those that pvefw prints
// under both semantics, and those that were measured of the daemon.
func TestTextsAreProvedEqual(t *testing.T) {
	root := measured.Path(t, "conformance")
	p := proofs{scoreboard{}, map[string]int{}, map[string]int{}}
	for _, r := range append(readCases(t, root), readFiles(t, root)...) {
		c := compile(t, r.Files)
		intended, _ := lower.Lower(c.config, c.node, lower.Intended)
		p.prove("proof.reference", r.Name, chainTexts(c.texts), c.policy)
		p.prove("proof.intended", r.Name, emitted(intended), intended)
		if !strings.HasPrefix(r.Warnings, "FATAL") {
			p.prove("proof.measured", r.Name, chainTexts(r.Texts), c.policy)
		}
	}
	p.lines(t, root)
	for name, n := range p.refused {
		t.Logf("%s: %d unknown; %d more of texts that the kernel refuses", name, p.unknown[name], n)
	}
	report(t, p.scoreboard)
}

// everyLine is how many lines there are to one whose texts are proved: together
// they would take a minute.
const everyLine = 20

// lines proves the texts of single lines in their fixed context.
func (p proofs) lines(t *testing.T, root string) {
	context, n := lineContext(t, root), 0
	eachJSONL(t, filepath.Join(root, "lines.jsonl"), func(raw []byte) {
		if n++; n%everyLine != 0 {
			return
		}
		var l lineRecord
		mustJSON(t, raw, &l)
		c := compileLine(t, context, l.Env, l.Line)
		p.prove("proof.lines", l.Env+" "+l.Line, chainTexts(c.texts), c.policy)
	})
}

func (p proofs) prove(name, where string, texts chain.Texts, policy *ir.Policy) {
	r := chain.Prove(texts, policy)
	s := p.of(name)
	for range r.Proved {
		s.add(true, "")
	}
	for _, d := range r.Differences {
		s.add(false, "%s: %s", where, d)
	}
	for _, u := range r.Unknown {
		s.add(false, "%s: unknown: %s", where, u)
	}
	p.unknown[name] += len(r.Unknown)
	p.refused[name] += r.Refused
}

func chainTexts(texts map[string]string) chain.Texts {
	return chain.Texts{IPSet: texts["ipset"], IPTables: texts["iptables"], IP6Tables: texts["ip6tables"]}
}

func emitted(p *ir.Policy) chain.Texts {
	texts := map[string]string{}
	artifacts, _ := iptables.New().Emit(p)
	for _, a := range artifacts {
		texts[strings.TrimSuffix(a.Name, ".rules")] = a.Text
	}
	return chainTexts(texts)
}
