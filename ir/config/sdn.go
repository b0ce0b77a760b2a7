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

// SDN holds the sets that Proxmox derives from its software-defined network:
// VNET-all, VNET-gateway, VNET-no-gateway and VNET-dhcp of every VNet, and
// guest-ipam-VMID of every guest with an address in its IPAM.
type SDN struct {
	Sets   map[string]*Set // by name without sdn/; unlike other names they have case
	VNets  bool            // the running config is known: a VNet's set that is not here does not exist
	Guests bool            // so is the state of the IPAM
}

// mostSDNEntries bounds the entries of all sets together: a range of addresses is
// a line in the file and up to 254 networks in the set.
const mostSDNEntries = 1 << 16

// readSDN derives the sets. A file that cannot be read makes none, as if it were not
// there.
func (r *resolver) readSDN() {
	sdn := &SDN{Sets: map[string]*Set{}}
	room := mostSDNEntries
	for _, part := range []struct {
		file  *source.File
		known *bool
		read  func(*sdnReader) bool
	}{
		{r.in.SDN, &sdn.VNets, (*sdnReader).vnets},
		{r.in.IPAM, &sdn.Guests, (*sdnReader).guests},
	} {
		if part.file == nil {
			continue
		}
		s := &sdnReader{file: part.file, sets: map[string]*Set{}, room: &room}
		if *part.known = part.read(s) && room >= 0; !*part.known {
			continue
		}
		maps.Copy(sdn.Sets, s.sets)
	}
	r.cfg.SDN = sdn
}

// unknownSDN reports whether a name is one that the network may give rise to and
// the file that would tell is not there.
func (r *resolver) unknownSDN(name string) bool { return r.cfg.SDN.unknown(name) }

func (s *SDN) unknown(name string) bool {
	if vmid, ok := strings.CutPrefix(name, ipamPrefix); ok && isDigits(vmid) {
		return !s.Guests
	}
	return isSDNName(name) && !s.VNets
}

// find looks a set of the network up.
func (s *SDN) find(name string) (found, known bool) { return s.Sets[name] != nil, !s.unknown(name) }

// missSDN is the fact that is missing where unknownSDN holds.
func (r *resolver) missSDN(name string) string {
	what, file, path := "SDN sets", r.in.SDN, "sdn/.running-config"
	if strings.HasPrefix(name, ipamPrefix) && !isSDNName(name) {
		what, file, path = "SDN sets of guests' addresses", r.in.IPAM, "sdn/pve-ipam-state.json"
	}
	if file != nil {
		return what + " (" + file.Name() + " is not of the form that is known)"
	}
	return what + " (there is no " + path + ")"
}

const ipamPrefix = "guest-ipam-"

// sdnReader makes the sets of one file.
type sdnReader struct {
	file *source.File
	sets map[string]*Set
	room *int
}

// set returns a set, made when first asked for. Places in JSON are not kept: all
// of it comes from the file as a whole.
func (s *sdnReader) set(name string) *Set {
	if s.sets[name] == nil {
		s.sets[name] = &Set{Name: name, SDN: true, Span: s.file.Span(0, 0)}
	}
	return s.sets[name]
}

func (s *sdnReader) add(to *Set, text string, noMatch bool) {
	if *s.room--; *s.room >= 0 {
		to.Entries = append(to.Entries, SetEntry{EntryMeaning: &EntryMeaning{Text: text, NoMatch: noMatch, file: s.file}})
	}
}

// subnet is an entry of the running config; its name is ZONE-ADDRESS-LENGTH.
type subnet struct {
	VNet      string `json:"vnet"`
	Gateway   string `json:"gateway"`
	DHCPRange any    `json:"dhcp-range"` // texts start-address=A,end-address=B
	prefix    netip.Prefix
}

// vnets reads sdn/.running-config.
func (s *sdnReader) vnets() bool {
	var file struct {
		VNets   struct{ IDs map[string]struct{} }
		Subnets struct{ IDs map[string]*subnet }
	}
	if json.Unmarshal(s.file.Bytes(), &file) != nil {
		return false
	}
	for name := range file.VNets.IDs {
		for _, kind := range sdnKinds {
			if isName(name + kind) { // no rule could say another
				s.set(name + kind)
			}
		}
	}
	for _, n := range sortedSubnets(file.Subnets.IDs) {
		if s.sets[n.VNet+"-all"] != nil && *s.room >= 0 {
			s.subnet(n)
		}
	}
	return true
}

func sortedSubnets(ids map[string]*subnet) []*subnet {
	var all []*subnet
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		n := ids[id]
		head, length, ok := cutLast(id)
		_, address, ok2 := cutLast(head)
		p, err := netip.ParsePrefix(address + "/" + length)
		if n == nil || !ok || !ok2 || err != nil {
			continue
		}
		n.prefix = p.Masked()
		all = append(all, n)
	}
	slices.SortStableFunc(all, func(a, b *subnet) int { return a.prefix.Addr().Compare(b.prefix.Addr()) })
	return all
}

// cutLast cuts at the last hyphen: addresses have none.
func cutLast(text string) (before, behind string, ok bool) {
	i := strings.LastIndexByte(text, '-')
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+1:], true
}

// subnet adds a subnet to the sets of its VNet.
func (s *sdnReader) subnet(n *subnet) {
	network := addressText(n.prefix)
	s.add(s.set(n.VNet+"-all"), network, false)
	s.add(s.set(n.VNet+"-no-gateway"), network, false)
	if gateway, err := netip.ParseAddr(n.Gateway); err == nil && gateway.Zone() == "" {
		s.add(s.set(n.VNet+"-gateway"), gateway.String(), false)
		s.add(s.set(n.VNet+"-no-gateway"), gateway.String(), true)
	}
	for _, text := range dhcpRanges(n.DHCPRange) {
		if *s.room < 0 {
			return
		}
		for _, p := range prefixesOf(text, 256) {
			s.add(s.set(n.VNet+"-dhcp"), p, false)
		}
	}
}

// addressText leaves out the length of a single address, as it is stored.
func addressText(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

// dhcpRanges turns one text or several into FIRST-LAST.
func dhcpRanges(value any) []string {
	list, several := value.([]any)
	if !several {
		list = []any{value}
	}
	var out []string
	for _, item := range list {
		text, _ := item.(string)
		ends := map[string]string{}
		for property := range strings.SplitSeq(text, ",") {
			key, value, _ := strings.Cut(property, "=")
			ends[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
		out = append(out, ends["start-address"]+"-"+ends["end-address"])
	}
	return out
}

// ipamState is sdn/pve-ipam-state.json as far as it concerns guests.
type ipamState struct {
	Zones map[string]struct {
		Subnets map[string]struct {
			IPs map[string]struct {
				VMID any `json:"vmid"`
			}
		}
	}
}

// each visits what is given to a guest, in no order.
func (s *ipamState) each(visit func(zone, network, address, vmid string)) {
	for zone, in := range s.Zones {
		for network, subnet := range in.Subnets {
			if _, err := netip.ParsePrefix(network); err != nil || !isPlain(zone) {
				continue
			}
			for address, to := range subnet.IPs {
				if vmid := vmidText(to.VMID); vmid != "" && isAddressText(address) {
					visit(zone, network, address, vmid)
				}
			}
		}
	}
}

// guests reads the state of the IPAM: what is given to a guest, in any zone.
func (s *sdnReader) guests() bool {
	var file ipamState
	if json.Unmarshal(s.file.Bytes(), &file) != nil {
		return false
	}
	given := map[string][]netip.Addr{}
	file.each(func(_, _, address, vmid string) {
		given[vmid] = append(given[vmid], netip.MustParseAddr(address))
	})
	for vmid, list := range given {
		slices.SortFunc(list, netip.Addr.Compare)
		for _, a := range slices.Compact(list) {
			s.add(s.set(ipamPrefix+vmid), a.String(), false)
		}
	}
	return true
}

// vmidText reads a guest's number, a text or a number; empty for none.
func vmidText(value any) string {
	switch v := value.(type) {
	case string:
		if isDigits(v) && v[0] != '0' && len(v) <= 9 {
			return v
		}
	case float64:
		if n := int64(v); v >= 1 && v < 1e9 && v == float64(n) {
			return strconv.FormatInt(n, 10)
		}
	}
	return ""
}
