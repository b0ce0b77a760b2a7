package config

import (
	"encoding/json"
	"net/netip"
	"strings"

	"github.com/pvefw/pvefw/internal/source"
)

type ids map[string]object

// ReduceSDN keeps of sdn/.running-config the peers of zones and controllers, the
// names of VNets, and the networks, gateways and DHCP ranges of subnets. A file that
// the reader would not understand is replaced by another such.
func ReduceSDN(f *source.File) []byte {
	type part struct {
		IDs map[string]struct {
			Type    string `json:"type"`
			Peers   string `json:"peers"`
			Port    any    `json:"vxlan-port"`
			VNet    string `json:"vnet"`
			Gateway string `json:"gateway"`
			DHCP    any    `json:"dhcp-range"`
		} `json:"ids"`
	}
	var file struct{ Zones, Controllers, VNets, Subnets part }
	if json.Unmarshal(f.Bytes(), &file) != nil {
		return encode(Removed)
	}
	reduced := object{}
	for name, from := range map[string]part{"zones": file.Zones, "controllers": file.Controllers, "vnets": file.VNets, "subnets": file.Subnets} {
		kept := ids{}
		for id, item := range from.IDs {
			if !isPlain(id) {
				continue
			}
			one := object{}
			put(one, "type", item.Type, isPlain(item.Type))
			put(one, "peers", peerList(item.Peers), item.Peers != "")
			put(one, "vxlan-port", portIn(item.Port), item.Port != nil)
			put(one, "vnet", item.VNet, isPlain(item.VNet))
			put(one, "gateway", item.Gateway, isAddressText(item.Gateway))
			put(one, "dhcp-range", reduceRanges(item.DHCP), item.DHCP != nil)
			kept[id] = one
		}
		reduced[name] = object{"ids": kept}
	}
	return encode(reduced)
}

func put(to object, key string, value any, ok bool) {
	if ok {
		to[key] = value
	}
}

func peerList(list string) string {
	var kept []string
	for _, a := range addresses(strings.FieldsFunc(list, isListBlank)) {
		kept = append(kept, a.String())
	}
	return strings.Join(kept, ",")
}

func isAddressText(text string) bool {
	a, err := netip.ParseAddr(text)
	return err == nil && a.Zone() == ""
}

// reduceRanges writes the ranges anew.
func reduceRanges(value any) []string {
	kept := []string{}
	for _, text := range dhcpRanges(value) {
		first, last, _ := strings.Cut(text, "-")
		if isAddressText(first) && isAddressText(last) {
			kept = append(kept, "start-address="+first+",end-address="+last)
		}
	}
	return kept
}

// ReduceIPAM keeps which addresses are given to which guest.
func ReduceIPAM(f *source.File) []byte {
	var file ipamState
	if json.Unmarshal(f.Bytes(), &file) != nil {
		return encode(Removed)
	}
	zones := map[string]map[string]ids{}
	file.each(func(zone, network, address, vmid string) {
		if zones[zone] == nil {
			zones[zone] = map[string]ids{}
		}
		if zones[zone][network] == nil {
			zones[zone][network] = ids{}
		}
		zones[zone][network][address] = object{"vmid": vmid}
	})
	out := ids{}
	for zone, subnets := range zones {
		kept := ids{}
		for network, given := range subnets {
			kept[network] = object{"ips": given}
		}
		out[zone] = object{"subnets": kept}
	}
	return encode(object{"zones": out})
}

// encode writes JSON with its keys in order. What is given to it always can be
// written.
func encode(value any) []byte {
	out, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		return nil
	}
	return append(out, '\n')
}
