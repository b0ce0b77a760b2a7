// Package facts owns the tables of the Proxmox firewall language: macros,
// options, protocols, services, ethertypes, ICMP type names, conntrack helpers.
// It must not know how a file is parsed or what a finding is. Invariant: tables
// are data, generated or embedded, and never read from the running machine.
// Start reading at Env, then options.go and macros.go.
package facts

// Env is the rule environment that Proxmox reads a line in: the kind of file,
// or Group for the body of a security group in cluster.fw.
type Env uint8

// The rule environments (reference/pve-firewall §1.1, §5.4).
const (
	Cluster Env = iota
	Host
	VM
	CT
	VNet
	Group
)

// String is the daemon's own word, as it stands in its messages.
func (e Env) String() string {
	return [...]string{"cluster", "host", "vm", "ct", "vnet", "group"}[e]
}

// IsGuest reports whether e is a virtual machine's or a container's file.
func (e Env) IsGuest() bool { return e == VM || e == CT }
