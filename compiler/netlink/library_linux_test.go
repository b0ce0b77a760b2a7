package netlink

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"
	"github.com/google/nftables/userdata"
	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

// Invariant: for all values, the template with the values in its gaps is what the
// library encodes. The library's messages ask for an answer each and have no numbers;
// the rest is compared byte by byte.
func TestRulesAreWhatTheLibraryEncodes(t *testing.T) {
	forms, rules := map[form]bool{}, 0
	for name, p := range programs(t) {
		e := newEncoder()
		var exprs []expr.Any
		e.watch = func(f form, values [][]byte) {
			forms[f] = true
			exprs = append(exprs, makers[f.build](f, cloned(values))...)
		}
		b, err := e.batch(p, tried())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		encoded, sizes := rulesIn(b.Bytes())
		for i, m := range byLibrary(t, p, exprs, sizes) {
			if !bytes.Equal(encoded[i], m) {
				t.Fatalf("%s: rule %d\nours %x\nlibrary %x", name, i, encoded[i], m)
			}
			rules++
		}
	}
	if t.Logf("%d rules of %d forms", rules, len(forms)); rules < 1000 {
		t.Errorf("only %d rules", rules)
	}
}

func cloned(values [][]byte) [][]byte {
	out := make([][]byte, len(values))
	for i := range values {
		out[i] = bytes.Clone(values[i])
	}
	return out
}

// rulesIn are the messages that make rules, without number, and how many expressions
// each has.
func rulesIn(b []byte) (messages [][]byte, sizes []int) {
	for len(b) > 0 {
		n := binary.NativeEndian.Uint32(b)
		m := bytes.Clone(b[:n])
		b = b[n:]
		if binary.NativeEndian.Uint16(m[4:]) != kind(unix.NFT_MSG_NEWRULE) {
			continue
		}
		strip(m)
		count := 0
		eachAttribute(attributes(m[20:]).get(unix.NFTA_RULE_EXPRESSIONS), func(uint16, []byte) { count++ })
		messages, sizes = append(messages, m), append(sizes, count)
	}
	return messages, sizes
}

// strip takes the number out and the flags by which messages are answered.
func strip(m []byte) {
	binary.NativeEndian.PutUint16(m[6:], binary.NativeEndian.Uint16(m[6:])&^(unix.NLM_F_ACK|unix.NLM_F_ECHO))
	clear(m[8:16])
}

// byLibrary lets the library make the rules of the program of the expressions.
func byLibrary(t *testing.T, p *nft.Program, exprs []expr.Any, sizes []int) [][]byte {
	var messages [][]byte
	conn, err := nftables.New(nftables.WithTestDial(func(request []netlink.Message) ([]netlink.Message, error) {
		for _, m := range request {
			b, err := m.MarshalBinary()
			if err != nil {
				return nil, err
			}
			if m.Header.Type == netlink.HeaderType(kind(unix.NFT_MSG_NEWRULE)) {
				strip(b)
				messages = append(messages, b)
			}
		}
		return request, nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	i := 0
	for _, table := range p.Tables {
		for _, c := range table.Chains {
			of := &nftables.Table{Name: table.Name, Family: nftables.TableFamily(familyNumber(table.Family))}
			add := func(chain string, comment []byte) {
				conn.AddRule(&nftables.Rule{Table: of, Chain: &nftables.Chain{Name: chain, Table: of}, Exprs: exprs[:sizes[i]], UserData: comment})
				exprs = exprs[sizes[i]:]
				i++
			}
			for _, r := range c.Rules {
				add(c.Body(), userdata.AppendString(nil, userdata.TypeComment, r.Comment))
			}
			add(c.Name, nil)
		}
	}
	_ = conn.Flush() // nobody answers; the messages are seen
	if len(exprs) > 0 || len(messages) != len(sizes) {
		t.Fatalf("%d expressions left, %d messages for %d rules", len(exprs), len(messages), len(sizes))
	}
	return messages
}
