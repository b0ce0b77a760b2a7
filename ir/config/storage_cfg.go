package config

import (
	"encoding/json"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/source"
)

// Storage is one storage.cfg section that nodes reach over the network.
type Storage struct {
	ID, Type string
	Servers  []StorageServer // addresses only: names are never looked up
	Nodes    []string        // nodes that use it; nil for all
	Span     source.Span     // the header line
}

// StorageServer is one address of a server. Port is 0 for the usual one.
type StorageServer struct {
	Address netip.Addr
	Port    uint16
}

// mostServers bounds the servers of one section.
const mostServers = 64

// serverKeys are the keys that name servers, by kind of storage.
var serverKeys = map[string][]string{
	"nfs": {"server"}, "cifs": {"server"}, "pbs": {"server"}, "esxi": {"server"}, "glusterfs": {"server", "server2"},
	"iscsi": {"portal"}, "iscsidirect": {"portal"}, "zfs": {"portal"}, "rbd": {"monhost"}, "cephfs": {"monhost"},
}

// parseStorages reads storage.cfg: `type: id` in the first column begins a
// section, indented `key value` lines follow. Disabled sections, local kinds, and
// those whose servers are given by name only are left out.
func parseStorages(f *source.File) []Storage {
	var out []Storage
	var s *section
	finish := func() {
		if s != nil && !s.disabled && len(s.Servers) > 0 {
			out = append(out, s.Storage)
		}
	}
	for n := 1; n <= f.LineCount(); n++ {
		text := f.Line(n).Text()
		trimmed := strings.TrimSpace(text)
		switch kind, id, ok := strings.Cut(trimmed, ":"); {
		case trimmed == "" || trimmed[0] == '#':
		case text[0] != ' ' && text[0] != '\t':
			finish()
			s = nil
			if ok && serverKeys[kind] != nil {
				s = &section{Storage: Storage{ID: strings.TrimSpace(id), Type: kind, Span: f.Line(n)}}
			}
		case s != nil:
			key, value, _ := strings.Cut(trimmed, " ")
			s.set(key, strings.TrimSpace(value))
		}
	}
	finish()
	return out
}

// section is a storage while its lines are read.
type section struct {
	Storage
	disabled bool
	port     uint16
}

func (s *section) set(key, value string) {
	switch {
	case key == "disable":
		s.disabled = value != "0"
	case key == "nodes":
		s.Nodes = strings.FieldsFunc(value, isListBlank)
	case key == "port" && s.Type == "pbs":
		s.port = portOf(value)
		for i := range s.Servers {
			s.Servers[i].Port = s.port
		}
	case slices.Contains(serverKeys[s.Type], key):
		for item := range strings.FieldsFuncSeq(value, isListBlank) {
			if server, ok := serverOf(item); ok && len(s.Servers) < mostServers {
				server.Port = max(server.Port, s.port)
				s.Servers = append(s.Servers, server)
			}
		}
	}
}

func isListBlank(c rune) bool { return c == ' ' || c == ',' || c == ';' || c == '\t' }

// serverOf reads ADDRESS, ADDRESS:PORT, [ADDRESS] or [ADDRESS]:PORT.
func serverOf(text string) (StorageServer, bool) {
	if a, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil && a.Zone() == "" {
		return StorageServer{Address: a}, true
	}
	p, err := netip.ParseAddrPort(text)
	return StorageServer{Address: p.Addr(), Port: p.Port()}, err == nil && p.Addr().Zone() == ""
}

func portOf(text string) uint16 {
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return 0
	}
	return uint16(n)
}

// SDNPeer is an address that the software-defined network talks to.
type SDNPeer struct {
	Owner   string // zone or controller that names it
	Proto   string // udp for VXLAN, tcp for BGP
	Port    uint16
	Address netip.Addr
}

const (
	vxlanPort = 4789
	bgpPort   = 179
	mostPeers = 1024
)

// parseSDN reads the peers of VXLAN zones and of EVPN and BGP controllers out of
// sdn/.running-config, sorted by owner; ok is false for a file of another form.
func parseSDN(f *source.File) (peers []SDNPeer, ok bool) {
	type item struct {
		Type  string `json:"type"`
		Peers string `json:"peers"`
		Port  any    `json:"vxlan-port"`
	}
	var file struct {
		Zones, Controllers struct {
			IDs map[string]item `json:"ids"`
		}
	}
	if json.Unmarshal(f.Bytes(), &file) != nil {
		return nil, false
	}
	add := func(owner, proto string, port uint16, list string) {
		for _, a := range addresses(strings.FieldsFunc(list, isListBlank)) {
			if len(peers) < mostPeers {
				peers = append(peers, SDNPeer{owner, proto, port, a})
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(file.Zones.IDs)) {
		if z := file.Zones.IDs[id]; z.Type == "vxlan" {
			add("zone "+id, "udp", portIn(z.Port), z.Peers)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(file.Controllers.IDs)) {
		if c := file.Controllers.IDs[id]; c.Type == "evpn" || c.Type == "bgp" {
			add("controller "+id, "tcp", bgpPort, c.Peers)
		}
	}
	return peers, true
}

// portIn is the port of a VXLAN zone, a number or its text.
func portIn(value any) uint16 {
	switch v := value.(type) {
	case string:
		if p := portOf(v); p != 0 {
			return p
		}
	case float64:
		if v >= 1 && v <= 65535 {
			return uint16(v)
		}
	}
	return vxlanPort
}
