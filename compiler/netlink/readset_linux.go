package netlink

import (
	"bytes"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

// allSets reads the sets of the table, then what is in them. Anonymous ones are kept by
// the name that the kernel gave them, for the rule that looks into them.
func (r *reader) allSets() error {
	var names []string
	err := r.things(unix.NFT_MSG_GETSET, func(a attributes) {
		name, flags := text(a.get(unix.NFTA_SET_NAME)), number32(a.get(unix.NFTA_SET_FLAGS))
		s := &nft.Set{Name: name, Interval: flags&unix.NFT_SET_INTERVAL != 0, Verdicts: flags&unix.NFT_SET_MAP != 0, Dynamic: flags&unix.NFT_SET_EVAL != 0}
		if s.Key = keyFields(number32(a.get(unix.NFTA_SET_KEY_TYPE)), number32(a.get(unix.NFTA_SET_KEY_LEN))); s.Key == nil {
			r.strange("", 0, "the set "+name)
			return
		}
		if s.Dynamic {
			s.Timeout, s.Size = uint32(number64(a.get(unix.NFTA_SET_TIMEOUT))/1000), number32(a.get(unix.NFTA_SET_DESC).get(unix.NFTA_SET_DESC_SIZE))
		}
		if r.sets[name] = s; flags&unix.NFT_SET_ANONYMOUS != 0 {
			s.Name = ""
		} else {
			r.table.Sets = append(r.table.Sets, s)
		}
		if !s.Dynamic { // those of a dynamic set come from packets
			names = append(names, name)
		}
	})
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := r.elements(name); err != nil {
			return err
		}
	}
	return nil
}

// keyFields are fields of the types that a number stands for, which may not be the very
// fields of the program: the kernel keeps types. What looks into a set tells them.
func keyFields(number, length uint32) []nft.Field {
	var key []nft.Field
	for ; number > 0; number >>= typeBits {
		f, ok := fieldOfNumber[number&(1<<typeBits-1)]
		if !ok {
			return nil
		}
		key = append([]nft.Field{f}, key...)
	}
	if _, known := keyType(key); len(key) == 0 || len(key) > 4 || known != length {
		return nil
	}
	return key
}

// fieldOfNumber is the first field of each type, by nft's number of the type.
var fieldOfNumber = func() map[uint32]nft.Field {
	of := map[uint32]nft.Field{}
	for name, f := range fieldOfType {
		of[dataTypes[name].GetNFTMagic()] = f
	}
	return of
}()

// elements reads what is in a set. It comes in the order of some tree or table.
func (r *reader) elements(name string) error {
	s := r.sets[name]
	d := ends{set: s}
	err := r.elementsOf(name, func(a attributes) {
		if !d.add(a) {
			r.strange("", 0, "an element of the set "+name)
		}
	})
	d.join()
	return err
}

// ends are the elements of a set as the kernel has them: of a range in one field, each
// end is one.
type ends struct {
	set  *nft.Set
	list []end
}

type end struct {
	value   nft.Value
	behind  bool // the range before this value ends
	verdict nft.Verdict
}

// add takes an element and reports whether it could be read.
func (d *ends) add(a attributes) bool {
	key, ok := d.key(a.get(unix.NFTA_SET_ELEM_KEY))
	if !ok {
		return false
	}
	behind := number32(a.get(unix.NFTA_SET_ELEM_FLAGS))&unix.NFT_SET_ELEM_INTERVAL_END != 0
	var verdict nft.Verdict
	if d.set.Verdicts && !behind {
		if verdict, ok = verdictIn(a.get(unix.NFTA_SET_ELEM_DATA)); !ok {
			return false
		}
	}
	if d.set.Interval && len(key) == 1 {
		d.list = append(d.list, end{key[0], behind, verdict})
		return true
	}
	last := key
	if d.set.Interval {
		if a.get(elementKeyEnd) != nil {
			if last, ok = d.key(a.get(elementKeyEnd)); !ok {
				return false
			}
		}
	}
	x := nft.Element{Verdict: verdict}
	for i := range key {
		x.Key = append(x.Key, nft.Span{First: key[i], Last: last[i]})
	}
	d.set.Elements = append(d.set.Elements, x)
	return true
}

// key divides a key into the values of its fields.
func (d *ends) key(v []byte) ([]nft.Value, bool) {
	data := attributes(v).get(unix.NFTA_DATA_VALUE)
	var out []nft.Value
	for _, f := range d.set.Key {
		size := f.Spec().Size
		if len(data) < size {
			return nil, false
		}
		out = append(out, valueOf(f, data[:size]))
		data = data[min(len(data), (size+3)&^3):]
	}
	return out, true
}

// join makes ranges of ends and puts everything in order.
func (d *ends) join() {
	slices.SortFunc(d.list, func(a, b end) int {
		switch {
		case a.value.Less(b.value) || a.value == b.value && a.behind && !b.behind:
			return -1
		case a == b:
			return 0
		}
		return 1
	})
	for i, from := range d.list {
		if from.behind {
			continue
		}
		last := ones(d.set.Key[0])
		if i+1 < len(d.list) {
			last = before(d.list[i+1].value)
		}
		d.set.Elements = append(d.set.Elements, nft.Element{Key: []nft.Span{{First: from.value, Last: last}}, Verdict: from.verdict})
	}
	slices.SortFunc(d.set.Elements, nft.CompareElements)
}

// before is the value in front of one that is not zero.
func before(v nft.Value) nft.Value {
	if v.Lo == 0 {
		v.Hi--
	}
	v.Lo--
	return v
}

// valueOf is the value of a field that the kernel has as bytes.
func valueOf(f nft.Field, b []byte) nft.Value {
	s := f.Spec()
	switch {
	case s.Name:
		return nft.Value{Name: text(b)}
	case s.Host:
		return nft.Value{Lo: uint64(native32(b))}
	}
	var v nft.Value
	for _, c := range b {
		v.Hi, v.Lo = v.Hi<<8|v.Lo>>56, v.Lo<<8|uint64(c)
	}
	return v
}

// zeros reports whether all bytes are zero.
func zeros(b []byte) bool { return len(bytes.Trim(b, "\x00")) == 0 }
