package iptables

import (
	"fmt"
	"strconv"

	"github.com/pvefw/pvefw/ir"
)

// builtin prints what the daemon adds by itself, by kind and not by expansion:
// the daemon has shared chains and spellings of its own for these.
func (w *writer) builtin(b *ir.Builtin) {
	if !b.Families.Has(w.family) {
		return
	}
	switch b.Kind {
	case ir.Loopback:
		w.loopback(b)
	case ir.DropInvalid:
		w.chain.frame("-m conntrack --ctstate INVALID -j DROP")
	case ir.Established:
		w.chain.frame("-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT")
	case ir.IPSEstablished:
		w.inspectEstablished()
	case ir.NDP:
		w.neighbours(b)
	case ir.Blacklist:
		w.blacklist(b)
	case ir.Smurfs:
		w.chain.frame("-m conntrack --ctstate INVALID,NEW -j PVEFW-smurfs")
	case ir.BadTCPFlags:
		w.chain.frame("-p tcp -j PVEFW-tcpflags")
	case ir.IGMP:
		w.chain.frame("-p igmp " + w.accept(b.Verdict))
	case ir.Management:
		w.management(b)
	case ir.Corosync:
		w.corosync(b)
	case ir.ConnMark:
		w.chain.frame("-j CONNMARK --set-mark " + strconv.Itoa(b.Mark))
	case ir.ClearMark:
		w.chain.frame("-j MARK --set-mark " + markClear)
	case ir.DHCP:
		w.dhcp(b)
	case ir.MACFilter:
		w.chain.frame("-m mac ! --mac-source " + b.MAC + " -j DROP")
	case ir.RADrop:
		w.chain.frame("-p icmpv6 --icmpv6-type router-advertisement -j DROP")
	case ir.IPFilter:
		w.chain.frame("-m set ! --match-set " + b.Set.KernelName(w.family) + " src -j DROP")
	case ir.DropNoise:
		w.chain.frame("-j PVEFW-Drop")
	case ir.RejectNoise:
		w.chain.frame("-j PVEFW-Reject")
	default:
		panic(fmt.Sprintf("unreachable: %T %d", b, b.Kind))
	}
}

func (w *writer) loopback(b *ir.Builtin) {
	if b.Dir == ir.In {
		w.chain.frame("-i lo -j ACCEPT")
	} else {
		w.chain.frame("-o lo -j ACCEPT")
	}
}

// inspectEstablished sends known connections past the queues. The chain exists
// only once a guest chain with a queue has been completed
// (reference/pve-firewall §6.4).
func (w *writer) inspectEstablished() {
	for _, nic := range w.policy.NICs {
		if nic.Queue != nil && nic.In.Filtered(w.family) {
			w.chain.frame("-m conntrack --ctstate RELATED,ESTABLISHED -j PVEFW-IPS")
			return
		}
	}
}

// neighbours lets in neighbour discovery; advertisements of routers only where
// the endpoint may hear or send them (reference/pve-firewall §6.8, §7.3).
func (w *writer) neighbours(b *ir.Builtin) {
	types := []string{"router-solicitation", "router-advertisement", "neighbor-solicitation", "neighbor-advertisement"}
	for _, t := range types {
		if t != "router-advertisement" || b.RA {
			w.chain.frame("-p icmpv6 --icmpv6-type " + t + " " + w.accept(b.Verdict))
		}
	}
}

func (w *writer) blacklist(b *ir.Builtin) {
	w.chain.frame("-m set --match-set " + b.Set.KernelName(w.family) + " src -j PVEFW-blacklist")
	if w.filter.chains["PVEFW-blacklist"] == nil {
		w.logChain("PVEFW-blacklist", w.policy.BlacklistLog, "-j DROP")
	}
}

// management lets the administrators' networks in, and the node out to its own
// network; the order of the ports differs (reference/pve-firewall §6.8).
func (w *writer) management(b *ir.Builtin) {
	ends, ports := "", []string{"8006", "22", "5900:5999", "3128"}
	switch {
	case b.Dir == ir.In && b.Set != nil:
		ends = "-m set --match-set " + b.Set.KernelName(w.family) + " src"
		ports = []string{"8006", "5900:5999", "3128", "22", "60000:60050"}
	case b.Net != nil:
		ends = "-d " + b.Net.Text
	default:
		return
	}
	for _, p := range ports {
		w.chain.frame(ends + " -p tcp --dport " + p + " " + w.accept(b.Verdict))
	}
}

// corosync lets cluster traffic pass between addresses that share a link
// (reference/pve-firewall §6.9).
func (w *writer) corosync(b *ir.Builtin) {
	tail := " -p udp --dport 5404:5405 " + w.accept(b.Verdict)
	if b.AnyCast {
		w.chain.frame("-m addrtype --dst-type MULTICAST" + tail)
	}
	for _, peer := range b.Peers {
		if peer.Family != w.family {
			continue
		}
		if b.Dir == ir.In {
			w.chain.frame("-d " + peer.Local + " -s " + peer.Remote + tail)
		} else {
			w.chain.frame("-s " + peer.Local + " -d " + peer.Remote + tail)
		}
	}
}

// dhcp is written from the client's side: replies in, requests out.
func (w *writer) dhcp(b *ir.Builtin) {
	server, client := "67", "68"
	if w.family == ir.V6 {
		server, client = "547", "546"
	}
	if b.Dir == ir.Out {
		server, client = client, server
	}
	w.chain.frame("-p udp --sport " + server + " --dport " + client + " " + w.accept(b.Verdict))
}
