package conformance

import (
	"testing"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/compiler/nft/space"
	"github.com/pvefw/pvefw/internal/measured"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/lower"
)

// everyFile is how many sets of files there are to one whose programs are proved: all of
// them would take half a minute.
const everyFile = 3

// The nftables programs of measured files do what the policies say, for all packets,
// folded and plain, under both semantics; and both forms do the same.
func TestProgramsAreProvedEqual(t *testing.T) {
	root := measured.Path(t, "conformance")
	s := scoreboard{}
	records := readCases(t, root)
	for i, r := range readFiles(t, root) {
		if i%everyFile == 0 {
			records = append(records, r)
		}
	}
	for _, r := range records {
		c := compile(t, r.Files)
		intended, _ := lower.Lower(c.config, c.node, lower.Intended)
		s.prove("program.reference", r.Name, c.policy)
		s.prove("program.intended", r.Name, intended)
	}
	report(t, s)
}

func (s scoreboard) prove(name, where string, p *ir.Policy) {
	folded, _ := nft.Build(p, nft.Options{})
	plain, _ := nft.Build(p, nft.Options{Plain: true})
	if folded == nil {
		return
	}
	for form, program := range map[string]*nft.Program{"folded": folded, "plain": plain} {
		r := space.Prove(program, p)
		for range r.Proved {
			s.of(name).add(true, "")
		}
		for _, d := range r.Differences {
			s.of(name).add(false, "%s, %s: %s", where, form, d)
		}
		for _, u := range r.Unknown {
			s.of(name).add(false, "%s, %s: unknown: %s", where, form, u)
		}
	}
	c := space.Compare(folded, plain, analysis.Budget{})
	s.of("program.folded").add(len(c.Endpoints)+c.Unknown == 0, "%s: %+v", where, c.Endpoints)
}
