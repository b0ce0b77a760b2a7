package packet

import (
	"reflect"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/ir"
)

// A field that a match of the IR gains has to be given a meaning in Matches, in
// reader.region and in the digest of ir/analysis; this list is where one notices.
func TestSetsKnowEveryFieldOfAMatch(t *testing.T) {
	for typ, want := range map[reflect.Type]string{
		reflect.TypeFor[ir.Match]():    "In Out Source Dest Proto ICMP SPort DPort SrcType DstType State NotMAC Flags AcceptedBySender",
		reflect.TypeFor[ir.Addr]():     "Text Prefixes Range Set Negated",
		reflect.TypeFor[ir.Range]():    "First Last",
		reflect.TypeFor[ir.Proto]():    "Text Number",
		reflect.TypeFor[ir.ICMP]():     "Text V6 Any Type Code Option Also",
		reflect.TypeFor[ir.Ports]():    "Text Ranges List",
		reflect.TypeFor[ir.TCPFlags](): "Mask Want Negated",
		reflect.TypeFor[ir.Set]():      "Owner SDN Name Entries Declared Origin",
		reflect.TypeFor[ir.SetEntry](): "Text Prefix NoMatch Skipped Origin",
	} {
		var fields []string
		for i := range typ.NumField() {
			fields = append(fields, typ.Field(i).Name)
		}
		if got := strings.Join(fields, " "); got != want {
			t.Errorf("%s has %s; this package was written for %s", typ, got, want)
		}
	}
}

// Hostile values are read as the interpreter reads them, and nothing panics.
func TestRegionOfNonsenseIsWhatMatchesSays(t *testing.T) {
	e := NewEvaluator(&ir.Policy{})
	nonsense := []ir.Match{
		{Source: &ir.Addr{}},
		{Source: &ir.Addr{Range: &ir.Range{}}},
		{Dest: &ir.Addr{Prefixes: from("::/0").Prefixes[:0]}},
		{Source: &ir.Addr{Set: &ir.Set{Entries: []ir.SetEntry{{}}}}},
		{Proto: tcp, DPort: &ir.Ports{}},
		{Proto: tcp, DPort: &ir.Ports{Ranges: []ir.PortRange{{First: 5, Last: 1}}}},
		{Proto: tcp, ICMP: &ir.ICMP{Any: true}},
		{DPort: port(8), ICMP: &ir.ICMP{Any: true}},
		{ICMP: &ir.ICMP{Code: 1 << 30}},
		{Flags: &ir.TCPFlags{Mask: 1, Want: 2}},
		{DstType: ir.Anycast},
		{NotMAC: "\xff\xfe", In: strings.Repeat("x", 1000)},
	}
	p, _ := NewUniverse(ir.V4).All().Sample()
	for i := range nonsense {
		for _, proto := range []uint8{1, 6, 17} {
			p.Proto = proto
			if got := NewUniverse(ir.V4, &nonsense[i]).Match(&nonsense[i]).Contains(p); got != yes(e.Matches(&nonsense[i], p)) {
				t.Errorf("match %d, protocol %d: %s", i, proto, got)
			}
		}
	}
}
