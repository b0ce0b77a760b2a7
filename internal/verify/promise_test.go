package verify_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/internal/verify"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/packet"
)

func TestPromisesThatAreNone(t *testing.T) {
	was, is := world(t, files(guest100)), world(t, files(guest100))
	is.Aliases = map[string][]netip.Prefix{"dc/lan": {netip.MustParsePrefix("10.0.0.0/9")}}
	w := verify.Between(was, is)
	for text, want := range map[string]string{
		"allow tcp 80":                                     "allow tcp 80: this is not of the form",
		"from to":                                          "from to: this is not of the form",
		"":                                                 ": this is not of the form",
		"permit tcp 80 from any to vm100":                  `permit: "permit" is not allow, deny or reject`,
		"allow tcp 80 from any to nowhere":                 `nowhere: neither "any" nor "nowhere" is the host or a guest`,
		"allow tcp 80 from vm100 to host":                  `host: both "vm100" and "host" are judged`,
		"allow tcp 80 from any to vm10":                    `vm10: the zone "vm10" is not known; did you mean vm100?`,
		"allow tcp 80 from any to vm100/net7":              `vm100/net7: the zone "vm100/net7" is not known; did you mean vm100/net0?`,
		"allow tcp 80 from any to host:c":                  `c: the node "c" is not known`,
		"allow tpc 80 from any to vm100":                   `tpc: "tpc" is not a protocol`,
		"allow HTPS from any to vm100":                     `HTPS: "HTPS" is not a macro, a service or PROTOCOL/PORTS`,
		"allow tcp 80, 9x from any to vm100":               `9x: "9x" is not a port from 0 to 65535`,
		"allow tcp 90-80 from any to vm100":                `90-80: "90-80" is not a port`,
		"allow tcp 80 22 from any to vm100":                `80 22: "80 22" is not a port`,
		"allow gre 80 from any to vm100":                   "gre: protocol gre has no ports",
		"allow tcp 80 from 10.0.0 to vm100":                `10.0.0: "10.0.0" is no address, network or range`,
		"allow tcp 80 from any,not lan to vm100":           "lan: lan does not mean the same before and after the change",
		"allow tcp 80 from +admin to vm100":                `+admin: the set "+admin" is not known; did you mean +admins?`,
		"allow icmp nothing from any to host":              `nothing: "nothing" is not a type of ICMP`,
		"allow icmp echo-request from 2001:db8::1 to host": "icmp echo-request: there are no such packets",
	} {
		p, found := w.ReadPromise(source.NewFile("t", []byte(text)))
		if p != nil || len(found) != 1 {
			t.Errorf("%q: %v, %v", text, p, found)
		} else if got := found[0].Span.Text() + ": " + found[0].Message; !strings.HasPrefix(got, want) {
			t.Errorf("%q: %s; want %s", text, got, want)
		}
	}
}

func TestPromisesUseTheWordsOfTests(t *testing.T) {
	w := world(t, files(guest100))
	w = verify.Between(w, w)
	tcp := func(from string, port uint16) *packet.Packet {
		return &packet.Packet{Source: netip.MustParseAddr(from), Dest: netip.MustParseAddr("10.0.0.100"), Proto: 6, DPort: port, State: ir.New}
	}
	for _, c := range []struct {
		text, endpoint string
		in, out        *packet.Packet // one that is meant, and one that is not
	}{
		{"allow tcp 80,443 from any to vm100", "vm100", tcp("192.0.2.1", 443), tcp("192.0.2.1", 444)},
		{"allow tcp 8000-8010,https from any to vm100/*", "vm100", tcp("192.0.2.1", 8010), tcp("192.0.2.1", 8011)},
		{"allow tcp http:https from any to vm100i1", "vm100/net1", tcp("192.0.2.1", 100), tcp("192.0.2.1", 444)},
		{"allow HTTPS, tcp/22 from lan,not 10.1.0.0/16 to vm100/net1", "vm100/net1", tcp("10.0.0.1", 22), tcp("10.1.0.1", 22)},
		{"deny from +admins to host:b", "host", tcp("198.51.100.1", 9), tcp("198.51.100.16", 9)},
		{"  reject  ssh from 10.0.0.1-10.0.0.3 to  host", "host", tcp("10.0.0.3", 22), tcp("10.0.0.4", 22)},
	} {
		p, found := w.ReadPromise(source.NewFile("t", []byte(c.text)))
		if len(found) > 0 {
			t.Errorf("%s: %s", c.text, found[0].Message)
			continue
		}
		u := packet.NewUniverse(ir.V4, &ir.Match{})
		set := p.Packets[ir.V4](u)
		if p.Endpoint != c.endpoint || p.Direction != ir.In || set.Contains(c.in) != packet.Yes || set.Contains(c.out) != packet.No {
			t.Errorf("%s: %s %s, %d %d", c.text, p.Endpoint, p.Direction, set.Contains(c.in), set.Contains(c.out))
		}
	}
}

// What begins like a guest's name is no bridge.
func TestZonesThatAreNone(t *testing.T) {
	s := &verify.Suite{Tests: []*verify.Test{{Kind: verify.Deny, From: []verify.Word{{Text: "vm100x/eth0"}}}}}
	if _, found := verify.Run(world(t, files(guest100)), []*verify.Suite{s}); len(found) != 1 || !strings.Contains(found[0].Message, `the zone "vm100x/eth0" is not known`) {
		t.Error(found)
	}
}
