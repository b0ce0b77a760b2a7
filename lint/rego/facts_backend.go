package rego

import (
	"path"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// usesNFT reports whether a node runs proxmox-firewall, which reads FORWARD rules
// and VNet files, in place of pve-firewall, which does not.
func usesNFT(n *config.Node) bool { return n.Host != nil && n.Host.Options.Bool("nftables", false) }

// forwardPart lists what asks for filtering of forwarded traffic in the files of
// the datacenter and the nodes, and which nodes run which daemon. A datacenter
// without known nodes is taken for one node of defaults.
func (w *world) forwardPart(ids idTable) any {
	nft, iptables := []any{}, []any{}
	for _, n := range w.cfg.Nodes {
		if usesNFT(n) {
			nft = append(nft, label(n))
		} else {
			iptables = append(iptables, label(n))
		}
	}
	files, asked := []any{}, false
	for f := range w.files() {
		if f.guest == nil && f.fw.Name == "" {
			o := w.forwardOf(f, ids)
			files, asked = append(files, o), asked || o["rules"] != 0 || o["policy"] != "ACCEPT"
		}
	}
	return object{"nftables": nft, "iptables": iptables, "files": files, "asked": asked}
}

// forwardOf describes one file: its first FORWARD rule in force, in [RULES] or in
// a group that is used, how many there are, and its policy_forward.
func (w *world) forwardOf(f placedFile, ids idTable) object {
	o := object{"kind": f.fw.Env.String(), "node": "", "nftables": false, "rules": 0, "id": "",
		"policy": f.fw.Options.Text("policy_forward", "ACCEPT"), "policy_id": ids.add(f.fw.Options.Span("policy_forward"))}
	if f.node != nil {
		o["node"], o["nftables"] = label(f.node), usesNFT(f.node)
	}
	count := 0
	for _, r := range f.rules() {
		if r.Type != config.ForwardRule || !inForce(r.Rule) {
			continue
		}
		if count++; count == 1 {
			o["id"] = ids.add(r.Span())
		}
	}
	o["rules"] = count
	return o
}

// vnetsPart lists the VNet files.
func (w *world) vnetsPart(ids idTable) any {
	out := []any{}
	for _, fw := range w.cfg.VNets {
		if fw.File == nil {
			continue
		}
		out = append(out, object{"id": ids.add(fileSpan(fw)), "name": fw.Name, "enabled": fw.Options.Bool("enable", false),
			"rules": countInForce(fw.Rules), "policy": fw.Options.Text("policy_forward", "ACCEPT")})
	}
	return out
}

// orphansPart lists the guest files that belong to no guest.
func (w *world) orphansPart(ids idTable) any {
	out := []any{}
	for _, fw := range w.cfg.Orphans {
		if fw.File == nil {
			continue
		}
		name := path.Base(fw.File.Source.Name())
		out = append(out, object{"id": ids.add(fileSpan(fw)), "name": name, "vmid": vmidOf(name), "enabled": fw.Options.Bool("enable", false),
			"rules": countInForce(fw.Rules)})
	}
	return out
}

func vmidOf(name string) int {
	n, _ := strconv.Atoi(strings.TrimSuffix(name, ".fw"))
	return n
}

// filelessPart lists the guests with devices that ask for a firewall and without
// a file that could enable it, each with its first such device.
func (w *world) filelessPart(ids idTable) any {
	out := []any{}
	for _, n := range w.cfg.Nodes {
		for _, g := range n.Guests {
			if g.FW != nil && g.FW.Present || g.Unknown {
				continue
			}
			var first source.Span
			nics := []any{}
			for _, nic := range g.NICs {
				if nic.Firewall && first.IsZero() {
					first = nic.Span
				}
				if nic.Firewall {
					nics = append(nics, "net"+strconv.Itoa(nic.Index))
				}
			}
			if len(nics) > 0 {
				out = append(out, object{"vmid": g.VMID, "node": n.Name, "id": ids.add(first), "nics": nics})
			}
		}
	}
	return out
}
