package netlink

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/pvefw/pvefw/compiler/nft"
)

// Saved is what the kernel held of pvefw's tables, in the kernel's own words: foreign
// rules, sets and objects included, and whatever else a program cannot say. What dynamic
// sets learnt from packets is not in it.
type Saved struct {
	tables     []savedTable
	generation uint32 // of the ruleset that it was read from, zero if it comes from a file
}

// savedTable is a table. Attributes are those that a message making the thing takes; the
// names of tables are not among them.
type savedTable struct {
	family  nft.Family
	name    string
	about   attributes
	chains  []savedChain
	objects []savedObject
	sets    []savedSet
}

type savedChain struct {
	name  string
	about attributes
	rules []attributes
}

type savedObject struct {
	object
	about attributes
}

// savedSet is a named set, or one of a rule by the name that the kernel gave it.
type savedSet struct {
	name     string
	about    attributes
	elements []attributes
}

// savedHead opens the bytes of every saved ruleset; the number is that of the form.
const savedHead = "pvefw ruleset 1\n"

// Bytes are the saved ruleset for a file of this machine: a head, the byte order, the
// tables with the length of each part in front of it, and a SHA-256 over all that.
func (s *Saved) Bytes() []byte {
	w := parts{b: binary.NativeEndian.AppendUint16([]byte(savedHead), 1)}
	w.count(len(s.tables))
	for i := range s.tables {
		w.table(&s.tables[i])
	}
	sum := sha256.Sum256(w.b)
	return append(w.b, sum[:]...)
}

// parts are bytes with lengths in front, in the making.
type parts struct{ b []byte }

func (w *parts) count(n int) { w.b = binary.AppendUvarint(w.b, uint64(n)) }

func (w *parts) part(b []byte) {
	w.count(len(b))
	w.b = append(w.b, b...)
}

func (w *parts) list(all []attributes) {
	w.count(len(all))
	for _, a := range all {
		w.part(a)
	}
}

func (w *parts) table(t *savedTable) {
	w.count(int(t.family))
	w.part([]byte(t.name))
	w.part(t.about)
	w.count(len(t.chains))
	for _, c := range t.chains {
		w.part([]byte(c.name))
		w.part(c.about)
		w.list(c.rules)
	}
	w.count(len(t.objects))
	for _, o := range t.objects {
		w.part([]byte(o.name))
		w.count(int(o.kind))
		w.part(o.about)
	}
	w.count(len(t.sets))
	for _, s := range t.sets {
		w.part([]byte(s.name))
		w.part(s.about)
		w.list(s.elements)
	}
}

// ReadSaved reads what Bytes wrote. Whatever the bytes are, what comes out names no table
// but pvefw's, and Restore sends nothing that only other messages may say.
func ReadSaved(b []byte) (*Saved, error) {
	head := binary.NativeEndian.AppendUint16([]byte(savedHead), 1)
	switch end := len(b) - sha256.Size; {
	case !bytes.HasPrefix(b, []byte(savedHead)):
		return nil, errors.New("this is no saved ruleset, or one of another version of pvefw")
	case !bytes.HasPrefix(b, head):
		return nil, errors.New("this ruleset was saved on a machine of another byte order")
	case end < len(head) || sha256.Sum256(b[:end]) != [sha256.Size]byte(b[end:]):
		return nil, errors.New("the saved ruleset is damaged: its checksum is another one")
	default:
		r := taker{b: b[len(head):end]}
		s := &Saved{}
		for range r.count() {
			s.tables = append(s.tables, r.table())
		}
		if r.failed || len(r.b) > 0 || len(s.tables) > len(ours()) {
			return nil, errors.New("the saved ruleset is damaged: its parts do not fit together")
		}
		return s, nil
	}
}

// taker takes bytes apart. After the first part that does not fit it gives nothing more.
type taker struct {
	b      []byte
	failed bool
}

// count is a number of parts, of which each takes a byte at least.
func (r *taker) count() int {
	n, size := binary.Uvarint(r.b)
	if size <= 0 || n > uint64(len(r.b)-size) {
		r.b, r.failed = nil, true
		return 0
	}
	r.b = r.b[size:]
	return int(n)
}

func (r *taker) part() []byte {
	n := r.count()
	p := r.b[:n:n]
	r.b = r.b[n:]
	return p
}

// name is the name of something, as the kernel takes it.
func (r *taker) name() string {
	name := string(r.part())
	if name == "" || len(name) > longestName || strings.ContainsRune(name, 0) {
		r.failed = true
	}
	return name
}

// longestName is NFT_NAME_MAXLEN without the zero.
const longestName = 255

// about are attributes: whole ones, of these numbers, each once.
func (r *taker) about(numbers []uint16) attributes {
	p := attributes(r.part())
	if len(p.pick(numbers)) != len(p) {
		r.failed = true
	}
	return p
}

func (r *taker) list(numbers []uint16) []attributes {
	var all []attributes
	for range r.count() {
		all = append(all, r.about(numbers))
	}
	return all
}

func (r *taker) table() savedTable {
	t := savedTable{family: nft.Family(r.small()), name: r.name(), about: r.about(aboutTable)}
	for range r.count() {
		t.chains = append(t.chains, savedChain{name: r.name(), about: r.about(aboutChain), rules: r.list(aboutRule)})
	}
	for range r.count() {
		t.objects = append(t.objects, savedObject{object: object{r.name(), uint32(r.small())}, about: r.about(aboutObject)})
	}
	for range r.count() {
		t.sets = append(t.sets, savedSet{name: r.name(), about: r.about(aboutSet), elements: r.list(aboutElement)})
	}
	return t
}

// small is a number that counts nothing.
func (r *taker) small() byte {
	if len(r.b) == 0 {
		r.failed = true
		return 0
	}
	n := r.b[0]
	r.b = r.b[1:]
	return n
}

// unkept is the error of something that cannot be saved.
func unkept(t *nft.Table, what string) error {
	return fmt.Errorf("the table %s %s holds %s, which pvefw cannot put back; nothing was saved", t.Family, t.Name, what)
}
