package memo

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"maps"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// Unchanged are the guests whose files are those that the memo knows.
func (m *Memo) Unchanged(node *config.NodeInput) map[int]bool {
	known := make(map[int]string, len(m.Guests))
	for i := range m.Guests {
		known[m.Guests[i].VMID] = m.Guests[i].Files
	}
	alone, alike, same := single(node), make([]bool, len(node.Guests)), map[int]bool{}
	inParts(len(node.Guests), func(from, to int) {
		for i := from; i < to; i++ {
			g := &node.Guests[i]
			files, ok := known[g.VMID]
			alike[i] = ok && alone[g.VMID] && files == filesOf(g)
		}
	})
	for i := range node.Guests {
		if alike[i] {
			same[node.Guests[i].VMID] = true
		}
	}
	return same
}

// InForce are those of some guests whose own chains were in force when they were made. For
// the others the rules of what is in force will be wanted, if nobody has applied the plan;
// where they are many somebody has, and then it takes long to read rules for nothing.
func (m *Memo) InForce(of map[int]bool) map[int]bool {
	guests := maps.Clone(of)
	for i := range m.Guests {
		if m.Guests[i].Waits {
			delete(guests, m.Guests[i].VMID)
		}
	}
	if len(guests) < len(of)*3/4 {
		return of
	}
	return guests
}

// single are the guests that have their number to themselves: a VM and a container of one
// number share a file, and the names of sets.
func single(node *config.NodeInput) map[int]bool {
	alone := make(map[int]bool, len(node.Guests))
	for i := range node.Guests {
		_, twice := alone[node.Guests[i].VMID]
		alone[node.Guests[i].VMID] = !twice
	}
	return alone
}

// filesOf is the digest of all that a guest alone is made of.
func filesOf(g *config.GuestInput) string {
	h := sha256.New()
	number := func(n int) {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], uint64(n))
		h.Write(b[:])
	}
	number(g.VMID)
	number(int(g.Env))
	number(map[bool]int{true: 1}[g.Unknown])
	for _, f := range []*source.File{g.FW, g.Conf} {
		if f == nil {
			number(-1)
			continue
		}
		number(len(f.Bytes()))
		h.Write(f.Bytes())
	}
	return hex.EncodeToString(h.Sum(nil))
}

func isContainer(g *config.GuestInput) bool { return g.Env == facts.CT }
