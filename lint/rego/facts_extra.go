package rego

import (
	"strings"
	"sync"

	"github.com/pvefw/pvefw/ir/config"
)

// extra is what the facts about details look up often.
type extra struct {
	sync.Mutex                         // of what is looked at later: aliases, bridges, notes, ports
	guestGroups map[*config.Group]bool // used by a guest whose firewall is on
	groupUses   map[string]int         // by lower-case name: GROUP rules anywhere, disabled ones too
	egress      map[*config.Rule]egress
	aliases     map[*config.FW]aliasNames       // those looked at so far
	bridges     map[*config.Node]map[bridge]int // likewise
	notes       map[*config.FW]*setNotes        // likewise
	ports       map[portWords]string            // likewise
	files       int                             // how many there are
	opened      map[*config.Set]portList        // ports of nodes that rules open to a set
}

// extra makes the tables at their first use.
func (w *world) extra() *extra {
	if w.more != nil {
		return w.more
	}
	x := &extra{guestGroups: map[*config.Group]bool{}, groupUses: map[string]int{},
		egress: map[*config.Rule]egress{}, aliases: map[*config.FW]aliasNames{},
		bridges: map[*config.Node]map[bridge]int{}, ports: map[portWords]string{}, opened: map[*config.Set]portList{}, notes: map[*config.FW]*setNotes{}}
	w.more = x
	for f := range w.files() {
		x.files++
		for _, r := range f.fw.Rules {
			if r.Type != config.GroupRule || r.Group == nil {
				continue
			}
			x.groupUses[strings.ToLower(r.Group.Name)]++
			if r.Group.Target != nil && inForce(r) && f.guest != nil && guestOn(f.guest) {
				x.guestGroups[r.Group.Target] = true
			}
		}
	}
	w.recordOpened(x.opened)
	w.findEgress(x.egress)
	return x
}
