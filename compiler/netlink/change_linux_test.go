package netlink

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
	reading "github.com/pvefw/pvefw/compiler/nft/listing"
)

// many is a program of so many guests with two rules each, and a named set that all of
// them look into.
func many(guests int) *nft.Program {
	key, source := []nft.Field{nft.InName}, []nft.Field{nft.IPSource}
	ports := &nft.Set{Name: "ports", Key: key, Verdicts: true}
	admins := &nft.Set{Name: "admins", Key: source, Interval: true, Elements: []nft.Element{{Key: []nft.Span{{First: nft.Value{Lo: 10 << 24}, Last: nft.Value{Lo: 11<<24 - 1}}}}}}
	t := &nft.Table{Family: nft.Inet, Name: nft.HostTable, Sets: []*nft.Set{ports, admins}}
	t.Chains = append(t.Chains, &nft.Chain{Name: "input", Hook: &nft.Hook{Point: nft.Input}, Rules: []*nft.Rule{{Stmts: []nft.Stmt{&nft.Dispatch{Fields: key, Map: ports}}, Comment: "00000000 ports"}}})
	for g := range guests {
		port := nft.Value{Name: fmt.Sprintf("tap%di0", g)}
		c := &nft.Chain{Name: port.Name, Rules: []*nft.Rule{
			{Stmts: []nft.Stmt{&nft.Lookup{Fields: source, Set: admins}, &nft.Verdict{Kind: nft.Accept}}, Comment: "00000001 admins"},
			{Stmts: []nft.Stmt{&nft.Compare{Field: nft.L4Proto, Value: nft.Value{Lo: uint64(g % 7)}}, &nft.Verdict{Kind: nft.Drop}}, Comment: "00000002 protocol"},
		}}
		t.Chains = append(t.Chains, c)
		ports.Elements = append(ports.Elements, nft.Element{Key: []nft.Span{{First: port, Last: port}}, Verdict: nft.Verdict{Kind: nft.Goto, Chain: c.Name}})
	}
	return finished(&nft.Program{Tables: []*nft.Table{t}})
}

func finished(p *nft.Program) *nft.Program {
	for _, t := range p.Tables {
		for _, c := range t.Chains {
			c.Hash = c.Restate()
		}
	}
	return p
}

// edited is a copy of a program's only table in which edit may change things.
func edited(p *nft.Program, edit func(t *nft.Table)) *nft.Program {
	t := *p.Tables[0]
	t.Chains, t.Sets = slices.Clone(t.Chains), slices.Clone(t.Sets)
	for i, c := range t.Chains {
		copied := *c
		copied.Rules = slices.Clone(c.Rules)
		t.Chains[i] = &copied
	}
	edit(&t)
	return finished(&nft.Program{Tables: []*nft.Table{&t}})
}

func accepting(proto uint64) *nft.Rule {
	return &nft.Rule{Stmts: []nft.Stmt{&nft.Compare{Field: nft.L4Proto, Value: nft.Value{Lo: proto}}, &nft.Verdict{Kind: nft.Accept}}, Comment: "00000009 edited"}
}

// messagesOf are the kinds of a batch's messages, and the chains that they name.
func messagesOf(b *Batch) (kinds []uint16, chains map[string]bool) {
	chains = map[string]bool{}
	for all := b.Bytes(); len(all) > 0; {
		n := binary.NativeEndian.Uint32(all)
		m := all[:n]
		all = all[n:]
		number := binary.NativeEndian.Uint16(m[4:])
		if number>>8 != unix.NFNL_SUBSYS_NFTABLES {
			continue
		}
		kinds = append(kinds, number&0xff)
		at := uint16(unix.NFTA_RULE_CHAIN)
		if number&0xff == unix.NFT_MSG_NEWCHAIN || number&0xff == unix.NFT_MSG_DELCHAIN {
			at = unix.NFTA_CHAIN_NAME
		}
		chains[text(attributes(m[20:]).get(at))] = true
	}
	return kinds, chains
}

// One changed guest among thousands: only its chain is read, and only it is sent.
func TestOneChangedGuestIsAllThatIsSent(t *testing.T) {
	c := namespace(t)
	p := many(3000)
	if err := c.Apply(encodeTried(t, p)); err != nil {
		t.Fatal(err)
	}
	changed := edited(p, func(t *nft.Table) {
		c := t.Chain("tap1234i0")
		c.Rules = append(c.Rules, accepting(99))
	})
	hashes := HashesOf(changed)
	image, err := c.ReadWhere(func(id ChainID, hash string) bool { return hashes[id] != hash })
	if err != nil {
		t.Fatal(err)
	}
	if n := len(image.Unread); n != len(p.Tables[0].Chains)-1 || image.Unread[ChainID{nft.HostTable, "tap1234i0"}] {
		t.Errorf("%d chains were not read", n)
	}
	d := nft.Diff(image.Program, changed)
	if len(d.Tables) != 1 || len(d.Tables[0].Chains) != 1 || len(d.Tables[0].Sets) != 0 {
		t.Fatalf("more changes than one chain: %+v", d.Tables)
	}
	b, err := EncodeDelta(d, image.Generation)
	if err != nil {
		t.Fatal(err)
	}
	old, now := p.Tables[0].Chain("tap1234i0"), changed.Tables[0].Chain("tap1234i0")
	kinds, chains := messagesOf(b)
	want := []uint16{
		unix.NFT_MSG_NEWCHAIN, unix.NFT_MSG_NEWRULE, unix.NFT_MSG_NEWRULE, unix.NFT_MSG_NEWRULE, // the body
		unix.NFT_MSG_DELRULE, unix.NFT_MSG_NEWRULE, // the entry
		unix.NFT_MSG_DELRULE, unix.NFT_MSG_DELCHAIN, // the body before
	}
	if diff := cmp.Diff(want, kinds); diff != "" || b.Messages() != len(want) {
		t.Errorf("%d messages (-want +got)\n%s", b.Messages(), diff)
	}
	if diff := cmp.Diff(map[string]bool{now.Name: true, now.Body(): true, old.Body(): true}, chains); diff != "" {
		t.Error(diff)
	}
	if err := c.Apply(b); err != nil {
		t.Fatal(err)
	}
	if there, err := c.holds(changed); !there || err != nil {
		t.Errorf("another program is in force: %v", err)
	}
}

// Whatever stage a change is refused in, or stopped in: what is in force before or after
// it is whole, and the next one leaves nothing of it behind.
func TestChangesRefusedOrStoppedHalfway(t *testing.T) {
	c := namespace(t)
	p := many(20)
	changed := edited(p, func(t *nft.Table) {
		t.Chains[0].Rules = append(t.Chains[0].Rules, accepting(1))
		t.Chain("tap7i0").Rules = t.Chain("tap7i0").Rules[:1]
		t.Chains = append(t.Chains, &nft.Chain{Name: "new", Rules: []*nft.Rule{accepting(2)}})
		admins := *t.Sets[1]
		admins.Elements = []nft.Element{sources(1, 9)}
		t.Sets[1] = &admins
		t.Sets = append(t.Sets, &nft.Set{Name: "more", Key: []nft.Field{nft.InName}, Verdicts: true, Elements: []nft.Element{{Key: []nft.Span{{}}, Verdict: nft.Verdict{Kind: nft.Goto, Chain: "new"}}}})
	})
	start := func() (*Batch, []string) {
		if err := c.Apply(encodeTried(t, p)); err != nil {
			t.Fatal(err)
		}
		b, err := EncodeDelta(nft.Diff(p, changed), 0)
		if err != nil {
			t.Fatal(err)
		}
		return b, inForce(t)
	}
	b, before := start()
	b.swap.bytes = bytesWithout(b.swap.bytes, p.Tables[0].Chains[0].Name)
	var refused *Refusal
	if err := c.Apply(b); !errors.As(err, &refused) {
		t.Fatalf("not refused: %v", err)
	}
	if diff := cmp.Diff(before, inForce(t)); diff != "" {
		t.Errorf("a refused change left something (-before +after)\n%s", diff)
	}
	for name, stop := range map[string]func(b *Batch){
		"before the swap": func(b *Batch) { b.swap, b.clean = transaction{}, transaction{} },
		"behind the swap": func(b *Batch) { b.clean = transaction{} },
	} {
		b, _ := start()
		stop(b)
		if err := c.Apply(b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		image, err := c.ReadWhere(func(ChainID, string) bool { return false })
		if err != nil || len(image.Changed)+len(image.Strange) > 0 {
			t.Fatalf("%s: %+v %v", name, image, err)
		}
		want := p
		if name == "behind the swap" {
			want = changed
		}
		for id, hash := range HashesOf(want) {
			if got := image.Program.Table(id.Table).Chain(id.Chain).Hash; got != hash {
				t.Errorf("%s: chain %s is %q, not %q", name, id.Chain, got, hash)
			}
		}
		if _, err := c.change(t, changed); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got := inForce(t)
		if err := c.Apply(encodeTried(t, changed)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(inForce(t), got); diff != "" {
			t.Errorf("%s: (-full load +delta)\n%s", name, diff)
		}
	}
}

// bytesWithout makes a batch wrong: it names a chain that is not there.
func bytesWithout(b []byte, name string) []byte {
	b = slices.Clone(b)
	for i := 0; i+len(name) < len(b); i++ {
		if string(b[i:i+len(name)+1]) == name+"\x00" {
			b[i] = '?'
		}
	}
	return b
}

// What somebody did to the chains by hand is undone by the next change.
func TestAlteredChainsAreMended(t *testing.T) {
	c := namespace(t)
	p := many(5)
	body := p.Tables[0].Chain("tap3i0").Body()
	for _, line := range []string{
		"add rule inet pvefw " + body + " accept", "insert rule inet pvefw " + body + " counter", "flush chain inet pvefw " + body,
		"flush chain inet pvefw tap3i0", "insert rule inet pvefw input accept", "add chain inet pvefw other; add rule inet pvefw tap3i0 jump other",
		"flush set inet pvefw admins", "add element inet pvefw admins { 192.0.2.0/24 }", "delete element inet pvefw ports { tap2i0 }",
		"add set inet pvefw more { type inet_service; }; add rule inet pvefw " + body + " tcp dport @more drop",
		"delete chain inet pvefw tap9i0", "add chain inet pvefw base { type filter hook input priority 5; }",
		"add chain inet pvefw tap3i0/0123456789abcdef; flush chain inet pvefw tap3i0; add rule inet pvefw tap3i0 goto tap3i0/0123456789abcdef",
	} {
		if err := c.Apply(encodeTried(t, p)); err != nil {
			t.Fatal(err)
		}
		want := inForce(t)
		if out, ok := tryTool(line); ok == (line == "delete chain inet pvefw tap9i0") {
			t.Fatalf("%s: %s", line, out)
		}
		if d, err := c.change(t, p); err != nil || d.Empty() && line != "delete chain inet pvefw tap9i0" {
			t.Fatalf("%s: %v, %d changes", line, err, len(d.Tables))
		}
		if diff := cmp.Diff(want, inForce(t)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", line, diff)
		}
	}
}

// Sets of any content, one after the other, each by what differs.
func TestElementsComeAndGo(t *testing.T) {
	c := namespace(t)
	r := rand.New(rand.NewPCG(8, 9))
	for round := range 150 {
		p := edited(many(3), func(t *nft.Table) {
			t.Sets = append(t.Sets, &nft.Set{Name: "six", Key: []nft.Field{nft.IP6Source}, Interval: true, Elements: someRanges(r, ^uint64(0))})
			admins := *t.Sets[1]
			admins.Elements = someRanges(r, 1<<32-1)
			ports := *t.Sets[0]
			ports.Elements = nil
			for i := range r.IntN(9) {
				name := nft.Value{Name: fmt.Sprintf("eth%d", i*(1+r.IntN(3)))}
				x := nft.Element{Key: []nft.Span{{First: name, Last: name}}, Verdict: nft.Verdict{Kind: nft.Goto, Chain: fmt.Sprintf("tap%di0", r.IntN(3))}}
				if !slices.ContainsFunc(ports.Elements, func(y nft.Element) bool { return nft.CompareElements(x, y) == 0 }) {
					ports.Elements = append(ports.Elements, x)
				}
			}
			for _, chain := range t.Chains[1:] {
				chain.Rules[0] = &nft.Rule{Stmts: []nft.Stmt{&nft.Lookup{Fields: admins.Key, Set: &admins}, &nft.Verdict{Kind: nft.Accept}}, Comment: chain.Rules[0].Comment}
			}
			t.Chains[0].Rules = []*nft.Rule{{Stmts: []nft.Stmt{&nft.Dispatch{Fields: ports.Key, Map: &ports}}, Comment: "00000000 ports"}}
			t.Sets[0], t.Sets[1] = &ports, &admins
		})
		if _, err := c.change(t, p); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		got := inForce(t)
		if err := c.Apply(encodeTried(t, p)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(inForce(t), got); diff != "" {
			t.Fatalf("round %d: (-full load +delta)\n%s", round, diff)
		}
	}
}

// someRanges are ranges in order that do not overlap, often beside each other, and
// sometimes at either end of all values.
func someRanges(r *rand.Rand, highest uint64) []nft.Element {
	var out []nft.Element
	at := uint64(r.IntN(3))
	for range r.IntN(12) {
		last := at + uint64(r.IntN(5))
		out = append(out, nft.Element{Key: []nft.Span{{First: nft.Value{Lo: at}, Last: nft.Value{Lo: last}}}})
		at = last + 1 + uint64(r.IntN(4))
	}
	if r.IntN(4) == 0 {
		top := nft.Value{Lo: highest}
		if highest == ^uint64(0) {
			top.Hi = highest
		}
		from := top
		from.Lo -= uint64(r.IntN(5))
		out = append(out, nft.Element{Key: []nft.Span{{First: from, Last: top}}})
	}
	return out
}

// A set of another type under the same name, and base chains in other hooks.
func TestWhatCannotChangeIsMadeAnew(t *testing.T) {
	c := namespace(t)
	p := many(5)
	for name, edit := range map[string]func(t *nft.Table){
		"type": func(t *nft.Table) {
			key := []nft.Field{nft.Mark}
			s := &nft.Set{Name: "admins", Key: key, Elements: []nft.Element{{Key: []nft.Span{{}}}}}
			t.Sets[1] = s
			for _, c := range t.Chains[1:] {
				c.Rules[0] = &nft.Rule{Stmts: []nft.Stmt{&nft.Lookup{Fields: key, Set: s}, &nft.Verdict{Kind: nft.Accept}}, Comment: c.Rules[0].Comment}
			}
		},
		"hook": func(t *nft.Table) { t.Chains[0].Hook = &nft.Hook{Point: nft.Forward, Priority: 7} },
	} {
		for _, want := range []*nft.Program{p, edited(p, edit), p} {
			if _, err := c.change(t, want); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got := inForce(t)
			if err := c.Apply(encodeTried(t, want)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(inForce(t), got); diff != "" {
				t.Fatalf("%s: (-full load +delta)\n%s", name, diff)
			}
		}
	}
}

// One changed element among many: only it is sent, and nothing is made anew.
func TestOneChangedElementIsAllThatIsSent(t *testing.T) {
	single := func(n uint64) nft.Element {
		return nft.Element{Key: []nft.Span{{First: nft.Value{Lo: n}, Last: nft.Value{Lo: n}}}}
	}
	large := func(first, last uint64) *nft.Program {
		return edited(many(300), func(t *nft.Table) {
			admins := *t.Sets[1]
			admins.Elements = nil
			for i := first; i < last; i++ {
				admins.Elements = append(admins.Elements, single(10<<24+4*i))
			}
			t.Sets[1] = &admins
		})
	}
	b, err := EncodeDelta(nft.Diff(large(0, 100_000), large(1, 100_001)), 0)
	if err != nil {
		t.Fatal(err)
	}
	kinds, _ := messagesOf(b)
	if diff := cmp.Diff([]uint16{unix.NFT_MSG_DELSETELEM, unix.NFT_MSG_NEWSETELEM}, kinds); diff != "" || len(b.Bytes()) > 1000 {
		t.Errorf("%d bytes (-want +got)\n%s", len(b.Bytes()), diff)
	}
}

// However often sets are made anew, nothing is left of those before, and what is in force
// is read as what was wanted.
func TestNothingIsLeftOfFormerSets(t *testing.T) {
	c := namespace(t)
	others := map[string]bool{}
	for round := range 50 {
		p := edited(many(4), func(t *nft.Table) {
			admins := *t.Sets[1]
			admins.Elements = []nft.Element{{Key: []nft.Span{{First: nft.Value{Lo: 10<<24 + uint64(round%7)}, Last: nft.Value{Lo: 11 << 24}}}}}
			t.Sets[1] = &admins
			t.Chains[1].Rules = append(t.Chains[1].Rules, accepting(uint64(round%5)))
		})
		if d, err := c.change(t, p); err != nil || d.Empty() {
			t.Fatalf("round %d: %v", round, err)
		}
		if there, err := c.holds(p); !there || err != nil {
			t.Fatalf("round %d: another program is in force: %v", round, err)
		}
		listed, err := reading.Read([]byte(tool(t, "", "-j", "list", "ruleset")))
		if err != nil {
			t.Fatal(err)
		}
		if d := nft.Diff(listed.Program, p); len(d.Tables) > 0 && len(d.Tables[0].Sets) > 0 {
			t.Fatalf("round %d: nft lists other sets: %+v", round, d.Tables[0].Sets)
		}
		saved, err := c.Save()
		if err != nil {
			t.Fatal(err)
		}
		of := &saved.tables[0]
		if sets := slices.DeleteFunc(of.sets, func(s savedSet) bool { return s.anonymous() }); len(sets) != 2 || len(of.chains) != 2*len(p.Tables[0].Chains) {
			t.Fatalf("round %d: %d sets and %d chains", round, len(sets), len(of.chains))
		}
		for _, s := range of.sets {
			others[s.name] = true
		}
	}
	if len(others) < 4 {
		t.Errorf("sets bear the names %v only", others)
	}
}
