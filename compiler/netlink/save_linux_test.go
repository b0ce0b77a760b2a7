package netlink

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/compiler/nft"
)

// meddling is what somebody may do by hand inside pvefw's tables.
var meddling = []string{
	"add rule inet pvefw CHAIN counter packets 3 bytes 7 accept comment \"by hand NUMBER\"",
	"insert rule inet pvefw CHAIN tcp dport { 22, VALUE, 9000-9010 } drop",
	"add rule inet pvefw CHAIN ip saddr . tcp dport vmap { 192.0.2.VALUE . 80 : accept, 192.0.2.VALUE . 81 : drop }",
	"flush chain inet pvefw CHAIN",
	"add chain inet pvefw handNUMBER; add rule inet pvefw handNUMBER ip daddr 198.51.100.0/24 jump handNUMBER-b; add chain inet pvefw handNUMBER-b",
	"add chain inet pvefw handNUMBER-b; add chain inet pvefw handNUMBER; add rule inet pvefw handNUMBER meta mark set 7 jump handNUMBER-b",
	"add chain inet pvefw baseNUMBER { type filter hook input priority VALUE; policy drop; }",
	"add chain inet pvefw natNUMBER { type nat hook postrouting priority VALUE; }; add rule inet pvefw natNUMBER masquerade random",
	"add set inet pvefw setNUMBER { type ipv4_addr; flags interval; elements = { 192.0.2.0/28, 198.51.100.1-198.51.100.9, 0.0.0.0/30 }; }",
	"add set inet pvefw portNUMBER { type inet_service; comment \"hand\"; elements = { 1, 2, VALUE }; }",
	"add element inet pvefw portNUMBER { VALUE }",
	"add element inet pvefw setNUMBER { 203.0.113.VALUE }",
	"flush set inet pvefw portNUMBER",
	"delete set inet pvefw portNUMBER",
	"add map inet pvefw mapNUMBER { type ifname . inet_service : mark; elements = { \"eth0\" . 80 : 0x7, \"eth1\" . 443 : VALUE }; }",
	"add element inet pvefw mapNUMBER { \"eth2\" . VALUE : 9 }",
	"add counter inet pvefw countNUMBER { packets 5 bytes 9 }; add rule inet pvefw CHAIN counter name countNUMBER",
	"add quota inet pvefw quotaNUMBER { over 25 mbytes }",
	"add limit inet pvefw limitNUMBER { rate 400/minute }; add rule inet pvefw CHAIN limit name limitNUMBER accept",
	"add set inet pvefw meterNUMBER { type ipv4_addr; flags dynamic,timeout; timeout 60s; size 99; }; add rule inet pvefw CHAIN add @meterNUMBER { ip saddr limit rate over 3/second } drop",
}

// meddle does something by hand and reports whether it could be done: much of it asks
// for what is not there.
func meddle(r *rand.Rand, chains []string) (line string, done bool) {
	line = meddling[r.IntN(len(meddling))]
	words := strings.NewReplacer("CHAIN", chains[r.IntN(len(chains))], "NUMBER", strconv.Itoa(r.IntN(3)), "VALUE", strconv.Itoa(1+r.IntN(200)))
	_, done = tryTool(words.Replace(line))
	return line, done
}

// Invariant: after Restore the kernel holds what was saved, whatever was done between.
func TestRestoredIsWhatWasSaved(t *testing.T) {
	c := namespace(t)
	all := programs(t)
	names := slices.Sorted(maps.Keys(all))
	r := rand.New(rand.NewPCG(3, 4))
	put := func() {
		p := all[names[r.IntN(len(names))]]
		if r.IntN(9) == 0 {
			p = &nft.Program{}
		}
		if _, err := c.change(t, p); err != nil {
			t.Logf("not applied: %v", err)
		}
	}
	chains := func() []string {
		image, err := c.Read()
		if err != nil {
			t.Fatal(err)
		}
		out := []string{"hand0", "hand1"}
		for _, table := range image.Program.Tables[:min(1, len(image.Program.Tables))] {
			for _, chain := range table.Chains {
				out = append(out, chain.Name, chain.Body())
			}
		}
		return out
	}
	done := map[string]int{}
	mess := func() {
		for range r.IntN(6) {
			if line, ok := meddle(r, chains()); ok {
				done[line]++
			}
		}
	}
	for round := range 100 {
		if r.IntN(3) == 0 {
			put()
		}
		mess()
		saved, err := c.Save()
		if err != nil {
			t.Fatal(err)
		}
		before, digest := asItIs(t), saved.Digest()
		sameImage(t, c, saved)
		switch r.IntN(12) {
		case 0:
			tool(t, "add table inet pvefw; delete table inet pvefw\n", "-f", "-")
		case 1, 2, 3, 4:
			put()
		}
		mess()
		from, err := ReadSaved(saved.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if from.Digest() != digest {
			t.Fatal("the bytes are another ruleset")
		}
		if err := c.Restore(from); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if diff := cmp.Diff(before, asItIs(t)); diff != "" {
			t.Fatalf("round %d: (-saved +restored)\n%s", round, diff)
		}
		again, err := c.Save()
		if err != nil {
			t.Fatal(err)
		}
		if again.Digest() != digest {
			t.Fatalf("round %d: another digest", round)
		}
	}
	for _, line := range meddling {
		if done[line] == 0 {
			t.Errorf("never done by hand: %s", line)
		}
	}
}

// sameImage compares what a saved ruleset says with what is read of the kernel.
func sameImage(t *testing.T, c *Conn, saved *Saved) {
	t.Helper()
	want, err := c.Read()
	if err != nil {
		t.Fatal(err)
	}
	got, err := saved.Image()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []*nft.Program{want.Program, got.Program} {
		for _, table := range p.Tables {
			for _, chain := range table.Chains {
				chain.Altered = false // which is as Changed says; such chains are like no other
			}
		}
	}
	if d := nft.Diff(want.Program, got.Program); !d.Empty() {
		t.Fatalf("the saved ruleset is read otherwise: %+v", d.Tables[0])
	}
	for i := range want.Strange {
		want.Strange[i].Handle = 0 // the kernel's own number
	}
	want.Generation, want.Program, want.Unread, got.Program = 0, nil, nil, nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("of the kernel and of what was saved of it (-kernel +saved):\n%s", diff)
	}
}

// What could not be put back is not saved, and named.
func TestSaveNamesWhatCannotBeKept(t *testing.T) {
	c := namespace(t)
	tool(t, "add table inet pvefw; add chain inet pvefw input\n", "-f", "-")
	for line, want := range map[string]string{
		"add rule inet pvefw input jump { accept; }":                                         "a chain inside a rule",
		"add flowtable inet pvefw f { hook ingress priority 0; devices = { lo }; counter; }": "a flow table",
	} {
		if out, ok := tryTool(line); !ok {
			t.Logf("this kernel or nft does not take %q: %s", line, out)
			continue
		}
		if _, err := c.Save(); err == nil || !strings.Contains(err.Error(), "inet pvefw holds "+want) {
			t.Errorf("%s: %v", line, err)
		}
		tool(t, "delete table inet pvefw; add table inet pvefw; add chain inet pvefw input\n", "-f", "-")
		if _, err := c.Save(); err != nil {
			t.Error(err)
		}
	}
}
