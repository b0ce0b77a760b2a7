package rego

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/ir/config"
)

// entry is one line of a random set over the addresses 192.0.2.0/28.
type entry struct {
	net     netip.Prefix
	nomatch bool
}

func randomEntries(r *rand.Rand) []entry {
	var out []entry
	seen := map[netip.Prefix]bool{}
	for range 1 + r.IntN(8) {
		bits := 28 + r.IntN(5)
		p := netip.PrefixFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(r.IntN(16))}), bits).Masked()
		if !seen[p] {
			seen[p] = true
			out = append(out, entry{p, r.IntN(3) == 0})
		}
	}
	return out
}

// members are the addresses in the set: the smallest network around an address
// decides, as in the kernel.
func members(all []entry) string {
	var b strings.Builder
	for last := range byte(16) {
		a, best, in := netip.AddrFrom4([4]byte{192, 0, 2, last}), -1, false
		for _, e := range all {
			if e.net.Contains(a) && e.net.Bits() > best {
				best, in = e.net.Bits(), !e.nomatch
			}
		}
		fmt.Fprint(&b, in)
	}
	return b.String()
}

func fileOf(all []entry) string {
	text := "-- cluster.fw --\n[IPSET ss]\n"
	for _, e := range all {
		if e.nomatch {
			text += "!"
		}
		text += e.net.String() + "\n"
	}
	return text
}

func notesOf(t *testing.T, text string) *setNotes {
	t.Helper()
	cfg, _ := config.Resolve(input(text))
	w := newWorld(cfg)
	f := fileFacts{w, placedFile{fw: cfg.Cluster}, idTable{}}
	return f.setNotes()
}

func numbers(t *testing.T, notes []any) []int {
	t.Helper()
	var out []int
	for _, n := range notes {
		i := 0
		if _, err := fmt.Sscanf(n.(object)["at"].(string), "set ss %d", &i); err != nil {
			t.Fatal(err)
		}
		out = append(out, i)
	}
	slices.Sort(out)
	return out
}

// Law: what is called covered or an exception from nothing can go, alone or all at
// once, and the set holds the same addresses; an entry that differs from the one
// around it is never called so.
func TestEntriesThatCanGo(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 12))
	told := 0
	for range 400 {
		all := randomEntries(r)
		notes := notesOf(t, fileOf(all))
		idle := append(numbers(t, notes.covered), numbers(t, notes.uncovered)...)
		told += len(idle)
		var kept []entry
		for i, e := range all {
			if slices.Contains(idle, i) {
				if without := slices.Delete(slices.Clone(all), i, i+1); members(without) != members(all) {
					t.Fatalf("entry %d of\n%smatters, notes %v", i, fileOf(all), idle)
				}
				continue
			}
			kept = append(kept, e)
		}
		if members(kept) != members(all) {
			t.Fatalf("the entries %v of\n%smatter together", idle, fileOf(all))
		}
	}
	if told < 100 {
		t.Errorf("only %d entries were told of", told)
	}
}

// Law: two entries that are called halves can be replaced by the network they make.
func TestHalvesCanBeJoined(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 1))
	told := 0
	for range 600 {
		all := randomEntries(r)
		for _, n := range notesOf(t, fileOf(all)).joinable {
			told++
			o := n.(object)
			joined := []entry{{netip.MustParsePrefix(o["into"].(string)), false}}
			for _, e := range all {
				if text := e.net.String(); text != o["text"] && text != o["other"] {
					joined = append(joined, e)
				}
			}
			if len(joined) != len(all)-1 || members(joined) != members(all) {
				t.Fatalf("%v in\n%s", o, fileOf(all))
			}
		}
	}
	if told < 20 {
		t.Errorf("only %d halves were told of", told)
	}
}

func TestVeryManyNotesAreCut(t *testing.T) {
	text := "-- cluster.fw --\n[IPSET ss]\n10.0.0.0/8\n"
	for i := range 1000 {
		text += fmt.Sprintf("10.1.%d.%d\n", i/250, i%250)
	}
	covered := notesOf(t, text).covered
	if last := covered[len(covered)-1].(object); len(covered) != mostNotes+1 || last["more"] != 1000-mostNotes || last["at"] != "set ss" {
		t.Errorf("%d notes, the last %v", len(covered), last)
	}
}

func TestWideNetworks(t *testing.T) {
	text := on + "[IPSET ss]\n0.0.0.0/1\n8.0.0.0/8\n8.8.0.0/9\n10.0.0.0/8\n!100.0.0.0/8\n224.0.0.0/8\n2000::/12\n2001:db8::/32\nfc00::/7\n" +
		"[RULES]\nIN ACCEPT -source +ss -p tcp -dport 22\nIN ACCEPT -source +ss -p udp -dport 53\n|IN ACCEPT -source +ss -p tcp -dport 80\n"
	var got []string
	for _, n := range notesOf(t, text).wide {
		o := n.(object)
		got = append(got, fmt.Sprint(o["text"], " ", o["family"], " ", o["opens"]))
	}
	const opens = " [map[first:22 last:22 proto:tcp] map[first:53 last:53 proto:udp]]"
	if d := cmp.Diff([]string{"0.0.0.0/1 IPv4" + opens, "8.0.0.0/8 IPv4" + opens, "2000::/12 IPv6" + opens}, got); d != "" {
		t.Error(d)
	}
}
