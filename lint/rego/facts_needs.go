package rego

import (
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/config"
)

// need is something that a node has to reach in other networks; one open port
// suffices.
type need struct {
	name   string
	probes []analysis.Probe
}

var needs = []need{
	{"DNS", []analysis.Probe{{Proto: "udp", First: 53, Last: 53}, {Proto: "tcp", First: 53, Last: 53}, {Proto: "tcp", First: 853, Last: 853}}},
	{"NTP", []analysis.Probe{{Proto: "udp", First: 123, Last: 123}}},
	{"package mirrors", []analysis.Probe{{Proto: "tcp", First: 80, Last: 80}, {Proto: "tcp", First: 443, Last: 443}, {Proto: "tcp", First: 3128, Last: 3128}, {Proto: "tcp", First: 3142, Last: 3142}}},
}

// egressPart says what nodes and guests with a closed way out cannot reach.
func (w *world) egressPart(ids idTable) any {
	hosts, guests, closed := []any{}, []any{}, false
	for _, d := range w.doors() {
		o := object{"node": label(d.node), "id": "", "policy": "ACCEPT", "closed": w.closedNeeds(d)}
		if c := w.cfg.Cluster; c != nil {
			o["policy"] = c.Options.Text("policy_out", "ACCEPT")
			o["id"] = ids.add(c.Options.Span("policy_out"))
		}
		hosts, closed = append(hosts, o), closed || o["policy"] != "ACCEPT"
	}
	for f := range w.files() {
		if f.guest != nil {
			if o := w.guestEgress(f, ids); o != nil {
				guests = append(guests, o)
			}
		}
	}
	return object{"hosts": hosts, "guests": guests, "closed": closed || len(guests) > 0}
}

// closedNeeds names what a node cannot reach beyond its local network, where it
// accepts some ports by itself.
func (w *world) closedNeeds(d *doors) []any {
	out := []any{}
	for _, n := range needs {
		closed := true
		for _, p := range n.probes {
			closed = closed && d.out.Shut(p)
		}
		if closed {
			out = append(out, n.name)
		}
	}
	return out
}

// guestEgress describes a guest whose way out is closed at its end, by a rule that
// takes everything or by policy_out; nil for others. What is accepted before is
// looked at by port alone: what no rule accepts is closed for certain.
func (w *world) guestEgress(f placedFile, ids idTable) object {
	at, action, before := w.closingOut(f.fw)
	if action == "ACCEPT" {
		return nil
	}
	var open portList
	for _, r := range before {
		if r.Type != config.GroupRule {
			open = append(open, opensOut(r)...)
			continue
		}
		for _, inner := range r.Group.Target.Rules {
			open = append(open, opensOut(inner)...)
		}
	}
	return object{"vmid": f.guest.VMID, "id": ids.add(at), "enabled": guestOn(f.guest), "action": action,
		"dns": open.has("udp", 53) || open.has("tcp", 53) || open.has("tcp", 853), "web": open.has("tcp", 443) || open.has("tcp", 80),
		"dhcp": f.fw.Options.Bool("dhcp", true) || open.has("udp", 67)}
}

// closingOut is what ends a guest's OUT list, where that is said, and the rules
// before it.
func (w *world) closingOut(fw *config.FW) (at source.Span, action string, before []*config.Rule) {
	for _, r := range fw.Rules {
		switch {
		case !inForce(r):
		case r.Type == config.OutRule && w.catchAll(r) == both && interfaceOf(r) == "":
			return r.Span(), r.Action.String(), before
		default:
			before = append(before, r)
		}
	}
	return fw.Options.Span("policy_out"), fw.Options.Text("policy_out", "ACCEPT"), before
}

// opensOut lists the ports that an OUT rule accepts.
func opensOut(r *config.Rule) portList {
	if r.Type != config.OutRule || r.Action != config.AcceptAction || !inForce(r) {
		return nil
	}
	return portsOf(r)
}

// has reports whether a port is in the list.
func (l portList) has(proto string, port uint16) bool {
	for _, p := range l {
		if p.proto == proto && p.first <= port && port <= p.last {
			return true
		}
	}
	return false
}
