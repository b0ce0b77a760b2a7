package space

import (
	"slices"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/packet"
)

// Reach answers what a program lets in to the node, for a program whose policy nobody has
// any more: one that is in force, or was. As in analysis.Reach, a packet that one
// interface lets in is not kept out; here one interface must let all of a probe in for
// the whole to be through.
type Reach struct{ reading *reading }

// NewReach looks at a program. Of the chains that the node's own packets meet the rules
// must have been read; where they were not, nothing is known.
func NewReach(p *nft.Program) *Reach { return &Reach{read(p)} }

// Ask sends a probe. Of two families the one that lets more through speaks.
func (r *Reach) Ask(p analysis.Probe) analysis.Reached { return p.Best(r.askIn) }

func (r *Reach) askIn(f ir.Family, p analysis.Probe) analysis.Reached {
	probe, toNode := p.Match(), inetWay(nft.Prerouting, nft.Input)
	asked := r.reading.ask(f, &toNode)
	ports := interfacesOf(asked.matches)
	u, _ := packet.NewCutter(f).Cut(complete(slices.Concat([]*ir.Match{&accepted, &probe}, loopback, silent[f]), asked))
	run := asked.begin(u)
	got := run.rest(run.lead(u.All()))
	through := u.None()
	for _, h := range got.hits {
		if h.Verdict == ir.Accept {
			through = through.Union(h.packets)
		}
	}
	through = packet.Between(through.Lower(), through.Union(got.lost).Upper())
	box := u.Match(&probe).Minus(union(u, loopback))
	named := u.None()
	var best analysis.Reached
	for _, port := range ports {
		s := u.Match(port)
		named = named.Union(s)
		best = better(best, analysis.ReachedOf(box.Intersect(s), through))
	}
	return better(best, analysis.ReachedOf(box.Minus(named), through))
}

// better is the answer by which more is known to get through; that about other interfaces
// than the named ones comes last and speaks where they are equal.
func better(a, b analysis.Reached) analysis.Reached {
	if a.Extent > b.Extent {
		return a
	}
	return b
}

// interfacesOf are the interfaces by which packets are told apart, each once.
func interfacesOf(matches []*ir.Match) []*ir.Match {
	var list []*ir.Match
	seen := map[string]bool{"": true, "lo": true}
	for _, m := range matches {
		if !seen[m.In] {
			seen[m.In] = true
			list = append(list, &ir.Match{In: m.In})
		}
	}
	return list
}
