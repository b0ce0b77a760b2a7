package memo

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/pvefw/pvefw/compiler/nft"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

func sample() *Memo {
	return &Memo{Context: "c", Errors: "e", Missing: []string{"a fact"}, Shared: []Part{{"chain arriving-4", "x"}, {"set from-port", "y"}},
		Guests: []Guest{{VMID: 100, Files: "f", Content: "c", Uses: []int{0, 1}}, {VMID: 101, Container: true, Uses: []int{1}}}}
}

func TestWhatIsKeptIsReadBack(t *testing.T) {
	if diff := cmp.Diff(sample(), Decode(sample().Encode())); diff != "" {
		t.Error(diff)
	}
}

// Bytes that nobody wrote are no memo, and do no harm.
func TestForeignBytesAreNoMemo(t *testing.T) {
	text := string(sample().Encode())
	for _, edit := range [][2]string{
		{`[0,1]`, `[0,2]`}, {`[0,1]`, `[1,0]`}, {`[0,1]`, `[0,0]`}, {`[0,1]`, `[-1]`}, {`"VMID":101`, `"VMID":100`}, {`"Files"`, `"Other"`}, {`{"Context"`, `{"Contexts"`}, {`}]}`, `}]}{}`},
	} {
		edited := strings.Replace(text, edit[0], edit[1], 1)
		if edited == text {
			t.Errorf("%q is not in the memo", edit[0])
		} else if Decode([]byte(edited)) != nil {
			t.Errorf("a memo with %q in the place of %q is read", edit[1], edit[0])
		}
	}
	for _, foreign := range []string{"", "[]", "7", "\"\"", text[:len(text)-1], strings.Repeat("[", 100_000), strings.Repeat(`{"Guests":[`, 10_000)} {
		if Decode([]byte(foreign)) != nil {
			t.Errorf("%.20q is read as a memo", foreign)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(sample().Encode(), "tap100i0-in-4")
	f.Fuzz(func(t *testing.T, text []byte, name string) {
		m := Decode(text)
		if m == nil {
			return
		}
		live := Look(&nft.Program{Tables: []*nft.Table{{Family: nft.Bridge, Name: nft.GuestTable, Chains: []*nft.Chain{{Name: name, Hash: "0123456789abcdef"}}}}})
		same := map[int]bool{}
		for i := range m.Guests {
			same[m.Guests[i].VMID] = true
		}
		_ = m.Complete(&nft.Program{}, &nft.Program{}, live, m.Settled(same, live))
	})
}

func TestOwners(t *testing.T) {
	for part, want := range map[string]int{
		"chain tap100i0-in-4": 100, "chain veth7i12-out-6": 7, "chain tap100i0-link": 100, "set vm100-ipfilter-net0-4": 100,
		"chain tap100i0": 0, "chain group-tap100i0-in-4": 0, "chain tapi0-in-4": 0, "chain tap0100i0-in-4": 0, "chain tap100-in-4": 0, "chain tap100i-in-4": 0,
		"chain host-in-4": 0, "set dc-lan-4": 0, "set vm-x-4": 0, "set vmx-x-4": 0, "set from-port": 0, "chain vm100-x": 0, "set tap100i0-x": 0,
	} {
		vmid, own := ownerOf(part)
		if own != (want != 0) || own && vmid != want {
			t.Errorf("%s belongs to %d, %t", part, vmid, own)
		}
	}
}

// Whatever of a guest changes is another guest.
func TestKeysTellGuestsApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func() config.GuestInput {
			file := func(name string) *source.File {
				text := rapid.SampledFrom([]string{"-", "", "a", "b", "ab"}).Draw(t, name)
				if text == "-" {
					return nil
				}
				return source.NewFile(name, []byte(text))
			}
			return config.GuestInput{VMID: rapid.IntRange(1, 2).Draw(t, "vmid"), Env: rapid.SampledFrom([]facts.Env{facts.VM, facts.CT}).Draw(t, "env"),
				Unknown: rapid.Bool().Draw(t, "unknown"), FW: file("fw"), Conf: file("conf")}
		}
		text := func(f *source.File) string {
			if f == nil {
				return "-"
			}
			return string(f.Bytes()) + "."
		}
		a, b := draw(), draw()
		same := a.VMID == b.VMID && a.Env == b.Env && a.Unknown == b.Unknown && text(a.FW) == text(b.FW) && text(a.Conf) == text(b.Conf)
		if (filesOf(&a) == filesOf(&b)) != same {
			t.Fatalf("%v and %v", a, b)
		}
	})
}
