package memo

// Settled are those of some guests for which nothing has to be made: whatever their
// packets meet is in force as the memo has it. Without sets, only chains are compared:
// whoever asks so looks again later. The first user of everything that guests share is not
// among them.
func (m *Memo) Settled(unchanged map[int]bool, live *Survey, sets bool) map[int]bool {
	settled := map[int]bool{}
	held, made := make([]bool, len(m.Shared)), make([]bool, len(m.Shared))
	for i, p := range m.Shared {
		held[i] = live.shared[p.Name] == p.Content || !sets && isSet(p.Name)
	}
	for i := range m.Guests {
		g := &m.Guests[i]
		if !unchanged[g.VMID] || !all(held, g.Uses) {
			continue
		}
		if all(made, g.Uses) && live.holds(g, sets) {
			settled[g.VMID] = true
			continue
		}
		for _, n := range g.Uses {
			made[n] = true
		}
	}
	return settled
}

// holds reports whether what a guest has alone is in force.
func (s *Survey) holds(g *Guest, sets bool) bool {
	return s.chainsOf(g.VMID) == g.Chains && (!sets || s.setsOf(g.VMID) == g.Sets)
}

func all(flags []bool, places []int) bool {
	for _, n := range places {
		if !flags[n] {
			return false
		}
	}
	return true
}
