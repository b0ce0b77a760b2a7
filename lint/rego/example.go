package rego

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// ExampleInput makes a CONFIG of one node, pve1, from files behind "-- NAME --"
// lines, as the METADATA of policies has them: cluster.fw, host.fw, VMID.fw,
// VMID.conf (of a container if it is named VMID.ct.conf or has a rootfs), perhaps
// in the folder firewall as under /etc/pve,
// vnet/NAME.fw, corosync.conf, datacenter.cfg, storage.cfg, sdn/.running-config,
// and .pvefw.yaml as far as besideFacts reads it. Other names are left out.
func ExampleInput(text string) config.Input {
	in := config.Input{Datacenter: true, NoGuestConfs: true}
	node := config.NodeInput{Facts: config.Host{Name: "pve1", NoDir: true}}
	var guests []config.GuestInput
	others := map[string]string{}
	for _, part := range strings.Split("\n"+text, "\n-- ")[1:] {
		name, body, _ := strings.Cut(part, " --\n")
		f := source.NewFile(name, []byte(body+"\n"))
		name = strings.TrimPrefix(name, "firewall/")
		vmid, err := strconv.Atoi(strings.SplitN(path.Base(name), ".", 2)[0])
		switch {
		case name == "cluster.fw":
			in.Cluster = f
		case name == "host.fw":
			node.HostFW = f
		case err == nil:
			guests = addGuest(guests, vmid, f)
			in.NoGuestConfs = in.NoGuestConfs && path.Ext(name) != ".conf"
		default:
			others[name] = body
		}
	}
	slices.SortFunc(guests, func(a, b config.GuestInput) int { return cmp.Compare(a.VMID, b.VMID) })
	node.Guests = guests
	in.Nodes = []config.NodeInput{node}
	return finished(in, others)
}

// addGuest puts a file to the guest that it belongs to.
func addGuest(guests []config.GuestInput, vmid int, f *source.File) []config.GuestInput {
	i := slices.IndexFunc(guests, func(g config.GuestInput) bool { return g.VMID == vmid })
	if i < 0 {
		guests = append(guests, config.GuestInput{VMID: vmid, Env: facts.VM, Unknown: true})
		i = len(guests) - 1
	}
	g := &guests[i]
	if path.Ext(f.Name()) != ".conf" {
		g.FW = f
		return guests
	}
	g.Conf, g.Unknown = f, false
	if strings.HasSuffix(f.Name(), ".ct.conf") || strings.Contains("\n"+string(f.Bytes()), "\nrootfs:") {
		g.Env = facts.CT
	}
	return guests
}
