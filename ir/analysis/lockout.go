package analysis

import (
	"net/netip"

	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

// Door is a service through which a node is administered.
type Door struct {
	Name string
	Port uint16
}

// Doors are those of every node (reference/pve-firewall §6.8).
func Doors() []Door { return []Door{{"the web interface", 8006}, {"SSH", 22}} }

// Lockout is a door that is closed to somebody who needs it, wholly or in part.
type Lockout struct {
	Source  netip.Prefix
	Door    Door
	Reached Reached
	Witness string // a packet that is stopped, in words; empty where none is known
}

// Asker knows how much of a probe a node lets in.
type Asker interface{ Ask(Probe) Reached }

// Lockouts lists the doors of a node that are not open to all new connections from some
// networks. Of several addresses of the node one that is open suffices; a family in
// which the node has none is not asked about a particular one.
func Lockouts(p *ir.Policy, sources []netip.Prefix, own []netip.Addr, doors []Door) []Lockout {
	return LockoutsOf(NewReach(p, p.Host, ir.In), sources, own, doors)
}

// LockoutsOf is Lockouts for a node of which anybody knows what it lets in.
func LockoutsOf(node Asker, sources []netip.Prefix, own []netip.Addr, doors []Door) []Lockout {
	var list []Lockout
	for _, source := range sources {
		for _, d := range doors {
			probe := Probe{Proto: "tcp", First: d.Port, Last: d.Port, Source: source}
			got := best(node, probe, own)
			if got.Extent != WholeThrough {
				list = append(list, Lockout{source, d, got, probe.Witness(got.Witness)})
			}
		}
	}
	return list
}

// best is the answer of the address at which most gets through.
func best(node Asker, p Probe, own []netip.Addr) Reached {
	var most Reached
	asked := false
	for _, a := range own {
		if a.Is4() != p.Source.Addr().Is4() {
			continue
		}
		p.Dest = Single(a)
		if got := node.Ask(p); !asked || got.Extent > most.Extent {
			most = got
		}
		asked = true
	}
	if !asked {
		most = node.Ask(p)
	}
	return most
}

// StoppedBy is the rule or policy that stops a lockout's witness; nil where none is known.
func (l *Lockout) StoppedBy() *packet.Decision {
	if l.Reached.Witness == nil || !l.Reached.By.Decided {
		return nil
	}
	return &l.Reached.By
}
