package config

import (
	"net/netip"
	"time"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// Config is a datacenter.
type Config struct {
	Cluster *FW // nil without a cluster.fw
	Nodes   []*Node
	VNets   []*FW
	Orphans []*FW // guest files without a guest, read as VM files
	// GuestsWithoutConfs is set when the CONFIG holds no guest conf at all: each
	// N.fw is then a guest of unknown kind with unknown NICs.
	GuestsWithoutConfs bool
	Missing            []string // facts that only a live node knows and nobody gave; sorted, each once

	Migration     *Migration // nil where datacenter.cfg names no network for it
	Storages      []Storage  // those on the network whose servers are known
	SDNPeers      []SDNPeer
	SDN           *SDN           // never nil
	AdminNetworks []netip.Prefix // who must always reach the nodes; nil when nobody said so

	refused map[string]source.Span // lines of Cluster that define aliases, or should; see Reread
}

// Node is one member of the cluster with its own files.
type Node struct {
	Name     string
	Facts    Host
	Host     *FW // host.fw; nil when missing
	Guests   []*Guest
	Corosync *Corosync // nil without corosync.conf
}

// Host is what only the live node knows. Zero fields are unknown.
type Host struct {
	Name         string
	Address      string   // the node's address, textual
	Addresses    []string // all of them, if more are known
	LocalNetwork string   // CIDR
	AltNames     map[string]string
	Now          time.Time // for `enable: <timestamp>`
	// NoDir is set for the one node that a flat or single-file CONFIG stands for.
	NoDir bool
}

// Guest is a virtual machine or a container that a node knows.
type Guest struct {
	VMID    int
	Env     facts.Env // VM or CT
	Unknown bool      // no conf: kind and NICs unknown
	Name    string
	Tags    []string
	NICs    []*NIC // in the order of their index
	FW      *FW    // nil: the guest has no firewall
	Conf    *source.File
	// Broken is set when a container's net line stops the guest (reference §14.4).
	Broken bool
}

// NIC is one netN.
type NIC struct {
	Index    int
	Model    string
	MAC      string // as configured; empty when missing
	Bridge   string
	Firewall bool
	LinkDown bool
	Tag      int
	Trunks   string
	IP, IP6  string // containers: CIDR, dhcp, auto, manual or empty
	Span     source.Span
}

// FW is one .fw file.
type FW struct {
	Env     facts.Env
	Name    string // VNet name or VMID as text; empty for cluster and host
	File    *grammar.File
	Present bool // false: missing, empty or the single character 0 (reference §1.2)
	Options Options
	Aliases map[string]*Alias // by lower-case name; the last definition; nil for none
	Sets    map[string]*Set   // by lower-case name; the last definition; nil for none
	Groups  map[string]*Group // by lower-case name; the last definition; nil for none
	Rules   []*Rule           // of all [RULES] sections, in order
}

// Alias is a named address.
type Alias struct {
	Name    string // as defined
	Text    string // address as stored: /32 and /128 dropped
	V6      bool
	Comment string
	Line    *grammar.Alias
	Span    source.Span // of the name
}

// Set is an IPSet. Those of the software-defined network have neither a Header nor
// lines, and their names have case.
type Set struct {
	Name    string // lower case
	SDN     bool
	Comment string
	Entries []SetEntry
	Header  *grammar.Header
	Span    source.Span // of the name in the header
}

// SetEntry is one line of a set. Dead entries stay, because they count for sizes.
type SetEntry struct {
	Line          *grammar.SetEntry // nil in a set of the software-defined network
	*EntryMeaning                   // never nil; shared by lines that say the same
}

// Group is a security group.
type Group struct {
	Name    string // lower case
	Comment string
	Rules   []*Rule
	Header  *grammar.Header
	Span    source.Span
}

// Ref is a name that was looked up once.
type Ref[T any] struct {
	Name   string // as written, with its scope
	Target *T     // what the generator finds; nil when it finds nothing
	// Owner is the VMID of the file that holds the target, 0 for the datacenter.
	Owner int
	// Runtime is what the generator says when Target is nil, or UnknownRuntime.
	Runtime string
	Span    source.Span
}

// ParamError is one complaint of the verification: parameter and daemon's text.
type ParamError struct {
	Param string
	Text  string
}
