package supervise

import (
	"encoding/hex"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Connection is a TCP connection that the kernel has, the node's own end first.
type Connection struct {
	Local  netip.AddrPort `json:"local"`
	Remote netip.AddrPort `json:"remote"`
	Inode  uint64         `json:"inode"` // zero while a connection is being opened
}

// managed are the ports by which Proxmox is administered (reference/pve-firewall §6.8):
// the web interface, SSH, SPICE and VNC.
func (c *Connection) managed() bool {
	port := c.Local.Port()
	return port == 8006 || port == 22 || port == 3128 || port >= 5900 && port <= 5999
}

// same reports whether it is the same connection, later perhaps. Ports can be used
// again, inodes too; both at once are not.
func (c *Connection) same(other *Connection) bool {
	return c.Local == other.Local && c.Remote == other.Remote && (c.Inode == other.Inode || c.Inode == 0 || other.Inode == 0)
}

// String is its two ends, the other one first.
func (c *Connection) String() string { return c.Remote.String() + " → " + c.Local.String() }

// The states of a connection in the kernel's table.
const (
	established = 1
	opening     = 3 // answered, not yet acknowledged
	listening   = 10
)

// Connections lists the TCP connections of the network namespace that other machines
// have opened to this one; those that are being opened too, if half is set.
func (m Machine) Connections(half bool) ([]Connection, error) {
	var list []Connection
	open := map[uint16]bool{} // ports that are listened on
	for _, name := range []string{"tcp", "tcp6"} {
		text, err := m.read("proc/thread-self/net/" + name)
		if err != nil && name == "tcp6" {
			continue // a kernel without IPv6
		}
		if err != nil {
			return nil, sayf(err, "the kernel does not tell its TCP connections")
		}
		for line := range strings.Lines(string(text)) {
			c, state, ok := parseConnection(line)
			switch {
			case !ok:
			case state == listening:
				open[c.Local.Port()] = true
			case !c.Remote.Addr().IsLoopback() && (state == established || half && state == opening):
				list = append(list, c)
			}
		}
	}
	own := ownEnds(list)
	return slices.DeleteFunc(list, func(c Connection) bool { return own(c) || !open[c.Local.Port()] }), nil
}

// ownEnds finds connections of the node with itself, which have both ends in the list.
func ownEnds(list []Connection) func(Connection) bool {
	ends := map[[2]netip.AddrPort]bool{}
	for _, c := range list {
		ends[[2]netip.AddrPort{c.Local, c.Remote}] = true
	}
	return func(c Connection) bool { return ends[[2]netip.AddrPort{c.Remote, c.Local}] }
}

// parseConnection reads a line of /proc/net/tcp: number, local end, remote end, state,
// six things that do not matter here, inode.
func parseConnection(line string) (c Connection, state uint64, ok bool) {
	words := strings.Fields(line)
	if len(words) < 10 {
		return c, 0, false
	}
	local, ok1 := parseEnd(words[1])
	remote, ok2 := parseEnd(words[2])
	state, err1 := strconv.ParseUint(words[3], 16, 8)
	inode, err2 := strconv.ParseUint(words[9], 10, 64)
	return Connection{local, remote, inode}, state, ok1 && ok2 && err1 == nil && err2 == nil
}

// parseEnd reads "0100007F:1F90": the address as words of four bytes, each in the
// order of the machine, which is little-endian on all that Proxmox runs on.
func parseEnd(text string) (netip.AddrPort, bool) {
	address, number, found := strings.Cut(text, ":")
	raw, err := hex.DecodeString(address)
	port, err2 := strconv.ParseUint(number, 16, 16)
	if !found || err != nil || err2 != nil || len(raw)%4 != 0 {
		return netip.AddrPort{}, false
	}
	for word := range slices.Chunk(raw, 4) {
		slices.Reverse(word)
	}
	a, ok := netip.AddrFromSlice(raw)
	return netip.AddrPortFrom(a.Unmap(), uint16(port)), ok
}
