package supervise

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// This file says over which connection a person works, and which confirmation counts.

// Session is where a command comes from.
type Session struct {
	Connection *Connection // that it is typed over; nil where none is found
	leader     process
	keeper     string // the terminal multiplexer that the session lives in; empty without
}

// multiplexers keep sessions alive over connections, and start new ones for old ones.
var multiplexers = []string{"tmux: server", "screen", "SCREEN", "dtach", "abduco", "zellij"}

// SessionOf finds the session of a process. claimed is what its environment says in
// SSH_CONNECTION, "ADDRESS PORT ADDRESS PORT". Nothing is believed that the kernel does
// not confirm: the connection is one that a process above this one holds, or else the
// claimed one if the kernel has it.
func (m Machine) SessionOf(pid int, claimed string) (Session, error) {
	all, err := m.Connections(false)
	if err != nil {
		return Session{}, err
	}
	var s Session
	for _, p := range m.ancestors(pid) {
		if s.leader.pid == 0 {
			s.leader, _ = m.process(p.session)
		}
		if slices.Contains(multiplexers, p.name) {
			s.keeper = p.name
			break // what is above it belongs to whoever started it
		}
		open := m.sockets(p.pid)
		for i := range all {
			if s.Connection == nil && open[all[i].Inode] {
				s.Connection = &all[i]
			}
		}
	}
	if s.Connection == nil {
		s.Connection = find(all, claimed)
	}
	return s, nil
}

// find returns the connection that a value of SSH_CONNECTION names, if there is one.
func find(all []Connection, claimed string) *Connection {
	words := strings.Fields(claimed)
	if len(words) != 4 {
		return nil
	}
	remote, err1 := netip.ParseAddrPort(endOf(words[0], words[1]))
	local, err2 := netip.ParseAddrPort(endOf(words[2], words[3]))
	if err1 != nil || err2 != nil {
		return nil
	}
	i := slices.IndexFunc(all, func(c Connection) bool { return c.Remote == remote && c.Local == local })
	if i < 0 {
		return nil
	}
	return &all[i]
}

func endOf(address, port string) string {
	address, _, _ = strings.Cut(address, "%")
	if strings.Contains(address, ":") {
		address = "[" + address + "]"
	}
	return address + ":" + port
}

// Evidence says why a confirmation by the session counts: it works over a connection
// that was opened after the change, or over an old one and its other end has opened a
// new one to a management port or the port of the old one, or it was begun after the change without any
// connection that could be old. The error says why none of that is so.
//
// A connection is new if the kernel had none like it, established or being opened,
// when the new rules were in force.
func (a *Applied) Evidence(s Session, all []Connection) (string, error) {
	if s.Connection != nil && !a.knew(s.Connection) {
		return fmt.Sprintf("it comes over a connection opened since, from %s", s.Connection.Remote.Addr()), nil
	}
	for i := range all {
		c := &all[i]
		if s.Connection != nil && c.Remote.Addr() == s.Connection.Remote.Addr() && (c.managed() || c.Local == s.Connection.Local) && !a.knew(c) {
			return fmt.Sprintf("%s has opened a new connection to port %d since", c.Remote.Addr(), c.Local.Port()), nil
		}
	}
	const how = "Open a new connection to this node, for example a second SSH session or the web interface, and confirm there. " +
		"If you cannot, the rules lock you out; then do nothing, and they are taken back"
	switch {
	case s.Connection != nil:
		return "", say("this does not confirm the change: it comes over the connection from %s, which is older than the rules. %s", s.Connection.Remote, how)
	case s.keeper != "":
		return "", say("this does not confirm the change: the session lives in %s, which outlives connections. %s", s.keeper, how)
	case s.leader.pid == 0 || s.leader.started <= a.At.Up:
		return "", say("this does not confirm the change: the session is older than the rules. %s", how)
	}
	return "it comes from a session begun since", nil
}

// knew reports whether the connection was there when the new rules came into force.
func (a *Applied) knew(c *Connection) bool {
	return slices.ContainsFunc(a.Connections, func(old Connection) bool { return old.same(c) })
}
