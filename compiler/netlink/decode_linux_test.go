package netlink

import (
	"encoding/binary"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

// decodable is a table with something of each kind to refer to.
func decodable() *reader {
	key := []nft.Field{nft.IPSource}
	return &reader{image: &Image{}, table: &nft.Table{Name: "pvefw"}, helpers: map[string]*nft.Helper{"helper-ftp": {Name: "helper-ftp"}},
		sets: map[string]*nft.Set{"dc-a-4": {Name: "dc-a-4", Key: key, Interval: true}, "__set0": {Key: []nft.Field{nft.IPSource, nft.DestPort}, Interval: true},
			"ports": {Name: "ports", Key: []nft.Field{nft.InName, nft.Protocol}, Verdicts: true}, "synflood-4": {Name: "synflood-4", Key: key, Dynamic: true}}}
}

// everyStatement is a chain with each statement that a program can have.
func everyStatement() *nft.Chain {
	v := func(n uint64) nft.Value { return nft.Value{Lo: n} }
	r := decodable()
	c := &nft.Chain{Name: "c"}
	for _, stmts := range [][]nft.Stmt{
		{&nft.Compare{Field: nft.NFProto, Value: v(10)}, &nft.Compare{Field: nft.IP6Source, Not: true, Value: nft.Value{Hi: 1 << 63, Lo: 5}}, &nft.Verdict{Kind: nft.Jump, Chain: "other"}},
		{&nft.Compare{Field: nft.InName, Value: nft.Value{Name: "vmbr"}, Begins: true}, &nft.Compare{Field: nft.OutName, Value: nft.Value{Name: "lo"}}, &nft.Verdict{Kind: nft.Return}},
		{&nft.Masked{Field: nft.IPDest, Mask: v(0xffff0000), Value: v(0x0a000000)}, &nft.Masked{Field: nft.IPSource, Not: true, Mask: v(0xfff80000), Value: v(0x0a080000)}},
		{&nft.Masked{Field: nft.State, Not: true, Mask: v(6)}, &nft.Masked{Field: nft.TCPFlags, Mask: v(0x17), Value: v(2)}},
		{&nft.Between{Field: nft.DestPort, First: v(1), Last: v(9)}, &nft.Between{Field: nft.IPSource, Not: true, First: v(1), Last: v(9)}},
		{&nft.Compare{Field: nft.L4Proto, Value: v(58)}, &nft.Compare{Field: nft.ICMP6Type, Value: v(1)}, &nft.Compare{Field: nft.ICMP6Code, Value: v(3)}},
		{&nft.Compare{Field: nft.L4Proto, Value: v(1)}, &nft.Compare{Field: nft.ICMPType, Value: v(8)}, &nft.Reject{Code: 3}},
		{&nft.Lookup{Fields: r.sets["dc-a-4"].Key, Not: true, Set: r.sets["dc-a-4"]}, &nft.Dispatch{Fields: r.sets["ports"].Key, Map: r.sets["ports"]}},
		{&nft.Compare{Field: nft.Protocol, Value: v(unix.ETH_P_ARP)}, &nft.Compare{Field: nft.ARPHead, Value: v(0x000108000604)}, &nft.Compare{Field: nft.ARPSource, Value: v(7)}},
		{&nft.Compare{Field: nft.EtherSource, Not: true, Value: v(0xbc2411000001)}, &nft.Compare{Field: nft.SourceType, Value: v(3)}, &nft.Compare{Field: nft.DestType, Not: true, Value: v(4)}},
		{&nft.Limit{Rate: 3, Unit: nft.Hour, Burst: 5}, &nft.Log{Prefix: ":100:6:tap100i0-IN: DROP: "}, &nft.Log{}},
		{&nft.SetMark{Keep: 0x7fffffff, Flip: 0x80000000}, &nft.SetMark{Keep: 0x7fffffff}, &nft.SetConnMark{Value: 4711}, &nft.SetHelper{Helper: r.helpers["helper-ftp"]}},
		{&nft.Overrun{Set: r.sets["synflood-4"], Field: nft.IPSource, Mask: ones(nft.IPSource), Limit: nft.Limit{Rate: 9, Unit: nft.Second, Burst: 2}}, &nft.Queue{First: 4, Last: 9}},
		{&nft.Overrun{Set: r.sets["synflood-4"], Field: nft.IPSource, Mask: v(0xffffff00), Limit: nft.Limit{Rate: 9, Unit: nft.Minute, Burst: 2}}, &nft.Reject{TCPReset: true}},
	} {
		c.Rules = append(c.Rules, &nft.Rule{Stmts: stmts, Comment: "00000000 x"})
	}
	return c
}

// encodedRules are the lists of expressions of a chain's rules.
func encodedRules(t testing.TB, c *nft.Chain) (lists [][]byte) {
	b, err := encodeFor(&nft.Program{Tables: []*nft.Table{{Family: nft.Inet, Name: "pvefw", Chains: []*nft.Chain{c}}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	messages, _ := rulesIn(b.Bytes())
	for _, m := range messages {
		lists = append(lists, attributes(m[20:]).get(unix.NFTA_RULE_EXPRESSIONS))
	}
	return lists
}

// Every statement comes back, without a kernel between.
func TestStatementsComeBack(t *testing.T) {
	c := everyStatement()
	back := &nft.Chain{Name: c.Name}
	for i, list := range encodedRules(t, c) {
		d := decoder{reader: decodable()}
		if err := d.statements(list); err != nil {
			t.Fatalf("%s: %v", c.Rules[i].Text(), err)
		}
		back.Rules = append(back.Rules, &nft.Rule{Stmts: d.out})
	}
	for i, r := range c.Rules {
		if got := back.Rules[i].Text(); got != r.Text() {
			t.Errorf("%s came back as %s", r.Text(), got)
		}
	}
}

// What nft compares at once comes back as the fields that it is.
func TestFieldsBesideEachOtherAreParted(t *testing.T) {
	c := &nft.Chain{Rules: []*nft.Rule{{Stmts: []nft.Stmt{&nft.Compare{Field: nft.L4Proto, Value: nft.Value{Lo: 6}}, &nft.Compare{Field: nft.SourcePort, Value: nft.Value{Lo: 1}}}}}}
	list := encodedRules(t, c)[0]
	var w wire
	eachAttribute(list, func(_ uint16, v []byte) {
		if data := attributes(v).get(unix.NFTA_EXPR_DATA); data.get(unix.NFTA_PAYLOAD_LEN) != nil && string(letters(attributes(v).get(unix.NFTA_EXPR_NAME))) == "payload" {
			binary.BigEndian.PutUint32(data.get(unix.NFTA_PAYLOAD_LEN), 4)
		} else if value := data.get(unix.NFTA_CMP_DATA).get(unix.NFTA_DATA_VALUE); len(value) == 2 {
			longer := append(append(attributes{}, value...), 0, 9)
			at := w.nest(unix.NFTA_LIST_ELEM)
			w.text(unix.NFTA_EXPR_NAME, "cmp")
			expression := w.nest(unix.NFTA_EXPR_DATA)
			w.number(unix.NFTA_CMP_SREG, unix.NFT_REG_1)
			w.number(unix.NFTA_CMP_OP, unix.NFT_CMP_EQ)
			inner := w.nest(unix.NFTA_CMP_DATA)
			w.value(unix.NFTA_DATA_VALUE, longer)
			w.close(inner)
			w.close(expression)
			w.close(at)
			return
		}
		w.value(unix.NFTA_LIST_ELEM|unix.NLA_F_NESTED, v)
	})
	d := decoder{reader: decodable()}
	if err := d.statements(w.b); err != nil {
		t.Fatal(err)
	}
	back := &nft.Chain{Rules: []*nft.Rule{{Stmts: d.out}}}
	if back.Rules[0].Text() != "meta l4proto tcp th sport 1 th dport 9" {
		t.Errorf("read as %q", back.Rules[0].Text())
	}
}

// Whatever a kernel may answer: no panic, and what was understood can be written.
func FuzzDecode(f *testing.F) {
	for _, list := range encodedRules(f, everyStatement()) {
		f.Add([]byte(list))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		d := decoder{reader: decodable()}
		if d.statements(b) == nil {
			c := &nft.Chain{Rules: []*nft.Rule{{Stmts: d.out}}}
			c.Restate()
		}
		for _, s := range decodable().sets {
			e := ends{set: s}
			eachAttribute(b, func(_ uint16, v []byte) { e.add(v) })
			e.join()
		}
		_ = commentIn(b)
		_, _ = reply{body: b, flags: unix.NLM_F_ACK_TLVS | unix.NLM_F_CAPPED}.failure()
	})
}
