package netlink

import (
	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

// mostElements is how many bytes of elements go into one message: the length of the
// attribute around them has 16 bits.
const mostElements = 60000

// elements fills a set.
func (e *encoder) elements(s *nft.Set, id uint32) {
	if len(s.Elements) == 0 {
		return
	}
	l := list{encoder: e, message: unix.NFT_MSG_NEWSETELEM, set: s, id: id}
	if s.Interval && !ranges(s) && s.Elements[0].Key[0].First != (nft.Value{}) {
		l.end(nft.Value{})
	}
	for i := range s.Elements {
		l.add(&s.Elements[i])
	}
	l.finish()
}

// update changes what is in a set that stays. Ranges that come do not touch those that
// go: such sets are made anew.
func (e *encoder) update(d nft.SetDelta) {
	if d.After.Interval && (len(d.Before.Elements) == 0 || len(d.After.Elements) == 0) {
		e.flushSet(d.After.InKernel()) // with the mark in front of the first range
		e.elements(d.After, 0)
		return
	}
	l := list{encoder: e, message: unix.NFT_MSG_DELSETELEM, set: d.After}
	for i := range d.Removed {
		l.add(&d.Removed[i])
	}
	l.finish()
	l = list{encoder: e, message: unix.NFT_MSG_NEWSETELEM, set: d.After}
	for i := range d.Added {
		l.add(&d.Added[i])
	}
	l.finish()
}

// list is a list of elements, in as many messages as it needs.
type list struct {
	*encoder
	message     uint16 // that adds elements or removes them
	set         *nft.Set
	id          uint32
	at, opening int
	count       uint16
}

// open starts an element.
func (l *list) open() int {
	if l.count > 0 && len(l.b)-l.opening > mostElements {
		l.finish()
	}
	if l.count == 0 {
		l.at = l.encoder.message(l.message, unix.NLM_F_CREATE)
		l.text(unix.NFTA_SET_ELEM_LIST_TABLE, l.table.Name)
		l.text(unix.NFTA_SET_ELEM_LIST_SET, l.setName(l.set))
		if l.id != 0 {
			l.number(unix.NFTA_SET_ELEM_LIST_SET_ID, l.id)
		}
		l.opening = l.nest(unix.NFTA_SET_ELEM_LIST_ELEMENTS)
	}
	l.count++
	return l.nest(l.count)
}

func (l *list) finish() {
	if l.count == 0 {
		return
	}
	l.close(l.opening)
	l.wire.end(l.at)
	l.count = 0
}

// add writes an element: a key, a range of keys, or the beginning of a range that
// another element ends.
func (l *list) add(x *nft.Element) {
	at := l.open()
	l.key(unix.NFTA_SET_ELEM_KEY, x, false)
	if ranges(l.set) {
		l.key(elementKeyEnd, x, true)
	}
	if l.set.Verdicts && l.message == unix.NFT_MSG_NEWSETELEM {
		l.verdict(x.Verdict)
	}
	if !l.set.Interval || ranges(l.set) {
		l.close(at)
		return
	}
	last := x.Key[0].Last
	open := last == ones(l.set.Key[0])
	if open && l.message == unix.NFT_MSG_NEWSETELEM {
		l.value(unix.NFTA_SET_ELEM_USERDATA, []byte{userElementFlags, 4, 1, 0, 0, 0})
	}
	l.close(at)
	if !open {
		last.Lo++
		if last.Lo == 0 {
			last.Hi++
		}
		l.end(last)
	}
}

// end writes the first value behind a range.
func (l *list) end(v nft.Value) {
	at := l.open()
	l.number(unix.NFTA_SET_ELEM_FLAGS, unix.NFT_SET_ELEM_INTERVAL_END)
	key := l.nest(unix.NFTA_SET_ELEM_KEY)
	l.data(func() { l.b = v.Bytes(l.set.Key[0], l.b) })
	l.close(key)
	l.close(at)
}

// key writes the first or the last values of an element's key.
func (l *list) key(number uint16, x *nft.Element, last bool) {
	at := l.nest(number)
	l.data(func() {
		for i, f := range l.set.Key {
			v := x.Key[i].First
			if last {
				v = x.Key[i].Last
			}
			l.b = v.Bytes(f, l.b)
			if len(l.set.Key) > 1 {
				l.pad()
			}
		}
	})
	l.close(at)
}

// data writes bytes as the kernel's data.
func (l *list) data(fill func()) {
	at := len(l.b)
	l.head(0, unix.NFTA_DATA_VALUE)
	fill()
	l.close(at)
	l.pad()
}

func (l *list) verdict(v nft.Verdict) {
	data := l.nest(unix.NFTA_SET_ELEM_DATA)
	verdict := l.nest(unix.NFTA_DATA_VERDICT)
	l.number(unix.NFTA_VERDICT_CODE, uint32(verdicts[v.Kind]))
	if v.Chain != "" {
		l.text(unix.NFTA_VERDICT_CHAIN, v.Chain)
	}
	l.close(verdict)
	l.close(data)
}
