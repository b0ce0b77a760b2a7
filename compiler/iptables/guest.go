package iptables

import "github.com/pvefw/pvefw/ir"

// guests prints the chains of every network card in generation order. A chain
// that was given up half-way is printed as far as it got, but nothing jumps to
// it (reference/pve-firewall §7.2, §9.5).
func (p *pass) guests() {
	for _, nic := range p.policy.NICs {
		p.guestIn(nic)
		p.guestOut(nic)
	}
}

func (p *pass) guestIn(nic *ir.Endpoint) {
	c := nic.In
	if c == nil || !c.Build[p.family].Exists {
		return
	}
	w := p.guestChain(c, guestInScope, nic.VMID, nic.Device+"-IN")
	if !c.Build[p.family].Hooked {
		return
	}
	if nic.Queue != nil {
		p.filter.chain("PVEFW-IPS").leading(nic.Origin, "-m physdev --physdev-out "+nic.Device+" --physdev-is-bridged -j "+queue(nic.Queue))
	}
	p.filter.chain("PVEFW-FWBR-IN").leading(nic.Origin, "-m physdev --physdev-is-bridged --physdev-out "+nic.Device+" -j "+w.chain.name)
}

func (p *pass) guestOut(nic *ir.Endpoint) {
	c := nic.Out
	if c == nil || !c.Build[p.family].Exists {
		return
	}
	w := p.guestChain(c, guestOutScope, nic.VMID, nic.Device+"-OUT")
	if c.Build[p.family].Hooked {
		p.filter.chain("PVEFW-FWBR-OUT").leading(nic.Origin, "-m physdev --physdev-is-bridged --physdev-in "+nic.Device+" -j "+w.chain.name)
	}
}

func (p *pass) guestChain(c *ir.Chain, s scope, vmid int, name string) *writer {
	w := &writer{pass: p, chain: p.filter.chain(name), scope: s, dir: c.Dir, vmid: vmid}
	w.chain.after(func() { w.endpoint(c) })
	return w
}
