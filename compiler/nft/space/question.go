package space

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/ir"
)

// question is one comparison of a program with a policy: the lists that decide by the
// policy what comes a way through the program.
type question struct {
	where string // host IN, vm100/net0 IN from the node, vnet blue, ...
	way   way
	lists []list
	queue *ir.Queue // that known connections go through
	marks bool      // it counts that a guest was allowed to send
	mute  bool      // no refused packet can be answered
	rate  string    // of all logs
	raw   []effect  // that comes in on the way
	guest bool      // bridged, so a broadcast is what 0.0.0.0/8 is too
}

// questions are all that can be asked of a policy in a family.
func questions(p *ir.Policy, f ir.Family) []question {
	a := &asker{Policy: p, family: f, asked: asksOfSenders(p.Host)}
	a.node()
	for _, v := range p.VNets {
		a.bridged("vnet "+v.Name, v.Name, v.Forward)
	}
	a.bridged("bridged", stranger, nil)
	for _, nic := range p.NICs {
		a.nic(nic)
	}
	return a.list
}

// asker makes the questions.
type asker struct {
	*ir.Policy
	family ir.Family
	asked  bool // a rule of the node asks what guests were allowed to send
	list   []question
}

func (a *asker) add(q question) {
	q.rate = logRate(a.Limit)
	for i := q.way.lead; i < len(q.way.stops); i++ {
		if q.way.stops[i].point == nft.Prerouting && q.raw == nil && !a.Off {
			q.raw = rawEffects(&a.Raw, a.family)
		}
	}
	a.list = append(a.list, q)
}

// chain is an endpoint's list; empty where it is not in force.
func (a *asker) chain(c *ir.Chain, vmid int, name string) list {
	if !c.Filtered(a.family) {
		return list{}
	}
	return list{dir: c.Dir, nodes: c.Live(a.family), closes: len(c.Live(a.family)) == len(c.Nodes), vmid: vmid, chain: name}
}

func (a *asker) node() {
	var in, out list
	if a.Host != nil {
		in, out = a.chain(a.Host.In, 0, "PVEFW-HOST-IN"), a.chain(a.Host.Out, 0, "PVEFW-HOST-OUT")
	}
	a.add(question{where: "host IN", way: inetWay(nft.Prerouting, nft.Input), lists: []list{in}})
	a.add(question{where: "host OUT", way: inetWay(nft.Output), lists: []list{out}})
	a.add(question{where: "routed", way: inetWay(nft.Prerouting, nft.Forward),
		lists: []list{frame(a.Forward, a.family), a.chain(a.Forwarding, 0, "PVEFW-FORWARD")}})
}

// bridged is what goes from port to port of a bridge between stations.
func (a *asker) bridged(where, bridge string, c *ir.Chain) {
	q := question{where: where, mute: true, guest: true, lists: []list{frame(a.Forward, a.family), a.chain(c, 0, "bridge-"+bridge)}}
	stops := direct(stranger, stranger, bridge)
	q.way.stops = stops
	a.add(q)
	q.where, q.way.stops = where+" with br_netfilter", shown(stops)
	a.add(q)
}

// nic asks about both directions of a network card, on both kinds of wires. One without
// firewall=1 hangs on the bridge itself and meets the frame only.
func (a *asker) nic(nic *ir.Endpoint) {
	if nic.Device == "" || len(nic.Device) > 15 {
		return
	}
	first := []list{frame(a.Forward, a.family)}
	in := question{where: nic.Name + " IN", way: way{stops: direct(stranger, nic.Device, stranger)}, lists: first, guest: true, mute: true}
	out := question{where: nic.Name + " OUT", way: way{stops: direct(nic.Device, stranger, stranger)}, lists: first, guest: true, mute: true}
	if !nic.Plugged {
		a.add(in)
		a.add(out)
		return
	}
	own := a.chain(nic.In, nic.VMID, nic.Device+"-IN")
	in.lists = append(first[:1:1], frame(a.BridgeIn, a.family), own)
	if own.nodes != nil {
		in.queue = nic.Queue
	}
	sends := a.chain(nic.Out, nic.VMID, nic.Device+"-OUT")
	sends.marks = true
	out.lists, out.marks, out.mute = append(first[:1:1], sends), a.asked, false
	w := wiresOf(nic.Device, nic.VMID, nic.Net)
	a.both(in, way{stops: w.in()})
	a.both(out, way{stops: w.out()})
	out.where, out.way = nic.Name+" OUT to the node", entering(nic.Device)
	a.add(out)
	in.where = nic.Name + " IN from the node"
	in.way = sent(inetWay(nft.Output), nic.Device)
	a.add(in)
	in.where = nic.Name + " IN routed"
	in.way = sent(inetWay(nft.Prerouting, nft.Forward), nic.Device)
	a.add(in)
}

// both asks on both kinds of wires. Behind a firewall bridge of its own a NIC's
// refusals are answered.
func (a *asker) both(q question, own way) {
	a.add(q)
	if slices.ContainsFunc(own.stops, func(s stop) bool { return len(s.inBridge) > 15 }) {
		return // no interface can be called so
	}
	q.where, q.way, q.mute = q.where+" by its own bridge", own, false
	a.add(q)
}

// asksOfSenders reports whether a rule of the node asks what guests were allowed to send.
func asksOfSenders(host *ir.Endpoint) bool {
	asks := func(n ir.Node) bool {
		r, ok := n.(*ir.Rule)
		return ok && r.Match.AcceptedBySender
	}
	if host == nil {
		return false
	}
	return host.In != nil && slices.ContainsFunc(host.In.Nodes, asks) || host.Out != nil && slices.ContainsFunc(host.Out.Nodes, asks)
}

// logRate is what the limit of all logs adds to them; the defaults are those of iptables.
func logRate(l ir.LogLimit) string {
	if l.Off {
		return ""
	}
	limit := nft.Limit{Rate: 3, Unit: nft.Hour, Burst: 5}
	if l.Burst > 0 {
		limit.Burst = uint32(min(l.Burst, 10000))
	}
	count, unit, _ := strings.Cut(l.Rate, "/")
	if n, err := strconv.ParseUint(count, 10, 32); err == nil && n > 0 {
		limit.Rate, limit.Unit = n, nft.Second
		for _, u := range []nft.Unit{nft.Minute, nft.Hour, nft.Day} {
			if unit != "" && strings.HasPrefix(u.String(), unit) {
				limit.Unit = u
			}
		}
	}
	return " up to " + rateOf(&limit)
}
