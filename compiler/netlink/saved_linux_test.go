package netlink

import (
	"bytes"
	"crypto/sha256"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

// savedSome is a saved ruleset with one of everything, without a kernel.
func savedSome() *Saved {
	attribute := func(fill func(w *wire)) attributes {
		w := wire{}
		fill(&w)
		return w.b
	}
	flags := func(n uint32) attributes {
		return attribute(func(w *wire) { w.number(unix.NFTA_SET_FLAGS, n) })
	}
	key := attribute(func(w *wire) {
		at := w.nest(unix.NFTA_SET_ELEM_KEY)
		w.number(unix.NFTA_DATA_VALUE, 7)
		w.close(at)
	})
	lookup := attribute(func(w *wire) {
		list := w.nest(unix.NFTA_RULE_EXPRESSIONS)
		x := w.nest(unix.NFTA_LIST_ELEM)
		w.text(unix.NFTA_EXPR_NAME, "lookup")
		data := w.nest(unix.NFTA_EXPR_DATA)
		w.text(unix.NFTA_LOOKUP_SET, "__set3")
		w.number(unix.NFTA_LOOKUP_SREG, unix.NFT_REG_1)
		w.close(data)
		w.close(x)
		w.close(list)
	})
	return &Saved{tables: []savedTable{{family: nft.Inet, name: nft.HostTable, about: attribute(func(w *wire) { w.number(unix.NFTA_TABLE_FLAGS, 0) }),
		chains:  []savedChain{{name: "input", about: attribute(func(w *wire) { w.text(unix.NFTA_CHAIN_TYPE, "filter") }), rules: []attributes{lookup}}, {name: "other"}},
		objects: []savedObject{{object: object{"count", 1}}, {object: object{"count", 2}}},
		sets:    []savedSet{{name: "__set3", about: flags(unix.NFT_SET_ANONYMOUS), elements: []attributes{key}}, {name: "ports", about: flags(unix.NFT_SET_INTERVAL), elements: []attributes{key, key}}},
	}}}
}

func TestSavedBytesComeBack(t *testing.T) {
	s := savedSome()
	b := s.Bytes()
	back, err := ReadSaved(b)
	if err != nil {
		t.Fatal(err)
	}
	if back.Digest() != s.Digest() || !bytes.Equal(back.Bytes(), b) {
		t.Error("what came back is another ruleset")
	}
	for i := range b {
		torn := bytes.Clone(b)
		torn[i] ^= 1
		if _, err := ReadSaved(torn); err == nil {
			t.Fatalf("byte %d can be changed", i)
		}
		if _, err := ReadSaved(b[:i]); err == nil {
			t.Fatalf("%d bytes are taken for all", i)
		}
	}
}

// Invariant: the digest tells everything that is configured and nothing else.
func TestDigestTellsWhatIsConfigured(t *testing.T) {
	was := savedSome().Digest()
	for what, change := range map[string]struct {
		edit func(t *savedTable)
		same bool
	}{
		"number of a rule's set": {func(t *savedTable) {
			t.sets[0].name = "__set9"
			t.chains[0].rules[0] = bytes.Replace(t.chains[0].rules[0], []byte("__set3"), []byte("__set9"), 1)
		}, true},
		"order of chains":   {func(t *savedTable) { t.chains[0], t.chains[1] = t.chains[1], t.chains[0] }, true},
		"order of sets":     {func(t *savedTable) { t.sets[0], t.sets[1] = t.sets[1], t.sets[0] }, true},
		"a rule's set":      {func(t *savedTable) { t.sets[0].elements = nil }, false},
		"a set":             {func(t *savedTable) { t.sets[1].elements = t.sets[1].elements[1:] }, false},
		"a rule":            {func(t *savedTable) { t.chains[0].rules = nil }, false},
		"a rule's chain":    {func(t *savedTable) { t.chains[0].rules, t.chains[1].rules = nil, t.chains[0].rules }, false},
		"a chain":           {func(t *savedTable) { t.chains = t.chains[:1] }, false},
		"a name":            {func(t *savedTable) { t.chains[1].name = "another" }, false},
		"the hook":          {func(t *savedTable) { t.chains[0].about = nil }, false},
		"an object":         {func(t *savedTable) { t.objects = t.objects[:1] }, false},
		"an object's kind":  {func(t *savedTable) { t.objects[0].kind = 4 }, false},
		"the table":         {func(t *savedTable) { t.about = nil }, false},
		"the table's name":  {func(t *savedTable) { t.name = nft.GuestTable }, false},
		"the set's own way": {func(t *savedTable) { t.sets[1].about = nil }, false},
	} {
		s := savedSome()
		change.edit(&s.tables[0])
		if same := s.Digest() == was; same != change.same {
			t.Errorf("%s: the digest is the same: %v", what, same)
		}
	}
}

// Whatever a file says: no panic, and what is sent names pvefw's tables only.
func FuzzReadSaved(f *testing.F) {
	head := len(savedHead)
	whole := savedSome().Bytes()
	f.Add(whole[head : len(whole)-sha256.Size])
	f.Fuzz(func(t *testing.T, b []byte) {
		b = append([]byte(savedHead), b...)
		sum := sha256.Sum256(b)
		s, err := ReadSaved(append(b, sum[:]...))
		if err != nil {
			return
		}
		_ = s.Digest()
		c := &Conn{tables: ours}
		for _, table := range s.tables {
			if !c.owns(&table) {
				return
			}
		}
		for _, batch := range []*Batch{restoration(&Saved{}, s), restoration(savedSome(), s), restoration(s, savedSome())} {
			for all := batch.Bytes(); len(all) > 0; {
				n := wordAt(all)
				if n < 20 || n > len(all) {
					t.Fatal("a message does not fit")
				}
				m := all[:n]
				all = all[n:]
				name := text(attributes(m[20:]).get(1))
				if m[5] == unix.NFNL_SUBSYS_NFTABLES && name != nft.HostTable && name != nft.GuestTable {
					t.Fatalf("a message about the table %q", name)
				}
			}
		}
	})
}

// wordAt is the length of the message that begins here.
func wordAt(b []byte) int { return int(native32(b[:4])) }
