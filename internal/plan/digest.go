package plan

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strconv"

	"github.com/pvefw/pvefw/compiler/nft"
)

// Digest is that of what a program does: equal for a program that was built and for one
// that was read back, whatever the places in files and the order of elements.
func Digest(p *nft.Program) string { return NewDigester().Of(p) }

// Digester makes digests of many programs, one after the other.
type Digester struct{ digest }

// NewDigester begins with nothing.
func NewDigester() *Digester { return &Digester{newDigest()} }

// Of is Digest.
func (d *Digester) Of(p *nft.Program) string {
	d.hash.Reset()
	d.program(p)
	return d.String()
}

// Digest is that of what is in force, foreign rules included. Of chains that were not
// read the hash that they bear counts, which is that of their content.
func (l *Live) Digest() string {
	d := newDigest()
	d.program(l.Program)
	for _, f := range l.Foreign {
		d.words("foreign", f.Table, f.Chain, f.What)
	}
	return d.String()
}

// DigestFiles is that of files by name, in any order.
func DigestFiles(files map[string][]byte) string {
	d := newDigest()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		content := sha256.Sum256(files[name])
		d.words(name, string(content[:]))
	}
	return d.String()
}

// digest writes words with their lengths, so that different lists give different bytes.
type digest struct {
	hash hash.Hash
	text *bufio.Writer
}

func newDigest() digest {
	h := sha256.New()
	return digest{h, bufio.NewWriterSize(h, 1<<14)}
}

func (d digest) words(words ...string) {
	for _, w := range words {
		d.number(uint64(len(w)))
		d.text.WriteString(w)
	}
	d.text.WriteByte('\n')
}

func (d digest) number(n uint64) {
	d.text.Write(binary.LittleEndian.AppendUint64(d.text.AvailableBuffer(), n)) // in its own room: there are millions
}

func (d digest) String() string {
	d.text.Flush()
	return hex.EncodeToString(d.hash.Sum(nil))
}

func (d digest) program(p *nft.Program) {
	tables := slices.Clone(p.Tables)
	slices.SortFunc(tables, func(a, b *nft.Table) int { return cmp.Compare(a.Name, b.Name) })
	for _, t := range tables {
		d.words("table", nameOf(t))
		for _, c := range byName(t.Chains, func(c *nft.Chain) string { return c.Name }) {
			d.words("chain", c.Name, hookText(c.Hook), contentOf(c))
		}
		for _, h := range byName(t.Helpers, func(h *nft.Helper) string { return h.Name }) {
			d.words("helper", h.Name, h.Type, fmt.Sprint(h.Proto), h.L3.String())
		}
		for _, s := range byName(t.Sets, func(s *nft.Set) string { return s.Name }) {
			d.set(s)
		}
	}
}

// contentOf is the hash of a chain's rules.
func contentOf(c *nft.Chain) string {
	if c.Altered || c.Hash == "" {
		return c.Restate()
	}
	return c.Hash
}

func hookText(h *nft.Hook) string {
	if h == nil {
		return ""
	}
	return h.Point.String() + " " + strconv.Itoa(int(h.Priority))
}

// set leaves out which fields a set is for beyond their types, and what packets put into
// a dynamic one: the kernel does not keep the former, and nobody asks for the latter.
func (d digest) set(s *nft.Set) {
	types := ""
	for _, f := range s.Key {
		types += f.Spec().Type + " "
	}
	d.words("set", s.Name, types, fmt.Sprint(s.Verdicts, s.Interval, s.Dynamic, s.Timeout, s.Size))
	if s.Dynamic {
		return
	}
	list := s.Elements
	if !slices.IsSortedFunc(list, nft.CompareElements) {
		list = slices.SortedFunc(slices.Values(list), nft.CompareElements)
	}
	d.number(uint64(len(list)))
	for i := range list {
		for _, span := range list[i].Key {
			d.value(span.First)
			d.value(span.Last)
		}
		d.words(list[i].Verdict.Kind.String(), list[i].Verdict.Chain)
	}
}

func (d digest) value(v nft.Value) {
	d.number(v.Hi)
	d.number(v.Lo)
	d.words(v.Name)
}

func byName[T any](list []T, name func(T) string) []T {
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b T) int { return cmp.Compare(name(a), name(b)) })
	return sorted
}

// Fingerprint is the SHA-256, in hexadecimal, of everything in a plan but itself.
func (p *Plan) Fingerprint() string {
	bare := *p
	bare.Mark = ""
	text, err := json.Marshal(&bare)
	if err != nil {
		panic("unreachable: a plan is plain data: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
