package rego

import (
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

var (
	nodeFacts = regexp.MustCompile(`(?m)^  ([a-z0-9]+): \{address: ([^,}]+)(?:, addresses: \[([^]]*)\])?(?:, local_network: ([^}]+))?\}`)
	adminList = regexp.MustCompile(`(?m)^admin_networks: \[(.*)\]`)
)

// beside adds a file that is neither a .fw file nor a guest's to in. Of settings
// it reads node facts and admin networks, one node and all networks to a line.
func beside(in *config.Input, name, body string) {
	f := source.NewFile(name, []byte(body+"\n"))
	switch {
	case name == "datacenter.cfg":
		in.DatacenterCfg = f
	case name == "storage.cfg":
		in.StorageCfg = f
	case name == "sdn/.running-config":
		in.SDN = f
	case path.Dir(name) == "vnet":
		in.VNets = append(in.VNets, config.VNetInput{Name: strings.TrimSuffix(path.Base(name), ".fw"), FW: f})
	case name == "corosync.conf":
		for i := range in.Nodes {
			in.Nodes[i].Corosync = f
		}
	case name == ".pvefw.yaml":
		besideFacts(in, body)
	}
}

func besideFacts(in *config.Input, body string) {
	if m := adminList.FindStringSubmatch(body); m != nil {
		for item := range strings.SplitSeq(m[1], ", ") {
			in.AdminNetworks = append(in.AdminNetworks, netip.MustParsePrefix(item))
		}
	}
	for i, m := range nodeFacts.FindAllStringSubmatch(body, -1) {
		host := config.Host{Name: m[1], Address: m[2], LocalNetwork: m[4]}
		for a := range strings.FieldsFuncSeq(m[3], func(c rune) bool { return strings.ContainsRune(`", `, c) }) {
			host.Addresses = append(host.Addresses, a)
		}
		if i == len(in.Nodes) {
			in.Nodes = append(in.Nodes, config.NodeInput{})
		}
		in.Nodes[i].Facts = host
	}
}

// finished places what is beside the .fw files: settings first, since they name
// the nodes. Guest files without a guest are orphans where any guest has a conf.
func finished(in config.Input, others map[string]string) config.Input {
	beside(&in, ".pvefw.yaml", others[".pvefw.yaml"])
	for name, body := range others {
		if name != ".pvefw.yaml" {
			beside(&in, name, body)
		}
	}
	if in.NoGuestConfs {
		return in
	}
	in.Nodes[0].Guests = slices.DeleteFunc(in.Nodes[0].Guests, func(g config.GuestInput) bool {
		if g.Conf == nil {
			in.Orphans = append(in.Orphans, g.FW)
		}
		return g.Conf == nil
	})
	return in
}
