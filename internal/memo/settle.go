package memo

// Settled are those of some guests for which nothing has to be made: whatever their
// packets meet is in force as the memo has it. The first user of everything that guests
// share is not among them.
func (m *Memo) Settled(unchanged map[int]bool, live *Survey) map[int]bool {
	settled := map[int]bool{}
	held, made := make([]bool, len(m.Shared)), make([]bool, len(m.Shared))
	for i, p := range m.Shared {
		held[i] = live.shared[p.Name] == p.Content
	}
	for i := range m.Guests {
		g := &m.Guests[i]
		if !unchanged[g.VMID] || !all(held, g.Uses) {
			continue
		}
		if all(made, g.Uses) && live.holds(g) {
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
func (s *Survey) holds(g *Guest) bool { return s.contentOf(s.guests[g.VMID]) == g.Content }

func all(flags []bool, places []int) bool {
	for _, n := range places {
		if !flags[n] {
			return false
		}
	}
	return true
}
