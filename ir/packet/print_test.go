package packet

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/ir"
)

// written cuts a set into boxes and writes them, one a line.
func written(s Set, names *Names) string {
	boxes, _ := s.Boxes(100)
	var lines []string
	for _, b := range boxes {
		lines = append(lines, b.Text(names))
	}
	return strings.Join(lines, "\n")
}

func TestBoxesReadLikeMatches(t *testing.T) {
	span := &ir.Addr{Range: &ir.Range{First: netip.MustParseAddr("10.0.0.5"), Last: netip.MustParseAddr("10.0.0.7")}}
	two := &ir.Addr{Prefixes: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/9"), netip.MustParsePrefix("10.128.0.0/9")}}
	for want, m := range map[string]ir.Match{
		"everything":                                      {},
		"from 10.0.0.0/8 tcp to port 22 (ssh)":            {Source: from("10.0.0.0/8"), Proto: tcp, DPort: port(22)},
		"from 10.0.0.0/8":                                 {Source: two},
		"to 10.0.0.5-10.0.0.7":                            {Dest: span},
		"from 10.0.0.9 udp from port 9999":                {Source: from("10.0.0.9/32"), Proto: udp, SPort: port(9999)},
		"icmp type echo-request":                          {Proto: icmp, ICMP: &ir.ICMP{Type: 8, Code: -1}},
		"icmp type 8/3":                                   {Proto: icmp, ICMP: &ir.ICMP{Type: 8, Code: 3}},
		"icmp type fragmentation-needed":                  {Proto: icmp, ICMP: &ir.ICMP{Type: 3, Code: 4}},
		"tcp flags S of FSRA":                             {Proto: tcp, Flags: &ir.TCPFlags{Mask: 23, Want: 2}},
		"tcp flags not S of FSRA":                         {Proto: tcp, Flags: &ir.TCPFlags{Mask: 23, Want: 2, Negated: true}},
		"in by vmbr0 state new":                           {In: "vmbr0", State: ir.New},
		"state not invalid":                               {State: ir.New | ir.EstablishedState | ir.Related | ir.Untracked},
		"source MAC not 02:00:00:00:00:01":                {NotMAC: "02:00:00:00:00:01"},
		"already accepted at its sender":                  {AcceptedBySender: true},
		"to 224.0.0.0/4":                                  {DstType: ir.Multicast},
		"":                                                {DstType: ir.Anycast},
		"tcp,udp,dccp,sctp,udplite to port other than 22": {DPort: &ir.Ports{Ranges: []ir.PortRange{{Last: 21}, {First: 23, Last: 65535}}}},
	} {
		if got := written(NewUniverse(ir.V4).Match(&m), nil); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestComplementsAreWrittenShort(t *testing.T) {
	for want, m := range map[string]ir.Match{
		"anywhere but 10.0.0.0/8":      {Source: from("10.0.0.0/8")},
		"not tcp":                      {Proto: tcp},
		"in by others than vmbr0":      {In: "vmbr0"},
		"source MAC 02:00:00:00:00:01": {NotMAC: "02:00:00:00:00:01"},
	} {
		got := written(NewUniverse(ir.V4).Match(&m).Complement(), nil)
		if !strings.Contains(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Names stand where they fit exactly, in each family by itself.
func TestNamesStandForExactlyTheirAddresses(t *testing.T) {
	set := &ir.Set{Name: "admins", Entries: []ir.SetEntry{
		{Prefix: netip.MustParsePrefix("10.0.0.0/24")}, {Prefix: netip.MustParsePrefix("10.0.0.7/32"), NoMatch: true},
		{Prefix: netip.MustParsePrefix("2001:db8::/64")}}}
	var names Names
	names.AddSet("+dc/admins", set)
	names.AddAddr("dc/lan", from("10.0.0.0/8"))
	in := func(f ir.Family, a *ir.Addr) Set { return NewUniverse(f).Match(&ir.Match{Source: a}) }
	members := &ir.Addr{Set: set}
	for want, s := range map[string]Set{
		"from +dc/admins":                            in(ir.V4, members),
		"from anywhere but +dc/admins":               in(ir.V4, members).Complement(),
		"from dc/lan":                                in(ir.V4, from("10.0.0.0/8")),
		"from dc/lan,192.168.0.0/16":                 in(ir.V4, from("10.0.0.0/8")).Union(in(ir.V4, from("192.168.0.0/16"))),
		"from 10.0.0.0-10.0.0.6,10.0.0.8-10.0.1.255": in(ir.V4, members).Union(in(ir.V4, from("10.0.1.0/24"))),
		"from 10.0.0.0-10.0.0.6,10.0.0.8-10.0.0.255": in(ir.V4, members), // without names
	} {
		given := &names
		if strings.HasPrefix(want, "from 10.0.0.0-10.0.0.6,10.0.0.8-10.0.0.255") {
			given = nil
		}
		if got := written(s, given); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := written(in(ir.V6, members), &names); got != "from +dc/admins" {
		t.Errorf("IPv6: %q", got)
	}
}
