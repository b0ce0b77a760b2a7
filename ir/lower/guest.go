package lower

import (
	"sort"
	"strconv"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// guest is a config.Guest with its NICs in generation order.
type guest struct {
	*config.Guest
	nics      []*config.NIC
	endpoints []*ir.Endpoint // same order as nics
	common    [2]common      // by direction; for guests with chains
	intended  bool           // the semantics asked for
}

// present reports whether the guest has a firewall file with any content.
func (g *guest) present() bool { return g.FW != nil && g.FW.Present }

// filtered reports whether the guest's firewall is on.
func (g *guest) filtered() bool {
	return g.present() && options(g.FW).Bool("enable", false) && !g.Broken
}

// offReason says why nothing of the guest is filtered; nil where its firewall is on.
func (g *guest) offReason() *ir.Skipped {
	if g.filtered() {
		return nil
	}
	off := &ir.Skipped{Stage: ir.AtDesign, Families: ir.Both, Origin: optionOrigin(g.FW, "enable")}
	switch {
	case !g.present():
		off.Reason = "the guest has no firewall file, so nothing is filtered"
	case g.Broken:
		off.Reason = "the container's config cannot be read, so nothing is filtered"
	default:
		off.Reason = "the guest's [OPTIONS] do not say enable: 1, so nothing is filtered"
	}
	return off
}

// queue is where accepted packets towards the guest go instead, nil for nowhere.
func (g *guest) queue() *ir.Queue {
	if !options(g.FW).Bool("ips", false) {
		return nil
	}
	text := options(g.FW).Text("ips_queues", "")
	if g.intended && text != "" && queueFault(text) != "" {
		text = takenQueues(text)
	}
	return &ir.Queue{Text: text}
}

// endpoints lists the NICs of all guests in generation order: VMs, then
// containers, ids and netN compared as text (reference/pve-firewall §7.1).
func (l *lowering) endpoints() {
	for _, g := range l.node.Guests {
		l.guestList = append(l.guestList, &guest{Guest: g, nics: sortedNICs(g), intended: !l.reference()})
	}
	sort.SliceStable(l.guestList, func(i, j int) bool {
		a, b := l.guestList[i], l.guestList[j]
		if (a.Env == facts.CT) != (b.Env == facts.CT) {
			return b.Env == facts.CT
		}
		return strconv.Itoa(a.VMID) < strconv.Itoa(b.VMID)
	})
	for _, g := range l.guestList {
		for _, nic := range g.nics {
			e := endpoint(g, nic)
			g.endpoints = append(g.endpoints, e)
			l.policy.NICs = append(l.policy.NICs, e)
		}
	}
}

func sortedNICs(g *config.Guest) []*config.NIC {
	nics := append([]*config.NIC(nil), g.NICs...)
	if g.Unknown {
		nics = assumedNICs(g)
	}
	sort.SliceStable(nics, func(i, j int) bool { return nicName(nics[i]) < nicName(nics[j]) })
	return nics
}

// assumedNICs gives a guest without conf the NICs that its rules name, net0 at
// least, all of them behind the firewall.
func assumedNICs(g *config.Guest) []*config.NIC {
	seen := map[int]bool{0: true}
	nics := []*config.NIC{{Index: 0, Firewall: true}}
	for _, r := range rulesOf(g.FW) {
		n, err := strconv.Atoi(trimNet(r.Iface))
		if err == nil && !seen[n] && nicName(&config.NIC{Index: n}) == r.Iface {
			seen[n] = true
			nics = append(nics, &config.NIC{Index: n, Firewall: true})
		}
	}
	return nics
}

func trimNet(iface string) string {
	if len(iface) < 4 || iface[:3] != "net" {
		return ""
	}
	return iface[3:]
}

func rulesOf(fw *config.FW) []*config.Rule {
	if fw == nil {
		return nil
	}
	return fw.Rules
}

func nicName(nic *config.NIC) string { return "net" + strconv.Itoa(nic.Index) }

func endpoint(g *guest, nic *config.NIC) *ir.Endpoint {
	kind, name, device := ir.VMNIC, "vm", "tap"
	if g.Env == facts.CT {
		kind, name, device = ir.CTNIC, "ct", "veth"
	}
	id := strconv.Itoa(g.VMID)
	e := &ir.Endpoint{
		Kind: kind, Name: name + id + "/" + nicName(nic), VMID: g.VMID, Net: nic.Index,
		Device: device + id + "i" + strconv.Itoa(nic.Index), Bridge: nic.Bridge, MAC: nic.MAC,
		Plugged: nic.Firewall, Origin: ir.Origin{Span: nic.Span}, OffReason: g.offReason(),
	}
	if nic.Span.IsZero() {
		e.Origin = ir.Origin{Span: wholeFile(g.FW)}
	}
	return e
}

// anyQueue returns the queue of the first filtered guest that has one.
func (l *lowering) anyQueue() (*ir.Queue, bool) {
	for _, g := range l.guestList {
		if g.filtered() && g.queue() != nil {
			return g.queue(), true
		}
	}
	return nil, false
}

// guests makes what is made of each guest whose firewall is on.
func (l *lowering) guests() {
	for _, g := range l.guestList {
		if g.filtered() {
			l.guestChains(g)
			l.links(g)
		}
		l.consumer.done(g.FW)
	}
}

// guestChains makes a guest's chains, IN before OUT and NIC by NIC. alive loses a
// family for good when generation dies in it.
func (l *lowering) guestChains(g *guest) {
	g.common = [2]common{ir.In: commonIn(g), ir.Out: commonOut(g)}
	l.noteClosing(g.common[ir.In].closing)
	l.noteClosing(g.common[ir.Out].closing)
	alive := ir.Both
	for i, nic := range g.nics {
		e := g.endpoints[i]
		if !nic.Firewall {
			continue
		}
		e.Queue = g.queue()
		l.checkQueue(g, alive)
		for dir := ir.In; dir <= ir.Out; dir++ {
			c := l.guestChain(g, nic, dir, &alive)
			if dir == ir.In {
				e.In = c
			} else {
				e.Out = c
			}
		}
	}
}
