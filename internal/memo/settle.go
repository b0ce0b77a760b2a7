package memo

import (
	"sync"

	"github.com/pvefw/pvefw/internal/plan"
)

// Settled are those of some guests for which nothing has to be made: whatever their
// packets meet is in force as the memo has it. The first user of everything that guests
// share is not among them.
func (m *Memo) Settled(unchanged map[int]bool, live *Survey) map[int]bool {
	settled := map[int]bool{}
	held, made := make([]bool, len(m.Shared)), make([]bool, len(m.Shared))
	own := live.holds(m.Guests, unchanged)
	for i, p := range m.Shared {
		held[i] = live.shared[p.Name] == p.Content
	}
	for i := range m.Guests {
		g := &m.Guests[i]
		if !unchanged[g.VMID] || !all(held, g.Uses) {
			continue
		}
		if all(made, g.Uses) && own[i] {
			settled[g.VMID] = true
			continue
		}
		for _, n := range g.Uses {
			made[n] = true
		}
	}
	return settled
}

// holds tells of each guest whether what it has alone is in force; of those that are not
// asked about it tells nothing.
func (s *Survey) holds(guests []Guest, asked map[int]bool) []bool {
	own := make([]bool, len(guests))
	inParts(len(guests), func(from, to int) {
		d := plan.NewDigester()
		for i := from; i < to; i++ {
			if g := &guests[i]; asked[g.VMID] {
				own[i] = contentOf(d, s.guests[g.VMID]) == g.Content
			}
		}
	})
	return own
}

// inParts lets several workers go through a list of n, each through a part of its own.
func inParts(n int, work func(from, to int)) {
	const parts = 4
	var wait sync.WaitGroup
	for i := range parts {
		wait.Go(func() { work(n*i/parts, n*(i+1)/parts) })
	}
	wait.Wait()
}

func all(flags []bool, places []int) bool {
	for _, n := range places {
		if !flags[n] {
			return false
		}
	}
	return true
}
