package memo

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

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
	alone, same := single(node), map[int]bool{}
	for i := range node.Guests {
		g := &node.Guests[i]
		if files, ok := known[g.VMID]; ok && alone[g.VMID] && files == filesOf(g) {
			same[g.VMID] = true
		}
	}
	return same
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
