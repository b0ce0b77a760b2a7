package listing

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/compiler/nft"
)

// ruleset is a listing with one chain of one rule; set and helper are what rules name.
func ruleset(family, comment, exprs string) string {
	table := map[string]string{"inet": "pvefw", "bridge": "pvefw-guests"}[family]
	at := fmt.Sprintf(`"family": %q, "table": %q`, family, table)
	return `{"nftables": [{"metainfo": {"version": "1.0.6", "json_schema_version": 1}},
 {"table": {"family": "` + family + `", "name": "` + table + `", "handle": 1}},
 {"ct helper": {` + at + `, "name": "helper-ftp", "handle": 2, "type": "ftp", "protocol": "tcp", "l3proto": "inet"}},
 {"set": {` + at + `, "name": "known", "type": "ipv4_addr", "handle": 3, "flags": ["interval"], "elem": ["1.2.3.4", {"prefix": {"addr": "10.0.0.0", "len": 8}}]}},
 {"set": {` + at + `, "name": "seen", "type": "ipv4_addr", "handle": 4, "size": 65536, "flags": ["timeout"], "timeout": 60}},
 {"chain": {` + at + `, "name": "c", "handle": 5}},
 {"rule": {` + at + `, "chain": "c", "handle": 6, "comment": "` + comment + `", "expr": [` + exprs + `]}}]}`
}

func match(op, left, right string) string {
	return `{"match": {"op": "` + op + `", "left": ` + left + `, "right": ` + right + `}}`
}

func payload(protocol, field string) string {
	return fmt.Sprintf(`{"payload": {"protocol": %q, "field": %q}}`, protocol, field)
}

const drop = `, {"drop": null}`

// What nft leaves out is put back, and what a program cannot say is strange.
func TestRulesAreReadOrStrange(t *testing.T) {
	arp := func(op string) string {
		return match(op, payload("arp", "htype"), "1") + "," + match(op, payload("arp", "ptype"), `"ip"`) + "," +
			match(op, payload("arp", "hlen"), "6") + "," + match(op, payload("arp", "plen"), "4")
	}
	for _, c := range []struct{ family, exprs, want string }{
		{"inet", match("==", payload("tcp", "dport"), "22") + drop, "meta l4proto tcp th dport 22 drop"},
		{"inet", match("==", payload("ip", "saddr"), `"@known"`) + drop, "meta nfproto ipv4 ip saddr @known drop"},
		{"bridge", match("!=", payload("ip6", "daddr"), `{"prefix": {"addr": "ff00::", "len": 8}}`) + drop, "meta protocol ip6 ip6 daddr != ff00::/8 drop"},
		{"inet", match("==", `{"meta": {"key": "iifname"}}`, `"tap*"`) + drop, `iifname "tap*" drop`},
		{"inet", match("in", `{"ct": {"key": "state"}}`, `["new", "untracked"]`) + drop, "ct state new,untracked drop"},
		{"inet", match("!", payload("tcp", "flags"), `["fin", "syn"]`) + drop, "meta l4proto tcp tcp flags & (fin | syn) == 0x0 drop"},
		{"inet", match("!=", `{"&": [`+payload("tcp", "flags")+`, ["fin", "syn", "rst"]]}`, `["fin", "syn"]`) + drop, "meta l4proto tcp tcp flags & (fin | syn | rst) != (fin | syn) drop"},
		{"inet", match("!=", `{"&": [`+payload("tcp", "flags")+`, {"|": ["fin", "syn", "rst"]}]}`, `{"|": [{"|": ["fin"]}, "syn"]}`) + drop, "meta l4proto tcp tcp flags & (fin | syn | rst) != (fin | syn) drop"},
		{"inet", match("==", `{"meta": {"key": "mark"}}`, `{"prefix": {"addr": 2147483648, "len": 1}}`) + drop, "meta mark & 0x80000000 == 0x80000000 drop"},
		{"inet", `{"ct helper": "helper-ftp"}`, `ct helper set "helper-ftp"`},
		{"inet", `{"queue": {"num": {"range": [1, 3]}, "flags": "bypass"}}`, "queue flags bypass to 1-3"},
		{"inet", `{"set": {"op": "add", "elem": ` + payload("ip", "saddr") + `, "set": "@seen", "stmt": [{"limit": {"rate": 200, "burst": 1000, "per": "second", "inv": true}}]}}` + drop,
			"meta nfproto ipv4 add @seen { ip saddr limit rate over 200/second burst 1000 packets } drop"},
		{"bridge", arp("==") + drop, "meta protocol arp @nh,0,48 0x000108000604 drop"},
		{"bridge", match("==", `{"concat": [{"meta": {"key": "iifname"}}, {"meta": {"key": "protocol"}}]}`, `{"set": [{"concat": ["b", "ip"]}, {"concat": ["a", 4660]}]}`) + drop,
			`iifname . meta protocol { "a" . 0x1234, "b" . ip } drop`},

		{"bridge", arp("!=") + drop, "strange: a rule of which the JSON does not tell the family"},
		{"inet", match("==", payload("icmp", "type"), `"echo-request"`) + drop, "strange: a rule of which the JSON does not tell the family"},
		{"inet", `{"reject": {"type": "tcp reset"}}`, "strange: a rule of which the JSON does not tell the family"},
		{"inet", `{"counter": {"packets": 0, "bytes": 0}}` + drop, "strange: a rule with the statement counter"},
		{"inet", match("==", payload("ip", "ttl"), "5") + drop, "strange: a rule with a match that pvefw does not make"},
		{"inet", match("<", payload("tcp", "dport"), "5") + drop, "strange: a rule with a match that pvefw does not make"},
		{"inet", match("==", payload("ip", "saddr"), `"@unknown"`) + drop, "strange: a rule with a match that pvefw does not make"},
		{"inet", match("==", payload("tcp", "dport"), "70000") + drop, "strange: a rule with a match that pvefw does not make"},
		{"inet", match("==", payload("tcp", "dport"), "22") + "," + match("==", payload("udp", "dport"), "22") + drop, "strange: a rule that contradicts itself"},
		{"inet", `{"log": {"prefix": "x", "group": 1}}`, "strange: a rule with the statement log"},
		{"inet", `{"limit": {"rate": 1, "burst": 5, "per": "week"}}`, "strange: a rule with the statement limit"},
		{"inet", `"drop"`, "strange: a rule with something unknown"},
	} {
		l, err := Read([]byte(ruleset(c.family, "", c.exprs)))
		if err != nil {
			t.Fatalf("%s: %v", c.exprs, err)
		}
		if got := told(l); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.exprs, got, c.want)
		}
	}
}

// told is the only rule of a listing, or why it is strange.
func told(l *Listing) string {
	if len(l.Strange) > 0 {
		return "strange: " + l.Strange[0].Reason
	}
	return l.Program.Tables[0].Chains[0].Rules[0].Text()
}

// A vague rule is believed if its content has the id in its comment.
func TestIDTellsWhatTheListingDoesNot(t *testing.T) {
	exprs := match("==", payload("icmp", "type"), `"echo-request"`) + drop
	l, err := Read([]byte(ruleset("inet", "c3f0d1a2 100.fw:3", exprs)))
	if err != nil || len(l.Strange) != 1 {
		t.Fatalf("a wrong id is believed: %v %v", err, l)
	}
	number := func(f nft.Field, n uint64) nft.Stmt { return &nft.Compare{Field: f, Value: nft.Value{Lo: n}} }
	id := (&nft.Chain{Name: "c"}).Identity().Of([]nft.Stmt{number(nft.L4Proto, 1), number(nft.ICMPType, 8), &nft.Verdict{Kind: nft.Drop}})
	l, err = Read([]byte(ruleset("inet", id+" 100.fw:3", exprs)))
	if err != nil || len(l.Strange) != 0 {
		t.Fatalf("the right id is not believed: %v %v", err, l.Strange)
	}
	if got := told(l); got != "meta l4proto icmp icmp type 8 drop" {
		t.Errorf("read as %s", got)
	}
}

// Tables of others are named and not read; other objects in pvefw's tables are strange.
func TestOthersAreNamedOnly(t *testing.T) {
	text := strings.Replace(ruleset("inet", "", `{"accept": null}`), `{"table"`,
		`{"table": {"family": "ip", "name": "docker", "handle": 9}}, {"chain": {"family": "ip", "table": "docker", "name": "x", "handle": 1, "type": "nat", "hook": "output", "prio": 0, "policy": "drop"}},
		{"flowtable": {"family": "inet", "name": "f", "table": "pvefw", "handle": 7}}, {"table"`, 1)
	text = strings.Replace(text, `{"ct helper"`, `{"counter": {"family": "inet", "name": "n", "table": "pvefw", "handle": 8, "packets": 0, "bytes": 0}}, {"ct helper"`, 1)
	l, err := Read([]byte(text))
	if err != nil || fmt.Sprint(l.Others) != "[{ip docker}]" || len(l.Strange) != 1 || l.Strange[0].Reason != "the counter n" {
		t.Errorf("%v %v %v", err, l.Others, l.Strange)
	}
}

// A ruleset of the example as nft 1.1.3 (Debian 13) listed it: whether all of it is read,
// the hashes in the names of its chains tell.
func TestNFTOfDebian13IsRead(t *testing.T) {
	dump, err := os.ReadFile("testdata/nft-1.1.3.json")
	if err != nil {
		t.Fatal(err)
	}
	l, err := Read(dump)
	if err != nil || len(l.Strange) > 0 || len(l.Program.Tables) != 2 {
		t.Fatalf("%v %v", err, l.Strange)
	}
	chains := 0
	for _, table := range l.Program.Tables {
		for _, c := range table.Chains {
			if chains++; c.Altered || c.Hash == "" || c.Restate() != c.Hash {
				t.Errorf("%s is read as something else", c.Name)
			}
		}
	}
	if chains < 50 {
		t.Errorf("only %d chains", chains)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(ruleset("bridge", "c3f0d1a2 100.fw:3", match("==", payload("icmp", "type"), `"echo-request"`)+drop)))
	if dump, err := os.ReadFile("../../../testdata/plan/pve1.json"); err == nil {
		f.Add(dump[:min(len(dump), 1<<14)])
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if l, err := Read(text); err == nil {
			_ = l.Program.Script()
			if len(l.Strange) > mostStrange {
				t.Errorf("%d strange things", len(l.Strange))
			}
		}
	})
}
