package rego

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const twoNodes = "-- .pvefw.yaml --\nnodes:\n" +
	"  pve1: {address: 192.0.2.11, addresses: [192.0.2.11, 10.9.0.11], local_network: 192.0.2.0/24}\n" +
	"  pve2: {address: 192.0.2.12, addresses: [192.0.2.12, 10.9.0.12], local_network: 192.0.2.0/24}\n"

// said are the messages of one code.
func said(t *testing.T, code, files string) []string {
	t.Helper()
	out := []string{}
	for _, d := range judged(t, builtin(t), input(files)) {
		if d.Rule.Code == code {
			out = append(out, d.Message)
		}
	}
	slices.Sort(out)
	return out
}

// Who is locked out, and who only looks as if.
func TestLockouts(t *testing.T) {
	const enabled = "-- cluster.fw --\n[OPTIONS]\nenable: 1\n"
	const lan = "-- .pvefw.yaml --\nnodes:\n  pve1: {address: 192.0.2.11, local_network: 192.0.2.0/24}\n"
	for name, c := range map[string]struct {
		files  string
		locked bool
	}{
		"nothing but the switch":              {enabled, true},
		"the same with a known local network": {lan + enabled, true},
		"not enabled":                         {"-- cluster.fw --\n[OPTIONS]\nenable: 0\n", false},
		"policy ACCEPT":                       {enabled + "policy_in: ACCEPT\n", false},
		"host firewall off":                   {enabled + "-- host.fw --\n[OPTIONS]\nenable: 0\n", false},
		"the management set names the LAN":    {lan + enabled + "[IPSET management]\n192.0.2.0/24\n", false},
		"a rule names a host of the LAN":      {lan + enabled + "[RULES]\nIN ACCEPT -source 192.0.2.9 -p tcp -dport 8006\n", false},
		"a rule of a group":                   {enabled + "[RULES]\nGROUP ops\n[group ops]\nIN PMG(ACCEPT) -source 198.51.100.9\n", false},
		"a rule on one interface":             {enabled + "[RULES]\nIN ACCEPT -i vmbr3 -p tcp -dport 8000:8010\n", false},
		"a rule behind one that drops":        {enabled + "[RULES]\nIN DROP -p tcp -dport 8006\nIN ACCEPT -source 198.51.100.9 -p tcp -dport 8006\n", true},
		"the management set is blacklisted":   {enabled + "[IPSET management]\n198.51.100.9\n[IPSET blacklist]\n198.51.100.0/24\n", true},
		"a catch-all before the management":   {enabled + "[IPSET management]\n198.51.100.9\n[RULES]\nIN DROP\n", true},
		"only one of two nodes":               {twoNodes + enabled + "-- host.fw --\n[RULES]\nIN ACCEPT -p tcp -dport 8006\n", true},
		"a source port narrows it too much":   {enabled + "[RULES]\nIN ACCEPT -p tcp -dport 8006 -sport 8006\n", true},
		"IPv6 alone":                          {enabled + "[IPSET management]\n2001:db8::/64\n", false},
		"a config that does not compile":      {enabled + "log_ratelimit: burst=5\n", false},
		"a guest file without a cluster.fw":   {"-- 100.fw --\n[OPTIONS]\nenable: 1\n", false},
		"admin network beside the set":        {"-- .pvefw.yaml --\nadmin_networks: [203.0.113.0/24]\n" + enabled + "[IPSET management]\n198.51.100.9\n", true},
		"admin network within the set":        {"-- .pvefw.yaml --\nadmin_networks: [198.51.100.8/30]\n" + enabled + "[IPSET management]\n198.51.100.0/24\n", false},
		"admin network with a rule per door":  {"-- .pvefw.yaml --\nadmin_networks: [198.51.100.8/30]\n" + enabled + "[RULES]\nIN SSH(ACCEPT) -source 198.51.100.0/24\nIN ACCEPT -i vmbr0 -p tcp -dport 8006\n", false},
		"admin network without SSH":           {"-- .pvefw.yaml --\nadmin_networks: [198.51.100.8/30]\n" + enabled + "[RULES]\nIN ACCEPT -p tcp -dport 8006\n", true},
		"admin network, destination unknown":  {"-- .pvefw.yaml --\nadmin_networks: [198.51.100.8/30]\n" + enabled + "[RULES]\nIN ACCEPT -dest 192.0.2.11 -p tcp -dport 22,8006\n", false},
	} {
		if got := said(t, "lockout-no-management-access", c.files); (len(got) > 0) != c.locked {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// What is asked of the files beside, and which node stops it.
func TestTraffic(t *testing.T) {
	const closed = twoNodes + "-- cluster.fw --\n[OPTIONS]\nenable: 1\n[IPSET management]\n198.51.100.0/24\n"
	const shutBoth = twoNodes + "-- cluster.fw --\n[OPTIONS]\nenable: 1\npolicy_out: DROP\n[IPSET management]\n198.51.100.0/24\n"
	const rings = "-- corosync.conf --\nnodelist {\nnode {\nname: pve1\nring0_addr: 10.9.0.11\nring1_addr: 10.8.0.11\n}\nnode {\nname: pve2\nring0_addr: 10.9.0.12\nring1_addr: 10.8.0.12\n}\n}\n"
	for name, c := range map[string]struct {
		files string
		want  []string // beginnings
	}{
		"nothing is asked for":       {shutBoth, nil},
		"replies open corosync":      {closed + rings, nil},
		"the second link is closed":  {shutBoth + rings, []string{"corosync link 1 (UDP 5406) does not get into pve2 from node pve1: UDP from 10.8.0.11 to 10.8.0.12 port 5406"}},
		"one may send, all may hear": {shutBoth + "[RULES]\nIN ACCEPT -p udp -dport 5405:5412\nOUT ACCEPT -dest 10.8.0.12 -p udp -dport 5406\n" + rings, nil},
		"migration over SSH":         {closed + "-- datacenter.cfg --\nmigration: secure,network=10.9.0.0/24\n", []string{"migration over SSH (TCP 22) does not get into pve1, pve2"}},
		"migration let in":           {closed + "[RULES]\nIN SSH(ACCEPT) -source 10.9.0.0/24\n-- datacenter.cfg --\nmigration: secure,network=10.9.0.0/24\n", nil},
		"nobody is in that network":  {closed + "-- datacenter.cfg --\nmigration: secure,network=10.7.0.0/24\n", nil},
		"servers behind an open way": {closed + "-- storage.cfg --\nnfs: a\n\tserver 203.0.113.1\n", nil},
		"servers behind a shut way": {shutBoth + "[RULES]\nOUT ACCEPT -dest 203.0.113.1 -p tcp -dport 2049\n-- storage.cfg --\nnfs: a\n\tserver 203.0.113.1\n" +
			"iscsi: b\n\tportal 203.0.113.2:3261\n\tnodes pve2\n", []string{"storage b (iscsi, TCP 3261) does not get out of pve2 to 203.0.113.2: TCP to 203.0.113.2 port 3261 meets policy_out"}},
		"one port of a monitor suffices": {shutBoth + "[RULES]\nOUT ACCEPT -p tcp -dport 6789\n-- storage.cfg --\nrbd: c\n\tmonhost 203.0.113.1\n", nil},
		"a node is the monitor": {closed + "-- storage.cfg --\nrbd: c\n\tmonhost 10.9.0.11\n",
			[]string{"the Ceph monitor of c does not get into pve1 from node pve2", "the Ceph object storage (TCP 6800:7300) of c does not get into pve1 from node pve2"}},
		"the monitor lets one address in": {closed + "[RULES]\nIN ACCEPT -source 10.9.0.12 -p tcp -dport 3300,6789,6800:7300\n-- storage.cfg --\nrbd: c\n\tmonhost 10.9.0.11\n", nil},
		"BGP is begun by either side":     {closed + "-- sdn/.running-config --\n{\"controllers\": {\"ids\": {\"r\": {\"type\": \"bgp\", \"peers\": \"10.9.0.1\"}}}}\n", nil},
		"BGP is closed": {shutBoth + "-- sdn/.running-config --\n{\"controllers\": {\"ids\": {\"r\": {\"type\": \"bgp\", \"peers\": \"10.9.0.1\"}}}}\n",
			[]string{"controller r (TCP 179) does not get into pve1, pve2 from 10.9.0.1"}},
		"VXLAN needs both ways": {closed + "-- sdn/.running-config --\n{\"zones\": {\"ids\": {\"z\": {\"type\": \"vxlan\", \"peers\": \"10.9.0.11,10.9.0.12\"}}}}\n",
			[]string{"zone z (UDP 4789) does not get into pve1, pve2 from 10.9.0.11, 10.9.0.12"}},
	} {
		got := said(t, "cluster-traffic-blocked", c.files)
		same := len(got) == len(c.want)
		for i := range got {
			same = same && strings.HasPrefix(got[i], c.want[i])
		}
		if !same {
			t.Errorf("%s (-want +got):\n%s", name, cmp.Diff(c.want, got))
		}
	}
}
