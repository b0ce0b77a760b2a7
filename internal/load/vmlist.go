package load

import (
	"encoding/json"
	"path"
	"slices"
	"strconv"

	"github.com/pvefw/pvefw/internal/facts"
)

// vmlist is the cluster's own list of guests, kept in .vmlist.
type vmlist struct {
	IDs map[string]vmlistEntry `json:"ids"`
}

type vmlistEntry struct {
	Node string `json:"node"`
	Type string `json:"type"` // lxc, or qemu
}

// addListed adds the guests that .vmlist names and that have no conf here, each
// to its node. A list that cannot be read as one adds nothing and is said so.
func (l *loader) addListed(p *plan) error {
	f, err := l.optional(".vmlist")
	if err != nil || f == nil {
		return err
	}
	var list vmlist
	if json.Unmarshal(f.Bytes(), &list) != nil {
		l.note(f.Name() + " is not a list of guests; it was left aside")
		return nil
	}
	for i := range p.nodes {
		p.nodes[i].addListed(&list, l.name(&p.nodes[i]))
	}
	return nil
}

func (n *nodePlan) addListed(list *vmlist, name string) {
	for id, at := range list.IDs {
		vmid, err := strconv.Atoi(id)
		known := slices.ContainsFunc(n.guests, func(g guestPlan) bool { return g.vmid == vmid })
		if err != nil || vmid < 1 || known || at.Node != name {
			continue
		}
		g := guestPlan{vmid: vmid, env: facts.VM}
		if at.Type == "lxc" {
			g.env = facts.CT
		}
		n.guests = append(n.guests, g)
	}
	slices.SortFunc(n.guests, func(a, b guestPlan) int { return a.vmid - b.vmid })
}

// confPath is where the conf of a guest belongs.
func (n *nodePlan) confPath(g guestPlan) string {
	folder := confFolder(g.env)
	if n.noDir {
		return path.Join(folder, strconv.Itoa(g.vmid)+".conf")
	}
	return path.Join("nodes", n.name, folder, strconv.Itoa(g.vmid)+".conf")
}
