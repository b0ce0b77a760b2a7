package supervise

// This file is about Proxmox's own daemons on the machine.

// ForceDisable is the file by which pve-firewall keeps proxmox-firewall from filtering.
// While it is there, guests that start are plugged for iptables
// (reference/proxmox-firewall §1).
const ForceDisable = "run/proxmox-nftables-firewall-force-disable"

// Daemons lists those of Proxmox's firewall daemons that are running.
func (m Machine) Daemons() []string { return m.named("pve-firewall", "proxmox-firewall") }

// Forced reports whether ForceDisable is there.
func (m Machine) Forced() bool { return m.exists(ForceDisable) }
