package memo

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// Made is what was made of a node's guests, or of some of them.
type Made struct {
	Context string
	Node    *config.NodeInput // all guests
	Policy  *ir.Policy
	Program *nft.Program
	Found   diag.List
	Missing []string
	Change  *nft.Delta // from what was in force; may be nil
}

// Of remembers what was made, and of settled guests what was known.
func (m *Made) Of(old *Memo, settled map[int]bool) *Memo {
	is := Look(m.Program)
	out := &Memo{Context: m.Context, Errors: m.Errors(), Missing: m.Missing}
	u := newUsage(is)
	for _, name := range u.names {
		out.Shared = append(out.Shared, Part{name, is.shared[name]})
	}
	out.Guests = append(m.built(u, settled), moved(old, settled, u.number)...)
	slices.SortFunc(out.Guests, generated)
	return out
}

// generated orders guests as they are generated: VMs before containers, numbers as text
// (reference/pve-firewall §7.1).
func generated(a, b Guest) int {
	if a.Container != b.Container {
		return map[bool]int{false: -1, true: 1}[a.Container]
	}
	return cmp.Compare(strconv.Itoa(a.VMID), strconv.Itoa(b.VMID))
}

// built are the guests of which something was made and that say nothing beyond their lists.
func (m *Made) built(u *usage, settled map[int]bool) []Guest {
	special, alone, waiting := m.special(), single(m.Node), m.waiting()
	var list []Guest
	for i := range m.Node.Guests {
		in := &m.Node.Guests[i]
		if settled[in.VMID] || !alone[in.VMID] || special[in.VMID] {
			continue
		}
		list = append(list, Guest{VMID: in.VMID, Container: isContainer(in), Files: filesOf(in),
			Content: u.contentOf(u.guests[in.VMID]), Uses: u.of(in.VMID), Waits: waiting[in.VMID]})
	}
	return list
}

// waiting are the guests of whose own chains some are not in force.
func (m *Made) waiting() map[int]bool {
	guests := map[int]bool{}
	if m.Change == nil {
		return guests
	}
	for i := range m.Change.Tables {
		for _, x := range m.Change.Tables[i].Chains {
			if x.After == nil {
				continue
			}
			if vmid, own := ownerOfChain(x.After.Name); own {
				guests[vmid] = true
			}
		}
	}
	return guests
}

// moved are the settled guests of an older memo, with the places of parts as they are now.
func moved(old *Memo, settled map[int]bool, number map[string]int) []Guest {
	if old == nil {
		return nil
	}
	var list []Guest
	for _, g := range old.Guests {
		if !settled[g.VMID] {
			continue
		}
		uses := make([]int, len(g.Uses))
		for i, n := range g.Uses {
			uses[i] = number[old.Shared[n].Name]
		}
		slices.Sort(uses)
		g.Uses, g.Waits = uses, false
		list = append(list, g)
	}
	return list
}

// special are the guests that are made anew every time, because they say something beyond
// their own lists: an error stops a plan, and may be about a name of which only so many are
// guessed; a queue is part of the node's frame; an address that nobody gave is noted.
func (m *Made) special() map[int]bool {
	special := map[int]bool{}
	for _, e := range m.Policy.NICs {
		if e.Queue != nil || e.Plugged && e.MAC == "" {
			special[e.VMID] = true
		}
	}
	owner := m.owners()
	for i := range m.Found {
		if d := &m.Found[i]; d.Severity == diag.Error && d.Span.File != nil {
			if vmid, own := owner[d.Span.File]; own {
				special[vmid] = true
			}
		}
	}
	return special
}

// owners are the guests by their files.
func (m *Made) owners() map[*source.File]int {
	owner := make(map[*source.File]int, 2*len(m.Node.Guests))
	for i := range m.Node.Guests {
		g := &m.Node.Guests[i]
		owner[g.FW], owner[g.Conf] = g.VMID, g.VMID
	}
	delete(owner, nil)
	return owner
}

// Errors is the digest of the errors that stand in no guest's file. Some come to light
// only through guests, such as those of a group that only guests use.
func (m *Made) Errors() string {
	owner, h := m.owners(), sha256.New()
	found := slices.Clone(m.Found)
	found.Sort()
	for i := range found {
		d := &found[i]
		if _, own := owner[d.Span.File]; !own && d.Severity == diag.Error {
			fmt.Fprintf(h, "%q %q %q\n", d.Rule.Code, d.Span.String(), d.Message)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}
