package memo

import (
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/plan"
)

// Survey is the guests' table of a program, taken apart by whom things belong to. Base
// chains belong to nobody, and neither do maps by bridge.
type Survey struct {
	table  *nft.Table // nil where there is none
	guests map[int]*nft.Table
	shared map[string]string   // content of parts by name
	leads  map[string][]string // the parts that a part leads to, base chains included
	digest *plan.Digester
}

// Look takes a program apart.
func Look(p *nft.Program) *Survey {
	s := &Survey{table: p.Table(nft.GuestTable), guests: map[int]*nft.Table{}, shared: map[string]string{}, leads: map[string][]string{},
		digest: plan.NewDigester()}
	if s.table == nil {
		return s
	}
	for _, c := range s.table.Chains {
		if vmid, own := ownerOfChain(c.Name); own {
			t := s.guest(vmid)
			t.Chains = append(t.Chains, c)
			continue
		}
		s.leads[chainPart(c.Name)] = ledBy(c)
		if c.Hook == nil {
			s.shared[chainPart(c.Name)] = s.contentOf(&nft.Table{Chains: []*nft.Chain{c}})
		}
	}
	for _, set := range s.table.Sets {
		s.set(set)
	}
	return s
}

// set gives a set to its guest, or the elements of a map by port to theirs.
func (s *Survey) set(set *nft.Set) {
	if vmid, own := ownerOfSet(set.Name); own {
		t := s.guest(vmid)
		t.Sets = append(t.Sets, set)
		return
	}
	about := *set
	if byPort(set) {
		about.Elements = nil
		s.elements(set)
	}
	s.leads[setPart(set.Name)] = ledByElements(&about)
	s.shared[setPart(set.Name)] = s.contentOf(&nft.Table{Sets: []*nft.Set{&about}})
}

// elements gives each guest a map of its own elements.
func (s *Survey) elements(set *nft.Set) {
	own := map[int]*nft.Set{}
	for i := range set.Elements {
		vmid, known := ownerOfElement(&set.Elements[i])
		if !known {
			continue
		}
		part := own[vmid]
		if part == nil {
			part = &nft.Set{Name: set.Name, Key: set.Key, Verdicts: true}
			own[vmid] = part
			t := s.guest(vmid)
			t.Sets = append(t.Sets, part)
		}
		part.Elements = append(part.Elements, set.Elements[i])
	}
}

func (s *Survey) guest(vmid int) *nft.Table {
	if s.guests[vmid] == nil {
		s.guests[vmid] = &nft.Table{Family: nft.Bridge, Name: nft.GuestTable}
	}
	return s.guests[vmid]
}

// contentOf is the digest of a table, or of what a guest has of it, which may be nothing.
func (s *Survey) contentOf(t *nft.Table) string { return contentOf(s.digest, t) }

func contentOf(d *plan.Digester, t *nft.Table) string {
	if t == nil {
		t = &nft.Table{Family: nft.Bridge, Name: nft.GuestTable}
	}
	return d.Of(&nft.Program{Tables: []*nft.Table{t}})
}

func chainPart(name string) string { return "chain " + name }
func setPart(name string) string   { return "set " + name }

// byPort reports whether a set of the guests' table is a map by port, whose elements are
// the guests'. What reads a kernel cannot tell ports and bridges apart by their type.
func byPort(s *nft.Set) bool { return s.Verdicts && nft.IsPortMap(s.Name) }

// ownerOfChain is the guest whose chain has the name.
func ownerOfChain(name string) (vmid int, ok bool) {
	device, _, cut := strings.Cut(name, "-")
	if !cut {
		return 0, false
	}
	return ownerOfPort(device)
}

// ownerOfSet is the guest whose file defines the set of the name.
func ownerOfSet(name string) (vmid int, ok bool) {
	of, _, cut := strings.Cut(name, "-")
	id, guest := strings.CutPrefix(of, "vm")
	if !cut || !guest {
		return 0, false
	}
	return number(id)
}

// ownerOfElement is the guest for whose port an element of a map by port is.
func ownerOfElement(e *nft.Element) (vmid int, ok bool) {
	if len(e.Key) == 0 {
		return 0, false
	}
	return ownerOfPort(e.Key[0].First.Name)
}

// ownerOfPort is the guest to whose card a port belongs: the tap or veth of the card, or
// the end of its cable.
func ownerOfPort(name string) (vmid int, ok bool) {
	for _, kind := range []string{"tap", "veth", "fwln"} {
		if id, found := strings.CutPrefix(name, kind); found {
			id, card, _ := strings.Cut(id, "i")
			if _, isCard := number(card); isCard {
				return number(id)
			}
		}
	}
	return 0, false
}

// number reads a number as it is printed.
func number(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && strconv.Itoa(n) == text && n >= 0
}

// OwnerOf is the guest to whom a chain of the kernel belongs.
func OwnerOf(at netlink.ChainID) (vmid int, ok bool) {
	vmid, ok = ownerOfChain(at.Chain)
	return vmid, ok && at.Table == nft.GuestTable
}
