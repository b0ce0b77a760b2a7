package config

import (
	"net/netip"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// Input is the named bytes that Resolve works on; internal/load makes it from a
// CONFIG. Nil files are missing.
type Input struct {
	Cluster *source.File
	VNets   []VNetInput // sorted by name
	Nodes   []NodeInput // sorted by name; at least one unless only VNets or cluster.fw are looked at
	// NoGuestConfs: the CONFIG holds no guest conf at all, so every N.fw is a
	// guest of unknown kind and nothing is said about NICs or orphans.
	NoGuestConfs bool
	// Datacenter tells whether the CONFIG is expected to hold a cluster.fw: when
	// false and Cluster is nil, unresolved datacenter names are a missing fact,
	// not errors, and nothing is said about the cluster switch.
	Datacenter bool
	Orphans    []*source.File // N.fw that belong to no guest of any node; parsed and judged as VM files
	Missing    []string       // facts load already knows to be missing

	// Files beside the firewall's own, and who must always reach the nodes.
	DatacenterCfg *source.File   // datacenter.cfg
	StorageCfg    *source.File   // storage.cfg
	SDN           *source.File   // sdn/.running-config
	IPAM          *source.File   // sdn/pve-ipam-state.json
	AdminNetworks []netip.Prefix // masked
}

// VNetInput is one sdn/firewall/NAME.fw.
type VNetInput struct {
	Name string
	FW   *source.File
}

// NodeInput is one node's files and facts.
type NodeInput struct {
	Facts    Host
	HostFW   *source.File
	Corosync *source.File
	Guests   []GuestInput // sorted by VMID as a number
}

// GuestInput is one guest.
type GuestInput struct {
	VMID    int
	Env     facts.Env // VM or CT; VM when unknown
	FW      *source.File
	Conf    *source.File // nil when unknown
	Unknown bool
}
