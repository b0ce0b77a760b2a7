package packet

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/ir"
)

func parse(t *testing.T, text string) (Query, error) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var fields map[string]any
	if err := decoder.Decode(&fields); err != nil {
		t.Fatal(err)
	}
	return ParseQuery(fields)
}

func TestParseQueryFillsDefaults(t *testing.T) {
	base := DefaultQuery()
	with := func(change func(*Query)) Query { q := base; change(&q); return q }
	for text, want := range map[string]Query{
		`{}`:                                   base,
		`{"from":"", "to":null, "dport":null}`: base,
		`{"from":"vm1","to":"ct2"}`:            with(func(q *Query) { q.From, q.To = "vm1", "ct2" }),
		`{"dport":0,"sport":"65535"}`:          with(func(q *Query) { q.DPort, q.SPort = 0, 65535 }),
		`{"proto":"udp","dport":"domain"}`:     with(func(q *Query) { q.Proto, q.DPort = 17, 53 }),
		`{"proto":47}`:                         with(func(q *Query) { q.Proto = 47 }),
		`{"proto":"TCP","source":"10.0.0.1","dest":"10.0.0.2"}`: with(func(q *Query) { q.Source, q.Dest = netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2") }),
		`{"proto":"icmp"}`:                                     with(func(q *Query) { q.Proto, q.ICMPType = 1, 8 }),
		`{"proto":"ipv6-icmp"}`:                                with(func(q *Query) { q.Proto, q.ICMPType = 58, 128 }),
		`{"proto":"icmp","icmp_type":"port-unreachable"}`:      with(func(q *Query) { q.Proto, q.ICMPType, q.ICMPCode = 1, 3, 3 }),
		`{"proto":"icmp","dport":"timestamp-reply"}`:           with(func(q *Query) { q.Proto, q.ICMPType = 1, 14 }),
		`{"proto":"icmp","dport":"redirect","icmp_type":"13"}`: with(func(q *Query) { q.Proto, q.ICMPType = 1, 13 }),
		`{"proto":"icmpv6","icmp_type":"1/4"}`:                 with(func(q *Query) { q.Proto, q.ICMPType, q.ICMPCode = 58, 1, 4 }),
		`{"icmp_type":"echo-reply"}`:                           with(func(q *Query) { q.ICMPType = 0 }),
		`{"mac":"BC-24-11-0-0-1"}`:                             with(func(q *Query) { q.MAC = "bc:24:11:00:00:01" }),
		`{"state":"RELATED","source":"fe80::1%eth0"}`:          with(func(q *Query) { q.State, q.Source = ir.Related, netip.MustParseAddr("fe80::1") }),
	} {
		got, err := parse(t, text)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v\nwant %+v", text, got, err, want)
		}
	}
}

func TestParseQueryNamesWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		`{"port":1}`:                           `unknown key "port"; known are from, to,`,
		`{"dport":1.5}`:                        `dport: "1.5" is neither a port`,
		`{"dport":65536}`:                      `dport: "65536" is neither a port from 0 to 65535 nor a known service`,
		`{"dport":-1}`:                         `dport: "-1" is neither`,
		`{"dport":true}`:                       `dport: true is neither a text nor a whole number`,
		`{"sport":"nosuchservice"}`:            `sport: "nosuchservice"`,
		`{"source":"10.0.0.0/8"}`:              `source: "10.0.0.0/8" is not an IP address`,
		`{"proto":"nope"}`:                     `proto: "nope" is not a protocol`,
		`{"proto":256}`:                        `proto: "256" is not a protocol`,
		`{"proto":"icmp","icmp_type":"any"}`:   `icmp_type: "any" is not an ICMP type of icmp`,
		`{"proto":"icmpv6","icmp_type":"xy"}`:  `icmp_type: "xy" is not an ICMP type of icmpv6`,
		`{"proto":"icmp","icmp_type":"8/999"}`: `icmp_type: "8/999" is not`,
		`{"mac":"bc:24"}`:                      `mac: "bc:24" is not a MAC address`,
		`{"state":"fresh"}`:                    `state: "fresh" is not new, established`,
	} {
		if _, err := parse(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	if _, err := ParseQuery(map[string]any{"dport": 1.5}); err == nil {
		t.Error("a fraction is no port")
	}
	if q, err := ParseQuery(map[string]any{"dport": 443.0, "sport": 1}); err != nil || q.DPort != 443 || q.SPort != 1 {
		t.Errorf("%+v, %v", q, err)
	}
}

func TestDefaultAddressesDependOnTheEnds(t *testing.T) {
	own4, own6 := netip.MustParseAddr("10.0.0.11"), netip.MustParseAddr("fd00::11")
	host, far := zone{host: true}, zone{bridge: "vmbr0"}
	for _, c := range []struct {
		q            Query
		from, to     zone
		source, dest string
	}{
		{Query{}, far, far, "100.100.1.2", "100.200.3.4"},
		{Query{HostAddr4: own4}, far, host, "100.100.1.2", "10.0.0.11"},
		{Query{HostAddr4: own4}, host, far, "10.0.0.11", "100.200.3.4"},
		{Query{}, host, far, "100.100.1.2", "100.200.3.4"},
		{Query{Dest: own4}, far, far, "100.100.1.2", "10.0.0.11"},
		{Query{Source: own6, HostAddr4: own4}, far, host, "fd00::11", "2001:db8:200::3:4"},
		{Query{HostAddr6: own6, Proto: protoICMPv6}, far, host, "2001:db8:100::1:2", "fd00::11"},
	} {
		p, err := c.q.packet(c.from, c.to)
		if err != nil || p.Source.String() != c.source || p.Dest.String() != c.dest {
			t.Errorf("%+v: %v to %v, %v", c.q, p.Source, p.Dest, err)
		}
	}
	for _, q := range []Query{{Source: own4, Dest: own6}, {Source: own4, Proto: protoICMPv6}} {
		if _, err := q.packet(far, far); err == nil {
			t.Errorf("%+v: families that do not fit are let through", q)
		}
	}
}
