package netlink

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/compiler/nft"
	loading "github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
)

// readBy reads with a listing of before, and returns the one of now.
func readBy(t *testing.T, c *Conn, before *Listing) (*Image, *Listing) {
	t.Helper()
	c.Recall(before)
	image, err := c.Read()
	if err != nil {
		t.Fatal(err)
	}
	if c.Listing() == nil {
		t.Skipf("skipped: %s: this kernel does not number networks", t.Name())
	}
	return image, c.Listing()
}

// throughBytes is a listing after it was written and read.
func throughBytes(t *testing.T, l *Listing) *Listing {
	t.Helper()
	out, err := ReadListing(l.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// What was listed stands for what is in force as long as nobody has changed any rules, and
// no moment longer.
func TestListingStandsForItsMomentOnly(t *testing.T) {
	c := namespace(t)
	loaded, err := loading.Load("../../examples/datacenter", loading.Options{OneNode: true, Node: "pve1"})
	if err != nil {
		t.Fatal(err)
	}
	cfg, _ := config.Resolve(loaded.Input)
	policy, _ := lower.Lower(cfg, cfg.Nodes[0], lower.Intended)
	program, _ := nft.Build(policy, nft.Options{})
	if _, err := c.change(t, fit(program)); err != nil {
		t.Fatal(err)
	}
	want, first := readBy(t, c, nil)
	got, second := readBy(t, c, throughBytes(t, first))
	if d := nft.Diff(want.Program, got.Program); !d.Empty() || !first.Equal(second) || cmp.Diff(first.Bytes(), second.Bytes()) != "" {
		t.Errorf("by a listing something else is read: %+v", d.Tables)
	}
	forged := throughBytes(t, first)
	forged.tables[0].held[0].elements = nil
	if got, _ := readBy(t, c, forged); nft.Diff(want.Program, got.Program).Empty() {
		t.Error("the elements of the listing are not used")
	}
	forged.tables[0].chains = forged.tables[0].chains[:1]
	if got, _ := readBy(t, c, forged); len(got.Program.Tables[0].Chains) >= len(want.Program.Tables[0].Chains) {
		t.Error("the listing is not used")
	}
	for _, change := range []string{"add table ip elsewhere", "delete table ip elsewhere", "add chain inet pvefw by-hand"} {
		tool(t, change+"\n", "-f", "-")
		got, now := readBy(t, c, forged)
		if now.Equal(first) || len(got.Program.Tables[0].Chains) < len(want.Program.Tables[0].Chains) {
			t.Errorf("after %q the listing is used", change)
		}
	}
	tool(t, "add set inet pvefw fading { type ipv4_addr; flags timeout; elements = { 192.0.2.1 timeout 300ms }; }\n", "-f", "-")
	held, fading := readBy(t, c, nil)
	time.Sleep(500 * time.Millisecond)
	if gone, _ := readBy(t, c, throughBytes(t, fading)); nft.Diff(held.Program, gone.Program).Empty() {
		t.Error("an element is remembered that time took out")
	}
	other := throughBytes(t, first)
	other.namespace++
	other.tables[0].chains = nil
	if got, _ := readBy(t, c, other); len(got.Program.Tables[0].Chains) == 0 {
		t.Error("another network's listing is used")
	}
}

// A torn listing is none.
func TestTornListings(t *testing.T) {
	w := wire{}
	w.text(aboutListed[0], "input")
	whole := (&Listing{7, 9, []*listedTable{{name: "pvefw", uses: 1, chains: []attributes{w.b}, sets: []attributes{w.b}, held: []listedSet{{"lan", nil}}}}}).Bytes()
	if _, err := ReadListing(whole); err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		if _, err := ReadListing(whole[:i]); err == nil {
			t.Errorf("the first %d of %d bytes are read", i, len(whole))
		}
	}
	for i := len(listingHead) + 14; i < len(whole); i++ {
		changed := append([]byte(nil), whole...)
		changed[i] ^= 0xff
		if l, err := ReadListing(changed); err == nil && l.Chains() > 1 {
			t.Errorf("byte %d makes chains", i)
		}
	}
	if _, err := ReadListing(append(whole, 0)); err == nil {
		t.Error("bytes behind it are read over")
	}
}
