package facts

// PortRange is an inclusive range of ports of one protocol.
type PortRange struct {
	Proto    string
	From, To uint16
}

// Ports that the daemon opens by itself (reference/pve-firewall §6.8, §6.9).
var (
	WebPort        = PortRange{"tcp", 8006, 8006}
	VNCPorts       = PortRange{"tcp", 5900, 5999}
	SPICEPort      = PortRange{"tcp", 3128, 3128}
	SSHPort        = PortRange{"tcp", 22, 22}
	MigrationPorts = PortRange{"tcp", 60000, 60050}
	CorosyncPorts  = PortRange{"udp", 5404, 5405}
)

// ManagementIn lists what the set management may reach on the host, in the
// daemon's order.
func ManagementIn() []PortRange {
	return []PortRange{WebPort, VNCPorts, SPICEPort, SSHPort, MigrationPorts}
}

// ManagementOut lists what the host may reach in its local network, in the
// daemon's order, which is another one.
func ManagementOut() []PortRange {
	return []PortRange{WebPort, SSHPort, VNCPorts, SPICEPort}
}
